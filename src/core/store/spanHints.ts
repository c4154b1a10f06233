import { SOURCE_KEYS, type SourceHints } from '../model/source.ts';
import type { SpanRef } from '../model/span.ts';
import { readAnyValue, readStringValue, scalarText } from '../otlp/anyValue.ts';
import { FieldCursor, lastField } from '../otlp/fieldCursor.ts';
import { isLibraryScope } from '../source/libraryScope.ts';
import { joinCodeHints } from './codeHintReader.ts';
import { CODE_KEYS } from './keyTable.ts';
import type { CodePart } from './keyTable.ts';
import { readProcessHints } from './processHints.ts';
import type { Segment } from './segment.ts';
import { scopeNameOf } from './signatureTable.ts';
import { NONE, type SpanColumns } from './spanColumns.ts';
import { logHandles } from './spanLogs.ts';
import type { StoreState } from './storeState.ts';

const MAX_STACK_TRACES = 4;
const MAX_STACK_BYTES = 64 * 1024;
const MAX_ATTRIBUTE = 300;
/** Spans around a span that are told: a library may call another, which calls another. */
export const MAX_PARENTS = 5;
/** Equal siblings are looked for in traces of at most this many spans. */
export const MAX_SPANS = 5_000;
export const MAX_SIBLINGS = 8;
const [SERVER, CLIENT, PRODUCER, CONSUMER] = [2, 3, 4, 5];
const SHORT = { inlineBytes: 4096, ref: (): string => '' };

/** What a span says about where it was made; {@link SourceHints}. */
export function readHints(state: StoreState, ref: SpanRef): SourceHints | undefined {
  const handle = state.handleOf(ref);
  const segment = state.segmentOf(handle);
  if (segment === undefined) return undefined;
  const stackTraces = new StackTraces();
  const own = readOwnHints(state, handle, stackTraces);
  if (own === undefined) return undefined;
  for (const logHandle of logHandles(state, ref)) {
    const logSegment = state.ring.segmentOf(logHandle)!;
    const log = logSegment.logRange(logHandle - logSegment.base);
    const record = new FieldCursor(log.bytes, log.start, log.end);
    takeStackTraces(logSegment, log.bytes, record, 6, stackTraces);
    if (stackTraces.texts.length >= MAX_STACK_TRACES) break;
  }
  const { startHi, startLo } = segment.spans;
  const index = handle - segment.base;
  const startMs = Math.floor((startHi[index]! * 2 ** 32 + startLo[index]!) / 1e6);
  return { ...own, stackTraces: stackTraces.texts, ...readAround(state, handle, own, MAX_PARENTS), startMs };
}

/** Hints of one span by itself, without the spans around it; without `stackTraces` none are read. */
export function readOwnHints(state: StoreState, handle: number, stackTraces?: StackTraces): SourceHints | undefined {
  const segment = state.segmentOf(handle);
  if (segment === undefined) return undefined;
  const index = handle - segment.base;
  const { spans } = segment;
  const { bytes, start, end } = segment.spanRange(index);
  const codeValues: (string | undefined)[] = [];
  const attributes: Record<string, string> = {};
  const cursor = new FieldCursor(bytes, start, end);
  while (cursor.next()) {
    if (cursor.field === 9) takeAttribute(segment, bytes, cursor, codeValues, attributes, stackTraces);
    else if (cursor.field === 11 && stackTraces) takeStackTraces(segment, bytes, cursor.inside(), 3, stackTraces);
  }
  if (spans.kind[index]! !== SERVER) dropPaths(attributes);
  const origin = spans.origin[index]!;
  const resource = segment.origins.get(origin, 0);
  return {
    serviceName: segment.services[resource]!,
    spanName: segment.nameOf(index),
    scopeName: scopeNameOf(segment, origin),
    ...readProcessHints(segment, resource),
    code: codeOf(codeValues),
    stackTraces: [],
    ...(spans.kind[index]! > 0 ? { kind: spans.kind[index]! } : {}),
    ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
  };
}

/** A requested path leads to the route that served it; of who called it, it would only make each span a kind of its own. */
function dropPaths(attributes: Record<string, string>): void {
  delete attributes['url.path'];
  delete attributes['http.target'];
}

/** Whether a library made the span on behalf of its caller, so that the spans around it tell where. */
export function isMadeForCaller({ kind = 0, scopeName, code }: SourceHints): boolean {
  // Who names its own file needs no caller.
  if (code.filePath !== undefined || kind === SERVER || kind === CONSUMER) return false;
  return kind === CLIENT || kind === PRODUCER || isLibraryScope(scopeName);
}

