import { base64Of, decodeUtf8, textBoundary } from '../otlp/utf8.ts';
import type { ValueLimit } from '../otlp/anyValue.ts';
import type { AttributeValue } from '../model/attributes.ts';
import type { SpanRef } from '../model/span.ts';
import type { MessageBudget } from './messageBudget.ts';
import type { ByteRange } from './rangeTable.ts';
import type { Segment } from './segment.ts';
import { hexWord, traceIdWords } from './storeState.ts';
import type { StoreState } from './storeState.ts';

/**
 * What a value was cut from: a span's message, a log record's, or the resource or scope of either. A ref is
 * `<owner><handle>.<offset in the owner>.<length>.<t|b>`; it comes back from outside, so every part is checked.
 */
type Owner = 's' | 'r' | 'c' | 'l' | 'R' | 'C';

/** Cuts values of `owner` at `inlineBytes`, and earlier when the budget has no more room, and names the rest. */
export function cutting(
  owner: Owner,
  handle: number,
  ownerStart: number,
  inlineBytes: number,
  budget: MessageBudget,
): ValueLimit {
  return {
    get inlineBytes() {
      return budget.room(inlineBytes);
    },
    take: (text, bytes) => budget.take(text, bytes),
    ref: (start, end, type) =>
      `${owner}${handle.toString(36)}.${(start - ownerStart).toString(36)}.${(end - start).toString(36)}.${type === 'bytes' ? 'b' : 't'}`,
  };
}

/** The range of a resource (0) or scope (1) of an origin. */
export function headRange(segment: Segment, origin: number, part: 0 | 1): ByteRange {
  return (part === 0 ? segment.resources : segment.scopes).message(segment.origins.get(origin, part));
}

/** A page of a cut value, see {@link StoreReader.value}. */
export function readPage(
  state: StoreState,
  span: SpanRef,
  ref: string,
  offset: number,
  limit: number,
): { text: string; nextOffset: number; totalBytes: number } | undefined {
  const found = resolve(state, span, ref);
  if (found === undefined || !Number.isInteger(offset) || offset < 0) return undefined;
  const { bytes, start, end, isText } = found;
  const totalBytes = end - start;
  const from = Math.min(start + offset, end);
  // A page holds at least one character, or one group of base64.
  const room = Math.max(4, Math.floor(limit));
  let to = Math.min(from + room, end);
  if (isText) to = textBoundary(bytes, from, end, to);
  else if (to < end) to -= (to - from) % 3;
  const text = isText ? decodeUtf8(bytes, from, to) : base64Of(bytes, from, to);
  return { text, nextOffset: to === end ? -1 : to - start, totalBytes };
}

/** The whole value behind a ref. */
export function readWhole(state: StoreState, span: SpanRef, ref: string): AttributeValue | undefined {
  const found = resolve(state, span, ref);
  if (found === undefined) return undefined;
  const { bytes, start, end, isText } = found;
  return isText
    ? { type: 'string', value: decodeUtf8(bytes, start, end) }
    : { type: 'bytes', value: base64Of(bytes, start, end) };
}

function resolve(state: StoreState, span: SpanRef, ref: string): (ByteRange & { isText: boolean }) | undefined {
  const match = /^([srclRC])([0-9a-z]{1,7})\.([0-9a-z]{1,7})\.([0-9a-z]{1,7})\.([tb])$/.exec(ref);
  if (match === null) return undefined;
  const [, owner = '', handleText = '', offsetText = '', lengthText = '', type] = match;
  const handle = parseInt(handleText, 36);
  const range = ownerRange(state, span, owner as Owner, handle);
  if (range === undefined) return undefined;
  const start = range.start + parseInt(offsetText, 36);
  const end = start + parseInt(lengthText, 36);
  return end > range.end ? undefined : { bytes: range.bytes, start, end, isText: type === 't' };
}

/** The range an owner's values are in, if `handle` is held and belongs to `span`. */
function ownerRange(state: StoreState, span: SpanRef, owner: Owner, handle: number): ByteRange | undefined {
  const segment = state.ring.segmentOf(handle);
  if (segment === undefined) return undefined;
  const index = handle - segment.base;
  const [t0, t1, t2, t3] = traceIdWords(span.traceId);
  const hi = hexWord(span.spanId, 0);
  const lo = hexWord(span.spanId, 8);
  if (owner === 's' || owner === 'r' || owner === 'c') {
    const { spans } = segment;
    const slot = state.traces.find(t0, t1, t2, t3);
    if (index >= spans.count || spans.trace[index] !== slot || spans.idHi[index] !== hi || spans.idLo[index] !== lo) {
      return undefined;
    }
    if (owner !== 's') return headRange(segment, spans.origin[index]!, owner === 'r' ? 0 : 1);
    return segment.spanRange(index);
  }
  const { logs } = segment;
  const isOfTrace =
    index < logs.count &&
    logs.trace0[index] === t0 &&
    logs.trace1[index] === t1 &&
    logs.trace2[index] === t2 &&
    logs.trace3[index] === t3;
  const isOfSpan =
    (logs.spanHi[index] === hi && logs.spanLo[index] === lo) || (logs.spanHi[index]! | logs.spanLo[index]!) === 0;
  if (!isOfTrace || !isOfSpan) return undefined;
  if (owner !== 'l') return headRange(segment, logs.origin[index]!, owner === 'R' ? 0 : 1);
  return segment.logRange(index);
}
