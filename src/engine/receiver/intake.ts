import { OtherSignalError, OtlpDecodeError } from '../../core/otlp/decodeError.ts';
import { transcodeJson } from '../../core/otlp/jsonTranscoder.ts';
import type { OtlpEncoding, OtlpSignal } from '../../core/otlp/responses.ts';
import { transcodeZipkin } from '../../core/zipkin/zipkinTranscoder.ts';
import type { ReceiverProblem } from '../../protocol/engineApi.ts';
import type { MemoryBudget } from './memoryBudget.ts';
import { Pressure } from './pressure.ts';
import type { ReceiverLimits } from './receiverLimits.ts';
import { sureSignal } from './guessSignal.ts';
import { GRPC_STATUS, refusal, wrongSignal } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import { withoutRootDot } from './requestRules.ts';
import { SenderLookup } from './senderLookup.ts';
import type { ConnectionEnds } from './senderLookup.ts';
import { plainText, senderName } from './senderName.ts';
import { TurnQueue } from './turnQueue.ts';

/** What became of a well-formed body. `message` says why `rejected` items were not kept; empty when none were. */
export interface IngestResult {
  readonly accepted: number;
  readonly rejected: number;
  readonly message: string;
}

/** What a decompressed body is written in. */
export type BodyFormat = OtlpEncoding | 'zipkin';

const FORMAT_NAME: Readonly<Record<BodyFormat, string>> = {
  protobuf: 'OTLP protobuf',
  json: 'OTLP JSON',
  zipkin: 'Zipkin v2 JSON',
};

/** Takes whole protobuf `Export*ServiceRequest` bodies and owns them from then on. */
export interface IngestSink {
  /** Throws `OtlpDecodeError` before anything changed when the body is not a well-formed request. */
  ingest(signal: OtlpSignal, body: Uint8Array): IngestResult;
  /** Why no more can be taken now, and what helps; undefined when it can. Asked at the start of each request. */
  pressure?(): string | undefined;
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

/** Senders choose paths: no more of them are remembered and logged. */
const MOST_UNKNOWN_PATHS = 20;

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
  /** Bodies are inflated and handed on in its turns. */
  readonly turns: TurnQueue;
  readonly pressure: Pressure;
  readonly lookup = new SenderLookup();
  readonly #deps: ReceiverDeps;
  readonly #unknownPaths = new Set<string>();

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
    const elapsed = (): number => performance.now();
    this.turns = new TurnQueue(limits.sliceMs, { now: elapsed, defer: (callback) => void setImmediate(callback) });
    this.pressure = new Pressure({ queue: this.turns, elapsed, sink: () => deps.ingest.pressure?.() });
    this.maxBodyBytes = options.maxBodyBytes;
    this.allowedHosts = new Set(options.allowedHosts.map((host) => withoutRootDot(host.trim().toLowerCase())));
  }

  /**
   * Hands one decompressed body to the sink. The answer is what the sink said, or the refusal to send: 400 for a body
   * that is not OTLP or another signal's, 500 for an error of ours.
   */
  accept(
    signal: OtlpSignal,
    format: BodyFormat,
    body: Uint8Array,
    userAgent: string | undefined,
  ): IngestResult | Refusal {
    let result: IngestResult;
    try {
      if (format === 'protobuf') refuseOtherSignal(signal, body);
      result = this.#deps.ingest.ingest(signal, protobufOf(signal, format, body));
    } catch (error) {
      if (error instanceof OtherSignalError) return wrongSignal(signal, error.found);
      if (error instanceof OtlpDecodeError) {
        return refusal(
          'malformed',
          400,
          GRPC_STATUS.invalidArgument,
          `The ${signal} body is not valid ${FORMAT_NAME[format]}: ${plainText(error.message, 200)} ` +
            `(byte ${error.offset}).${format === 'json' && startsList(body) ? ZIPKIN_CURE : ''}`,
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

  /** Tells once of each path that is taken for its end only, so that whoever set it by mistake can find out. */
  unknownPath(path: string, sender: string): void {
    if (this.#unknownPaths.has(path) || this.#unknownPaths.size >= MOST_UNKNOWN_PATHS) return;
    this.#unknownPaths.add(path);
    this.#deps.log(
      'info',
      `From ${sender}: POST ${plainText(path, 80)} is taken for its last two parts. ` +
        'OTEL_EXPORTER_OTLP_ENDPOINT takes the address without a path.',
    );
  }

  /** Counts a refusal and reports it with its sender. */
  refused(refused: Refusal, sender: string): void {
    this.metrics.refusedRequests++;
    this.#deps.onProblem({ code: refused.code, message: `From ${sender}: ${refused.message}` });
  }

  /**
   * The same for a request that is still to be answered, and lets it be: what is too large is reported with the program
   * behind the connection, which the system knows only until the answer is out.
   */
  refusedRequest(
    refused: Refusal,
    userAgent: string | undefined,
    connection: ConnectionEnds | undefined,
    answer: () => void,
  ): void {
    const sender = senderName(userAgent);
    if (refused.code !== 'tooLarge' || connection === undefined) {
      this.refused(refused, sender);
      answer();
      return;
    }
    void this.lookup.find(connection).then((owner) => {
      this.refused(refused, owner === undefined ? sender : `${sender}, ${owner}`);
      answer();
    });
  }
}

function protobufOf(signal: OtlpSignal, format: BodyFormat, body: Uint8Array): Uint8Array {
  switch (format) {
    case 'protobuf':
      return body;
    case 'json':
      return transcodeJson(signal, body);
    case 'zipkin':
      return transcodeZipkin(body);
  }
}

const ZIPKIN_CURE = ' If these are Zipkin spans, POST them to /api/v2/spans.';

/** OTLP/JSON is an object, Zipkin's a list. */
function startsList(body: Uint8Array): boolean {
  return body.find((byte) => byte > 0x20) === 0x5b;
}

/** JSON names its signal, which the transcoder checks; protobuf of one signal can read as another's. */
function refuseOtherSignal(signal: OtlpSignal, body: Uint8Array): void {
  const found = sureSignal(body);
  if (found !== undefined && found !== signal) throw new OtherSignalError(`found ${found}`, 0, found);
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