/** Parent and siblings of a span that a library made on behalf of its caller. */
function readAround(
  state: StoreState,
  handle: number,
  hints: SourceHints,
  depth: number,
): Pick<SourceHints, 'parent' | 'sibling'> {
  if (depth === 0 || !isMadeForCaller(hints)) return {};
  const segment = state.segmentOf(handle)!;
  const index = handle - segment.base;
  const { spans } = segment;
  const [hi, lo] = [spans.parentHi[index]!, spans.parentLo[index]!];
  const parentHandle = (hi | lo) === 0 ? NONE : state.handleIn(spans.trace[index]!, hi, lo);
  const own = parentHandle === handle ? undefined : readOwnHints(state, parentHandle);
  if (own?.serviceName !== hints.serviceName) return {};
  const sibling = readSibling(state, handle);
  return {
    parent: { ...own, ...readAround(state, parentHandle, own, depth - 1) },
    ...(sibling ? { sibling } : {}),
  };
}

/** Where a span stands, by its start, among those of its name under its parent. */
function readSibling(state: StoreState, handle: number): SourceHints['sibling'] {
  const segment = state.segmentOf(handle)!;
  const own = handle - segment.base;
  const { spans } = segment;
  const slot = spans.trace[own]!;
  const total = state.traces.spans[slot]!;
  if (total > MAX_SPANS) return undefined;
  const name = segment.nameOf(own);
  let [index, count] = [0, 0];
  for (let position = 0; position < total; position++) {
    const other = state.traces.handleAt(slot, position);
    const holder = state.segmentOf(other);
    if (holder === undefined) continue;
    const at = other - holder.base;
    if (holder.spans.parentLo[at] !== spans.parentLo[own] || holder.spans.parentHi[at] !== spans.parentHi[own])
      continue;
    if (holder.nameOf(at) !== name) continue;
    count++;
    if (other !== handle && isBefore(holder.spans, at, spans, own, other < handle)) index++;
  }
  return count > MAX_SIBLINGS ? undefined : { index, count };
}

export function isBefore(a: SpanColumns, i: number, b: SpanColumns, j: number, otherwise: boolean): boolean {
  const [high, low] = [a.startHi[i]! - b.startHi[j]!, a.startLo[i]! - b.startLo[j]!];
  return high !== 0 ? high < 0 : low !== 0 ? low < 0 : otherwise;
}

/** Up to four different stack traces, exceptions first come first served. */
class StackTraces {
  readonly texts: string[] = [];

  add(bytes: Uint8Array, start: number, end: number): void {
    if (this.texts.length >= MAX_STACK_TRACES) return;
    const text = readStringValue(bytes, start, end, MAX_STACK_BYTES);
    if (text !== undefined && text !== '' && !this.texts.includes(text)) this.texts.push(text);
  }
}

function takeAttribute(
  segment: Segment,
  bytes: Uint8Array,
  cursor: FieldCursor,
  codeValues: (string | undefined)[],
  attributes: Record<string, string>,
  stackTraces: StackTraces | undefined,
): void {
  const key = lastField(bytes, cursor.start, cursor.end, 1);
  const value = lastField(bytes, cursor.start, cursor.end, 2);
  if (key === undefined || value === undefined) return;
  const text = segment.keys.textOf(bytes, key.start, key.end - key.start);
  if (text === 'code.stacktrace' || text === 'exception.stacktrace') {
    stackTraces?.add(bytes, value.start, value.end);
  } else if (SOURCE_KEYS.has(text)) {
    const said = scalarText(readAnyValue(bytes, value.start, value.end, SHORT)).slice(0, MAX_ATTRIBUTE);
    if (said !== '') attributes[text] = said;
  } else if (text.startsWith('code.')) {
    const code = CODE_KEYS.findIndex((entry) => entry.key === text);
    if (code >= 0) codeValues[code] = scalarText(readAnyValue(bytes, value.start, value.end, SHORT));
  }
}

function takeStackTraces(
  segment: Segment,
  bytes: Uint8Array,
  cursor: FieldCursor,
  attributes: number,
  stackTraces: StackTraces,
): void {
  while (cursor.next()) {
    if (cursor.field !== attributes) continue;
    const key = lastField(bytes, cursor.start, cursor.end, 1);
    if (key === undefined) continue;
    const text = segment.keys.textOf(bytes, key.start, key.end - key.start);
    if (text !== 'exception.stacktrace' && text !== 'code.stacktrace') continue;
    const value = lastField(bytes, cursor.start, cursor.end, 2);
    if (value !== undefined) stackTraces.add(bytes, value.start, value.end);
  }
}

function codeOf(values: readonly (string | undefined)[]): SourceHints['code'] {
  const parts: Record<CodePart, string> = {
    filePath: '',
    line: '',
    column: '',
    functionName: '',
    bareFunction: '',
    namespace: '',
  };
  const keys: string[] = [];
  CODE_KEYS.forEach(({ key, part }, index) => {
    const text = values[index] ?? '';
    const value = part === 'line' || part === 'column' ? wholeNumber(text) : text;
    if (value === '') return;
    keys.push(key);
    // Newest name first: what is set stays.
    if (parts[part] === '') parts[part] = value;
  });
  return joinCodeHints(parts, keys);
}

/** Digits without leading zeros when `text` is a positive line number as text, int or whole double; else empty. */
function wholeNumber(text: string): string {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  return value > 0 && value < 0x7fffffff ? String(value) : '';
}
