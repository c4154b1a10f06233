import type { OtlpSignal } from '../../core/otlp/responses.ts';
import type { ReceiverProblem } from '../../protocol/engineApi.ts';

/** `google.rpc.Code` values the receiver answers with; the same numbers as gRPC status codes. */
export const GRPC_STATUS = {
  ok: 0,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const;

/** Why a request was not taken, in the terms of each protocol. `message` is complete: what was wrong and the cure. */
export interface Refusal {
  readonly refused: true;
  readonly code: ReceiverProblem['code'];
  readonly httpStatus: number;
  readonly grpcStatus: number;
  readonly message: string;
  /** Extra HTTP response headers (`allow`). */
  readonly headers: Readonly<Record<string, string>>;
  /** The sender should come back after so many seconds: Retry-After, or RetryInfo in gRPC's status. */
  readonly retryAfterSeconds?: number;
}

export function refusal(
  code: ReceiverProblem['code'],
  httpStatus: number,
  grpcStatus: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Refusal {
  return { refused: true, code, httpStatus, grpcStatus, message, headers };
}

export function isRefusal(value: object): value is Refusal {
  return 'refused' in value;
}

/** The body is larger than we take. Sizes are rounded so that equal problems are counted together. */
export function tooLarge(limit: number, sent: SentSize): Refusal {
  return refusal(
    'tooLarge',
    413,
    GRPC_STATUS.resourceExhausted,
    `A request may have ${mebibytes(limit)}${sent.compressed ? ' after decompression' : ''}; this one ${describe(sent)}. ` +
      'Send smaller batches (OTEL_BSP_MAX_EXPORT_BATCH_SIZE, for logs OTEL_BLRP_MAX_EXPORT_BATCH_SIZE), limit ' +
      'attribute values (OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT), or raise the setting spanline.receiver.maxBodyMiB.',
  );
}

/** What is known of a body that is too large. `inflates`: `bytes` is what came, and it grew beyond the limit. */
export interface SentSize {
  readonly bytes: number | undefined;
  readonly compressed: boolean;
  readonly inflates?: boolean;
}

function describe({ bytes, inflates }: SentSize): string {
  if (bytes === undefined) return 'is larger than that';
  return inflates === true ? `has ${mebibytes(bytes)} and inflates beyond it` : `has ${mebibytes(bytes)}`;
}

const SERVICE: Readonly<Record<OtlpSignal, string>> = {
  traces: 'TraceService',
  logs: 'LogsService',
  metrics: 'MetricsService',
};

/** A body of one signal where another's belongs. */
export function wrongSignal(wanted: OtlpSignal, found: OtlpSignal): Refusal {
  const variable = `OTEL_EXPORTER_OTLP_${found.toUpperCase()}_ENDPOINT`;
  return refusal(
    'wrongSignal',
    400,
    GRPC_STATUS.invalidArgument,
    `These are ${found}, sent where ${wanted} belong; POST them to /v1/${found} (gRPC: ${SERVICE[found]}/Export). ` +
      `${variable} takes the whole address with its path, OTEL_EXPORTER_OTLP_ENDPOINT the address without one.`,
  );
}

/** Not now: the sender is asked to keep the batch and come back. `why` says what is used up, and what helps. */
export function busy(why: string): Refusal {
  return {
    ...refusal('busy', 503, GRPC_STATUS.resourceExhausted, `${why} The sender is asked to retry in a second.`),
    retryAfterSeconds: 1,
  };
}

/** Too many bodies are being received at once. */
export function budgetUsedUp(limit: number): Refusal {
  return busy(
    `Requests of ${mebibytes(limit)} are being received at once, which is the limit ` +
      '(spanline.receiver.inFlightMiB).',
  );
}

/** The body did not come in time. */
export function tooSlow(): Refusal {
  return refusal(
    'other',
    408,
    GRPC_STATUS.deadlineExceeded,
    'The request was not complete before its deadline (OTEL_EXPORTER_OTLP_TIMEOUT).',
  );
}

function mebibytes(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KiB` : `${Math.ceil((bytes / 1024 / 1024) * 10) / 10} MiB`;
}
