import type { TraceId } from '../../core/model/ids.ts';
import { checkRequest } from '../../core/otlp/requestCheck.ts';
import { OtlpDecodeError } from '../../core/otlp/decodeError.ts';
import type { OtlpSignal } from '../../core/otlp/responses.ts';
import { splitRequest } from '../../core/otlp/splitRequest.ts';
import { addTraceIds } from '../../core/otlp/traceIdsIn.ts';
import { guessSignal } from '../receiver/guessSignal.ts';
import type { IngestResult } from '../receiver/intake.ts';
import { FileProblem } from './fileProblem.ts';
import { JsonBatches } from './jsonBatches.ts';
import { JsonSplitter } from './jsonSplitter.ts';
import { ProtobufSplitter, type ProtobufPiece } from './protobufSplitter.ts';
import { SNIFF_BYTES, sniffLayout } from './sniffFormat.ts';

/** Takes whole protobuf export requests, as a receiver hands them to the store. */
export type BodySink = (signal: OtlpSignal, body: Uint8Array<ArrayBuffer>) => IngestResult | Promise<IngestResult>;

/** What was found in a file and what became of it. */
export interface FileReport {
  readonly format: 'OTLP JSON' | 'Zipkin JSON' | 'Jaeger JSON' | 'OTLP protobuf';
  readonly spans: number;
  readonly logRecords: number;
  readonly dataPoints: number;
  /** Records that were refused, and why in the sink's words. */
  readonly rejected: number;
  readonly rejectedMessage: string;
  /** Parts that could not be read, the first {@link MAX_PROBLEMS} of `problemCount`. */
  readonly problems: readonly FileProblem[];
  readonly problemCount: number;
  /** In the order of the file, at most {@link MAX_TRACE_IDS}. */
  readonly traceIds: readonly TraceId[];
}

const MAX_PROBLEMS = 20;
/** Ids remembered of one file. */
export const MAX_TRACE_IDS = 1000;
/** What goes to the sink at once: small enough that others are served in between. */
const BODY_BYTES = 4 * 1024 * 1024;

/**
 * Reads a trace file: OTLP/JSON in one document, in lines or in a list, Zipkin v2 JSON, Jaeger's JSON, or OTLP protobuf with or without
 * lengths in front; told by content. Parts that cannot be read are passed over and reported; where even the parts
 * cannot be told apart any more, reading ends there.
 * @param chunks the file's bytes, decompressed.
 * @throws FileProblem when it is no such file, or nothing of it could be read.
 */
export async function readTraceFile(chunks: AsyncIterable<Uint8Array>, sink: BodySink): Promise<FileReport> {
  const reading = new FileReading(sink);
  try {
    let head: Uint8Array | undefined = new Uint8Array(0);
    for await (const chunk of chunks) {
      if (head === undefined) {
        await reading.push(chunk);
        continue;
      }
      head = Buffer.concat([head, chunk]);
      if (head.length < SNIFF_BYTES) continue;
      await reading.begin(head);
      head = undefined;
    }
    if (head !== undefined) await reading.begin(head);
    await reading.end();
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    await reading.broken(error);
  }
  return reading.report();
}

class FileReading {
  readonly #sink: BodySink;
  readonly #problems: FileProblem[] = [];
  readonly #traceIds = new Set<TraceId>();
  readonly #accepted = { traces: 0, logs: 0, metrics: 0 };
  #json: { readonly splitter: JsonSplitter; readonly batches: JsonBatches } | undefined;
  #protobuf: ProtobufSplitter | undefined;
  #problemCount = 0;
  #rejected = 0;
  #rejectedMessage = '';
  /** Of the last protobuf piece that told. */
  #signal: OtlpSignal | undefined;

  constructor(sink: BodySink) {
    this.#sink = sink;
  }

