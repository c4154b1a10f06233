import type { SourceHints } from '../model/source.ts';
import type { SpanRef } from '../model/span.ts';
import { readAnyValue, readStringValue, scalarText } from '../otlp/anyValue.ts';
import { FieldCursor, lastField } from '../otlp/fieldCursor.ts';
import { joinCodeHints } from './codeHintReader.ts';
import { CODE_KEYS } from './keyTable.ts';
import type { CodePart } from './keyTable.ts';
import { readProcessHints } from './processHints.ts';
import type { Segment } from './segment.ts';
import { scopeNameOf } from './signatureTable.ts';
import { logHandles } from './spanLogs.ts';
import type { StoreState } from './storeState.ts';

const MAX_STACK_TRACES = 4;
const MAX_STACK_BYTES = 64 * 1024;
const SHORT = { inlineBytes: 4096, ref: (): string => '' };

/** What a span says about where it was made; {@link SourceHints}. */
export function readHints(state: StoreState, ref: SpanRef): SourceHints | undefined {
  const handle = state.handleOf(ref);
  const segment = state.segmentOf(handle);
  if (segment === undefined) return undefined;
  const index = handle - segment.base;
  const { spans } = segment;
  const { bytes, start, end } = segment.spanRange(index);
  const stackTraces = new StackTraces();
  const codeValues: (string | undefined)[] = [];
  const cursor = new FieldCursor(bytes, start, end);
  while (cursor.next()) {
    if (cursor.field === 9) takeAttribute(segment, bytes, cursor, codeValues, stackTraces);
    else if (cursor.field === 11) takeStackTraces(segment, bytes, cursor.inside(), 3, stackTraces);
  }
  for (const logHandle of logHandles(state, ref)) {
    const logSegment = state.ring.segmentOf(logHandle)!;
    const log = logSegment.logRange(logHandle - logSegment.base);
    const record = new FieldCursor(log.bytes, log.start, log.end);
    takeStackTraces(logSegment, log.bytes, record, 6, stackTraces);
    if (stackTraces.texts.length >= MAX_STACK_TRACES) break;
  }
  const origin = spans.origin[index]!;
  const resource = segment.origins.get(origin, 0);
  return {
    serviceName: segment.services[resource]!,
    spanName: segment.nameOf(index),
    scopeName: scopeNameOf(segment, origin),
    ...readProcessHints(segment, resource),
    code: codeOf(codeValues),
    stackTraces: stackTraces.texts,
  };
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
  stackTraces: StackTraces,
): void {
  const key = lastField(bytes, cursor.start, cursor.end, 1);
  const value = lastField(bytes, cursor.start, cursor.end, 2);
  if (key === undefined || value === undefined) return;
  const text = segment.keys.textOf(bytes, key.start, key.end - key.start);
  if (text === 'code.stacktrace' || text === 'exception.stacktrace') {
    stackTraces.add(bytes, value.start, value.end);
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
