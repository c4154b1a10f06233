import { encodeUtf8 } from './jsonUtf8.ts';
import { joinBytes, lengthDelimited, varint } from './wireBytes.ts';

/** The three stable OTLP signals. */
export type OtlpSignal = 'traces' | 'logs' | 'metrics';

/** Encodings of OTLP; an answer uses the one of its request. */
export type OtlpEncoding = 'protobuf' | 'json';

/** `partial_success` of an answer: what was refused of a well-formed request, or (with 0 rejected) a warning. */
export interface PartialSuccess {
  readonly rejected: number;
  readonly message: string;
}

const REJECTED_FIELD: Record<OtlpSignal, string> = {
  traces: 'rejectedSpans',
  logs: 'rejectedLogRecords',
  metrics: 'rejectedDataPoints',
};

/**
 * `Export{Trace,Logs,Metrics}ServiceResponse`. Without `partial`, or when it says nothing, the message is empty: zero
 * bytes in protobuf, `{}` in JSON (OTLP 1.11, "Full Success").
 */
export function encodeExportResponse(
  signal: OtlpSignal,
  encoding: OtlpEncoding,
  partial?: PartialSuccess,
): Uint8Array<ArrayBuffer> {
  const rejected = partial === undefined ? 0 : Math.max(0, Math.trunc(partial.rejected));
  const message = partial?.message ?? '';
  const empty = rejected === 0 && message === '';
  if (encoding === 'json') {
    const partialSuccess: Record<string, string> = {};
    if (rejected > 0) partialSuccess[REJECTED_FIELD[signal]] = String(rejected);
    if (message !== '') partialSuccess['errorMessage'] = message;
    return encodeUtf8(JSON.stringify(empty ? {} : { partialSuccess }));
  }
  return empty ? new Uint8Array(0) : lengthDelimited(1, intAndText(rejected, message));
}

/**
 * `google.rpc.Status`, the body of every OTLP/HTTP answer that is not 200. `code` is a `google.rpc.Code` (3
 * INVALID_ARGUMENT, 8 RESOURCE_EXHAUSTED, 13 INTERNAL, 14 UNAVAILABLE, …).
 */
export function encodeStatus(encoding: OtlpEncoding, code: number, message: string): Uint8Array<ArrayBuffer> {
  return encoding === 'json' ? encodeUtf8(JSON.stringify({ code, message })) : intAndText(code, message);
}

const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';

/**
 * `google.rpc.Status` in protobuf with a `google.rpc.RetryInfo`: what makes RESOURCE_EXHAUSTED retryable for an OTLP
 * exporter (OTLP 1.11, "OTLP/gRPC Throttling").
 */
export function encodeRetryStatus(code: number, message: string, seconds: number): Uint8Array<ArrayBuffer> {
  const duration = seconds === 0 ? new Uint8Array(0) : Uint8Array.from([0x08, ...varint(seconds)]);
  const retryInfo = lengthDelimited(1, duration);
  const any = joinBytes([...lengthDelimited(1, encodeUtf8(RETRY_INFO))], lengthDelimited(2, retryInfo));
  return joinBytes([...intAndText(code, message)], lengthDelimited(3, any));
}

/** Field 1 a non-negative integer, field 2 a string: the shape `*PartialSuccess` and `Status` share. Defaults are left out. */
function intAndText(value: number, text: string): Uint8Array<ArrayBuffer> {
  const head = value === 0 ? [] : [0x08, ...varint(value)];
  const tail = text === '' ? new Uint8Array(0) : lengthDelimited(2, encodeUtf8(text));
  return joinBytes(head, tail);
}
