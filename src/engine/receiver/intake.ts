import { OtlpDecodeError } from '../../core/otlp/decodeError.ts';
import { transcodeJson } from '../../core/otlp/jsonTranscoder.ts';
import type { OtlpEncoding, OtlpSignal } from '../../core/otlp/responses.ts';
import type { ReceiverProblem } from '../../protocol/engineApi.ts';
import type { MemoryBudget } from './memoryBudget.ts';
import type { ReceiverLimits } from './receiverLimits.ts';
import { GRPC_STATUS, refusal } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import { withoutRootDot } from './requestRules.ts';
import { plainText, senderName } from './senderName.ts';

/** What became of a well-formed body. `message` says why `rejected` items were not kept; empty when none were. */
export interface IngestResult {
  readonly accepted: number;
  readonly rejected: number;
  readonly message: string;
}

/** Takes whole protobuf `Export*ServiceRequest` bodies and owns them from then on. */
export interface IngestSink {
  /** Throws `OtlpDecodeError` before anything changed when the body is not a well-formed request. */
  ingest(signal: OtlpSignal, body: Uint8Array): IngestResult;
}

/** A problem to show; the engine adds the time and counts equal ones together. */
export interface ProblemReport {
  readonly code: ReceiverProblem['code'];
  readonly message: string;
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

export interface ReceiverDeps {
  readonly ingest: IngestSink;
  readonly onProblem: (problem: ProblemReport) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: (level: LogLevel, message: string) => void;
  /** Overrides of {@link ReceiverLimits}, for tests. */
  readonly limits?: Partial<ReceiverLimits>;
}

/** Counters since the receiver was made. */
export interface ReceiverMetrics {
  /** Export requests answered with success, partial or not. */
  acceptedRequests: number;
  /** Requests and connections refused, for whatever reason. */
  refusedRequests: number;
  /** When the last of them was answered, milliseconds since the epoch; 0 before the first. */
  lastAcceptedMs: number;
  /** Bytes of accepted bodies after decompression. */
  acceptedBytes: number;
  /** Connections taken since the start. */
  connections: number;
}

/** What HTTP and gRPC share: limits, the sink, and the bookkeeping of refusals. */
export class Intake {
  readonly limits: ReceiverLimits;
  readonly maxBodyBytes: number;
  readonly allowedHosts: ReadonlySet<string>;
  readonly memory: MemoryBudget;
  readonly metrics: ReceiverMetrics;
  readonly #deps: ReceiverDeps;

  constructor(
    deps: ReceiverDeps,
    metrics: ReceiverMetrics,
    memory: MemoryBudget,
    limits: ReceiverLimits,
    options: { readonly maxBodyBytes: number; readonly allowedHosts: readonly string[] },
  ) {
    this.#deps = deps;
    this.metrics = metrics;
    this.memory = memory;
    this.limits = limits;
    this.maxBodyBytes = options.maxBodyBytes;
    this.allowedHosts = new Set(options.allowedHosts.map((host) => withoutRootDot(host.trim().toLowerCase())));
  }

  /**
   * Hands one decompressed body to the sink. The answer is what the sink said, or the refusal to send: 400 for a body
   * that is not OTLP, 500 for an error of ours.
   */
  accept(
    signal: OtlpSignal,
    encoding: OtlpEncoding,
    body: Uint8Array,
    userAgent: string | undefined,
  ): IngestResult | Refusal {
    let result: IngestResult;
    try {
      result = this.#deps.ingest.ingest(signal, encoding === 'json' ? transcodeJson(signal, body) : body);
    } catch (error) {
      if (error instanceof OtlpDecodeError) {
        const format = encoding === 'json' ? 'JSON' : 'protobuf';
        return refusal(
          'malformed',
          400,
          GRPC_STATUS.invalidArgument,
          `The ${signal} body is not valid OTLP ${format}: ${plainText(error.message, 200)} (byte ${error.offset}).`,
        );
      }
      this.#deps.log('error', `Ingesting ${signal} failed: ${describeError(error)}`);
      return refusal('other', 500, GRPC_STATUS.internal, `Spanline failed to read these ${signal}; see its log.`);
    }
    this.metrics.acceptedRequests++;
    this.metrics.lastAcceptedMs = this.#deps.now();
    this.metrics.acceptedBytes += body.byteLength;
    if (result.rejected > 0) {
      const what = signal === 'traces' ? 'spans' : signal === 'logs' ? 'log records' : 'data points';
      this.#deps.onProblem({
        code: 'rejectedSpans',
        message: `From ${senderName(userAgent)}: ${result.rejected} ${what} not kept: ${plainText(result.message, 300)}`,
      });
    }
    return result;
  }

  /** Counts a refusal and reports it with its sender. */
  refused(refused: Refusal, sender: string): void {
    this.metrics.refusedRequests++;
    this.#deps.onProblem({ code: refused.code, message: `From ${sender}: ${refused.message}` });
  }
}

/**
 * An error without what it might quote: messages of errors other than the engine's own may hold parts of a body, so
 * only name, code and frames are told for those.
 */
function describeError(error: unknown): string {
  if (!(error instanceof Error)) return 'an unknown error';
  const ownMessage = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return [ownMessage ? `${error.name}: ${plainText(error.message, 200)}` : error.name, ...frames.slice(0, 8)].join(
    '\n',
  );
}
