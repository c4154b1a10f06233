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
