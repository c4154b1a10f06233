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
  /** Extra HTTP response headers (`allow`, `retry-after`). */
  readonly headers: Readonly<Record<string, string>>;
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
export function tooLarge(limit: number, sentBytes: number | undefined, compressed: boolean): Refusal {
  const sent = sentBytes === undefined ? 'is larger than that' : `has ${mebibytes(sentBytes)}`;
  return refusal(
    'tooLarge',
    413,
    GRPC_STATUS.resourceExhausted,
    `A request may have ${mebibytes(limit)}${compressed ? ' after decompression' : ''}; this one ${sent}. ` +
      'Send smaller batches (OTEL_BSP_MAX_EXPORT_BATCH_SIZE), limit attribute values ' +
      '(OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT), or raise the setting spanline.receiver.maxBodyMiB.',
  );
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

/** Too many bodies are being received at once; the sender is asked to come back. */
export function busy(): Refusal {
  return refusal(
    'other',
    503,
    GRPC_STATUS.unavailable,
    'Too many bytes are being received at once; the sender is asked to retry in a second.',
    { 'retry-after': '1' },
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