  async begin(head: Uint8Array): Promise<void> {
    if (head.length === 0) throw new FileProblem('the file is empty');
    const layout = sniffLayout(head);
    if (layout === undefined) {
      const first = Buffer.from(head.subarray(0, 8)).toString('hex');
      throw new FileProblem(
        `this is no trace file that Spanline reads (OTLP as JSON, JSON lines or protobuf, Zipkin or Jaeger JSON); it begins with ${first}`,
      );
    }
    if (layout === 'json') {
      const batches = new JsonBatches(
        (signal, body) => this.#deliver(signal, body),
        (problem) => this.#problem(problem),
      );
      this.#json = { splitter: new JsonSplitter(), batches };
    } else {
      this.#protobuf = new ProtobufSplitter(layout === 'sizedProtobuf');
    }
    await this.push(head);
  }

  async push(chunk: Uint8Array): Promise<void> {
    if (this.#json) for (const piece of this.#json.splitter.push(chunk)) await this.#json.batches.add(piece);
    if (this.#protobuf) for (const piece of this.#protobuf.push(chunk)) await this.#request(piece);
  }

  async end(): Promise<void> {
    await this.#json?.batches.flush();
    this.#json?.splitter.end();
    this.#protobuf?.end();
  }

  /** Takes what was whole before the file broke. */
  async broken(problem: FileProblem): Promise<void> {
    await this.#json?.batches.flush();
    this.#problem(problem);
  }

  /** @throws FileProblem when nothing was read: then the first problem is the answer. */
  report(): FileReport {
    const { traces, logs, metrics } = this.#accepted;
    if (traces + logs + metrics + this.#rejected === 0) {
      const [first] = this.#problems;
      if (first) throw first;
      const names = [...(this.#json?.batches.otherLists ?? [])].slice(0, 5).map((name) => JSON.stringify(name));
      throw new FileProblem(
        names.length === 0
          ? 'there are no spans, log records or metrics in this file'
          : `there is no "resourceSpans", "resourceLogs" or "resourceMetrics" in this file, only ${names.join(', ')}`,
      );
    }
    return {
      format: this.#format(),
      spans: traces,
      logRecords: logs,
      dataPoints: metrics,
      rejected: this.#rejected,
      rejectedMessage: this.#rejectedMessage,
      problems: this.#problems,
      problemCount: this.#problemCount,
      traceIds: [...this.#traceIds],
    };
  }

  #format(): FileReport['format'] {
    if (this.#protobuf) return 'OTLP protobuf';
    if (this.#json?.batches.hadZipkin === true) return 'Zipkin JSON';
    return this.#json?.batches.hadJaeger === true ? 'Jaeger JSON' : 'OTLP JSON';
  }

  #problem(problem: FileProblem): void {
    this.#problemCount++;
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(problem);
  }

  async #request({ bytes, place }: ProtobufPiece): Promise<void> {
    const guess = guessSignal('protobuf', bytes) ?? this.#signal ?? 'traces';
    let first: OtlpDecodeError | undefined;
    // Spans without times look like metrics at first; what is checked whole is told apart.
    for (const signal of new Set<OtlpSignal>([guess, 'traces', 'logs', 'metrics'])) {
      try {
        checkRequest(signal, bytes);
      } catch (error) {
        if (!(error instanceof OtlpDecodeError)) throw error;
        first ??= error;
        continue;
      }
      this.#signal = signal;
      await this.#deliver(signal, bytes);
      return;
    }
    if (first === undefined) return;
    const at = { byte: place.byte + first.offset, line: 0 };
    this.#problem(new FileProblem(`not valid OTLP protobuf: ${first.message}`, at));
  }

  async #deliver(signal: OtlpSignal, body: Uint8Array<ArrayBuffer>): Promise<void> {
    for (const part of splitRequest(body, BODY_BYTES)) {
      if (signal === 'traces') addTraceIds(part, this.#traceIds, MAX_TRACE_IDS);
      const { accepted, rejected, message } = await this.#sink(signal, part);
      this.#accepted[signal] += accepted;
      this.#rejected += rejected;
      if (this.#rejectedMessage === '') this.#rejectedMessage = message;
    }
  }
}
