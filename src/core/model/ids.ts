declare const traceIdBrand: unique symbol;
declare const spanIdBrand: unique symbol;

/** 32 lower-case hex digits (16 bytes). SGLang and Zipkin senders use only the last 64 bits: still 32 digits here. */
export type TraceId = string & { readonly [traceIdBrand]: true };

/** 16 lower-case hex digits (8 bytes). */
export type SpanId = string & { readonly [spanIdBrand]: true };

const TRACE_ID = /^[0-9a-f]{32}$/;
const SPAN_ID = /^[0-9a-f]{16}$/;
const ALL_ZERO = /^0+$/;

/** The id when `text` is a valid, non-zero W3C trace id (any case), else undefined. */
export function parseTraceId(text: string): TraceId | undefined {
  const id = text.toLowerCase();
  return TRACE_ID.test(id) && !ALL_ZERO.test(id) ? (id as TraceId) : undefined;
}

/** The id when `text` is a valid, non-zero W3C span id (any case), else undefined. */
export function parseSpanId(text: string): SpanId | undefined {
  const id = text.toLowerCase();
  return SPAN_ID.test(id) && !ALL_ZERO.test(id) ? (id as SpanId) : undefined;
}

/** A trace id's words, 32 bits of either sign, as 32 lower-case hex digits. */
export function traceIdText(word0: number, word1: number, word2: number, word3: number): TraceId {
  return (wordText(word0) + wordText(word1) + wordText(word2) + wordText(word3)) as TraceId;
}

/** A span id's halves, as 32-bit words of either sign, as 16 lower-case hex digits; zeros too. */
export function spanIdText(hi: number, lo: number): SpanId {
  return (wordText(hi) + wordText(lo)) as SpanId;
}

function wordText(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
