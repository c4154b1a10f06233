import { OtlpDecodeError } from '../../core/otlp/decodeError.ts';
import { transcodeJson } from '../../core/otlp/jsonTranscoder.ts';
import { jsonGroupsHead } from '../../core/otlp/jsonWriter.ts';
import { jaegerResourceSpans } from '../../core/jaeger/jaegerTrace.ts';
import type { OtlpSignal } from '../../core/otlp/responses.ts';
import { transcodeZipkin } from '../../core/zipkin/zipkinTranscoder.ts';
import { FileProblem } from './fileProblem.ts';
import { JsonSplitter, type JsonPiece } from './jsonSplitter.ts';
import { lineFeeds } from './pendingBytes.ts';

/** What a list's elements are. */
type ElementKind = OtlpSignal | 'zipkin' | 'jaeger';

/** Lists of an OTLP request, in both spellings, without underscores and in lower case. */
const OTLP_LISTS: Readonly<Record<string, OtlpSignal>> = {
  resourcespans: 'traces',
  resourcelogs: 'logs',
  resourcemetrics: 'metrics',
};
const JAEGER_LIST = 'data';
const JAEGER_TRACE = /^\{\s*"(?:traceID|spans|processes)"/;
const REQUEST_START = /^\{\s*"resource_?(?:spans|logs|metrics)"/i;
const NAMES: Readonly<Record<ElementKind, string>> = {
  traces: 'OTLP',
  logs: 'OTLP',
  metrics: 'OTLP',
  zipkin: 'Zipkin',
  jaeger: 'Jaeger',
};
const BATCH_BYTES = 1024 * 1024;
/** Lists inside lists that are looked into. */
const MAX_LISTS = 2;

/** Turns elements of a file's lists into export requests, several at a time. */
export class JsonBatches {
  /** Names of lists that hold none of ours. */
  readonly otherLists = new Set<string>();
  hadZipkin = false;
  hadJaeger = false;
  readonly #deliver: (signal: OtlpSignal, body: Uint8Array<ArrayBuffer>) => Promise<void>;
  readonly #onProblem: (problem: FileProblem) => void;
  #kind: ElementKind = 'traces';
  #pieces: JsonPiece[] = [];
  #size = 0;

  constructor(
    deliver: (signal: OtlpSignal, body: Uint8Array<ArrayBuffer>) => Promise<void>,
    onProblem: (problem: FileProblem) => void,
  ) {
    this.#deliver = deliver;
    this.#onProblem = onProblem;
  }

  async add(piece: JsonPiece): Promise<void> {
    await this.#add(piece, 0);
  }

  async #add(piece: JsonPiece, depth: number): Promise<void> {
    if (piece.list === '') {
      await this.#addElement(piece, depth);
      return;
    }
    const signal = OTLP_LISTS[piece.list.replaceAll('_', '').toLowerCase()];
    if (piece.list === JAEGER_LIST && JAEGER_TRACE.test(Buffer.from(piece.bytes.subarray(0, 64)).toString('latin1'))) {
      this.hadJaeger = true;
      await this.#gather('jaeger', piece);
    } else if (signal === undefined) this.otherLists.add(piece.list);
    else await this.#gather(signal, piece);
  }

  /** Delivers what was gathered. */
  async flush(): Promise<void> {
    const pieces = this.#pieces;
    const kind = this.#kind;
    this.#pieces = [];
    this.#size = 0;
    if (pieces.length === 0) return;
    try {
      await this.#deliver(signalOf(kind), transcode(kind, pieces));
    } catch (error) {
      if (!(error instanceof OtlpDecodeError)) throw error;
      // One by one, so that what is well-formed is kept and the rest is told by its place.
      for (const piece of pieces) await this.#deliverAlone(kind, piece);
    }
  }

  /** An element of a list that is a document of its own. */
  async #addElement(piece: JsonPiece, depth: number): Promise<void> {
    const start = Buffer.from(piece.bytes.subarray(0, 64)).toString('latin1');
    // Zipkin lists traces, each a list of spans.
    if (depth < MAX_LISTS && (REQUEST_START.test(start) || start.startsWith('['))) {
      for (const inner of new JsonSplitter().push(piece.bytes)) {
        const place = { byte: piece.place.byte + inner.place.byte, line: piece.place.line + inner.place.line - 1 };
        await this.#add({ ...inner, place }, depth + 1);
      }
    } else if (start.startsWith('{')) {
      this.hadZipkin = true;
      await this.#gather('zipkin', piece);
    } else {
      this.#onProblem(
        new FileProblem(`expected a span or an export request in this list, found ${start}`, piece.place),
      );
    }
  }

  async #gather(kind: ElementKind, piece: JsonPiece): Promise<void> {
    if (kind !== this.#kind) await this.flush();
    this.#kind = kind;
    this.#pieces.push(piece);
    this.#size += piece.bytes.length;
    if (this.#size >= BATCH_BYTES) await this.flush();
  }

  async #deliverAlone(kind: ElementKind, piece: JsonPiece): Promise<void> {
    let body: Uint8Array<ArrayBuffer>;
    try {
      body = transcode(kind, [piece]);
    } catch (error) {
      if (!(error instanceof OtlpDecodeError)) throw error;
      this.#onProblem(problemIn(kind, piece, error));
      return;
    }
    await this.#deliver(signalOf(kind), body);
  }
}

