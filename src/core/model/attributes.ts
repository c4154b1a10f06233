/**
 * OTLP AnyValue in the form that travels in messages: JSON values only.
 * 64-bit integers are decimal text; doubles that JSON cannot carry are text; bytes are base64.
 */
export type AttributeValue =
  | { readonly type: 'string'; readonly value: string; readonly cut?: CutValue }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'int'; readonly value: string }
  | { readonly type: 'double'; readonly value: number | 'NaN' | 'Infinity' | '-Infinity' }
  | { readonly type: 'bytes'; readonly value: string; readonly cut?: CutValue }
  | { readonly type: 'array'; readonly values: readonly AttributeValue[] }
  | { readonly type: 'kvlist'; readonly entries: readonly Attribute[] }
  | { readonly type: 'empty' };

/** A value longer than one message may carry: the rest is paged with `span/value` by `ref`. */
export interface CutValue {
  /** Whole length in UTF-8 bytes (for `bytes`: raw bytes). */
  readonly totalBytes: number;
  /** Opaque reference for paging; valid while the span is held. */
  readonly ref: string;
}

/** One key and value; order is the sender's, duplicate keys are kept. */
export interface Attribute {
  readonly key: string;
  readonly value: AttributeValue;
}
