import { FIELD, FOUND } from '../find/recordFields.ts';
import { RecordTexts } from '../find/recordTexts.ts';
import type { TextMatcher } from '../find/textMatcher.ts';
import type { SpanRef } from '../model/span.ts';
import { resourceTexts } from './resourceTexts.ts';
import { scopeNameOf } from './signatureTable.ts';
import { NONE } from './spanColumns.ts';
import { logHandles } from './spanLogs.ts';
import type { FoundText } from './storeReader.ts';
import type { StoreState } from './storeState.ts';

/** What is shown before and behind a match. */
const BEFORE = 24;
const BEHIND = 60;

/** See `StoreReader.foundTexts`. Reads the span whole. */
export function foundTexts(state: StoreState, ref: SpanRef, matcher: TextMatcher, limit: number): FoundText[] {
  const handle = state.handleOf(ref);
  const segment = state.segmentOf(handle);
  const found: FoundText[] = [];
  if (handle === NONE || segment === undefined) return found;
  const index = handle - segment.base;
  const take = (place: number, key: string, text: string): void => {
    const range = found.length < limit ? matcher.find(text, place === FOUND.resource ? true : undefined) : undefined;
    if (range !== undefined) found.push({ place, key, ...excerpt(text, range.start, range.end) });
  };
  const origin = segment.spans.origin[index]!;
  take(FOUND.name, '', segment.nameOf(index));
  take(FOUND.service, '', segment.serviceOf(index));
  take(FOUND.scope, '', scopeNameOf(segment, origin));
  const { idPrefix } = matcher;
  if (idPrefix !== '') for (const id of [ref.spanId, ref.traceId]) if (id.startsWith(idPrefix)) take(FOUND.id, '', id);
  const visit = (text: string): boolean => {
    if (walker.place !== FOUND.name) take(walker.place, walker.key, text);
    return found.length >= limit;
  };
  const walker = new RecordTexts({ text: visit, scalar: visit, everyScalar: true });
  const { bytes, start, end } = segment.spanRange(index);
  walker.walk(bytes, start, end, FIELD.span, undefined);
  for (const log of logHandles(state, ref).reverse()) {
    if (found.length >= limit) break;
    const logSegment = state.ring.segmentOf(log)!;
    const range = logSegment.logRange(log - logSegment.base);
    walker.walk(range.bytes, range.start, range.end, FIELD.log, undefined);
  }
  for (const { key, text } of resourceTexts(segment, segment.origins.get(origin, 0))) take(FOUND.resource, key, text);
  return found;
}

function excerpt(text: string, start: number, end: number): Pick<FoundText, 'text' | 'start' | 'end'> {
  const from = Math.max(0, start - BEFORE);
  const to = Math.min(text.length, Math.max(end, start + BEHIND));
  const before = from === 0 ? '' : '…';
  const shown = text.slice(from, Math.min(to, start + 4 * BEHIND));
  return {
    // Same length, so that the match stays where it is.
    text: `${before}${shown.replace(/[\s\u0000-\u001f]/g, ' ')}${to < text.length ? '…' : ''}`,
    start: start - from + before.length,
    end: Math.min(end - from, shown.length) + before.length,
  };
}