function signalOf(kind: ElementKind): OtlpSignal {
  return kind === 'zipkin' || kind === 'jaeger' ? 'traces' : kind;
}

function headOf(kind: Exclude<ElementKind, 'jaeger'>): string {
  return kind === 'zipkin' ? '[' : `{${jsonGroupsHead(kind)}`;
}

function transcode(kind: ElementKind, pieces: readonly JsonPiece[]): Uint8Array<ArrayBuffer> {
  if (kind === 'jaeger') return transcodeJaeger(pieces);
  const head = headOf(kind);
  const tail = kind === 'zipkin' ? ']' : ']}';
  const size = pieces.reduce((sum, { bytes }) => sum + bytes.length + 1, head.length + tail.length);
  const text = Buffer.allocUnsafe(size);
  let at = text.write(head, 'latin1');
  for (const [index, { bytes }] of pieces.entries()) {
    if (index > 0) at += text.write(',', at, 'latin1');
    text.set(bytes, at);
    at += bytes.length;
  }
  at += text.write(tail, at, 'latin1');
  const whole = text.subarray(0, at);
  return kind === 'zipkin' ? transcodeZipkin(whole) : transcodeJson(kind, whole);
}

/** Jaeger's JSON is read whole, trace by trace: its downloads are small, and nobody posts it. */
function transcodeJaeger(pieces: readonly JsonPiece[]): Uint8Array<ArrayBuffer> {
  const resourceSpans = pieces.flatMap(({ bytes }) => {
    let trace: unknown;
    try {
      trace = JSON.parse(Buffer.from(bytes).toString());
    } catch (error) {
      throw new OtlpDecodeError(error instanceof Error ? error.message : String(error), 0);
    }
    const groups = jaegerResourceSpans(trace);
    if (groups === undefined) throw new OtlpDecodeError('expected a trace with spans', 0);
    return groups;
  });
  return transcodeJson('traces', Buffer.from(JSON.stringify({ resourceSpans })));
}

/** The error with its place in the file instead of that in the request that was made of the piece. */
function problemIn(kind: ElementKind, { bytes, place }: JsonPiece, error: OtlpDecodeError): FileProblem {
  // What the transcoder saw of Jaeger's JSON was made from it: its offsets mean nothing there.
  const offset = kind === 'jaeger' ? 0 : Math.max(0, Math.min(bytes.length, error.offset - headOf(kind).length));
  const words = error.message
    .replace(` at byte ${error.offset}`, '')
    .replace(/^resource(Spans|Logs|Metrics)\[0\]\.?/, '');
  return new FileProblem(`not valid ${NAMES[kind]} JSON: ${words}`, {
    byte: place.byte + offset,
    line: place.line + lineFeeds(bytes, 0, offset),
  });
}
