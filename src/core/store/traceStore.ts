import type { TraceId } from '../model/ids.ts';
import { NoiseJudge } from '../noise/noiseJudge.ts';
import type { NoiseRule } from '../noise/noiseRule.ts';
import { OtlpDecodeError } from '../otlp/decodeError.ts';
import { LogReader } from '../otlp/logReader.ts';
import { TraceReader } from '../otlp/traceReader.ts';
import type { Age } from './age.ts';
import type { BlockCodec } from './blockCodec.ts';
import { commitLogs, commitSpans } from './commitBatch.ts';
import type { Arrival } from './commitBatch.ts';
import { evictOldest } from './eviction.ts';
import type { KeptWriter } from './eviction.ts';
import { endedRequest, runningSpans } from './runningSpans.ts';
import type { RunningSpan } from './runningSpans.ts';
import type { Segment } from './segment.ts';
import { MAX_MESSAGE_RECORDS } from './segmentRing.ts';
import { StoreState } from './storeState.ts';
import type { StoreChanges } from './traceChanges.ts';
import { noiseOf } from './traceNoise.ts';
import { TraceReading } from './traceReading.ts';

/** What became of a request's records. */
export interface IngestResult {
  readonly accepted: number;
  readonly rejected: number;
  /** Why, for `partial_success`; empty when none was rejected. */
  readonly message: string;
}

export interface TraceStoreOptions {
  /** Receiver clock, milliseconds since the epoch. */
  readonly now: () => number;
  /** Bytes to hold; the oldest segments go when it is more. The newest segment always stays. */
  readonly maxBytes: number;
  /** A number nobody outside can know: senders choose ids, and lookups must not be made slow by them. */
  readonly seed?: number;
  /** Compresses what is cold; without one it stays as it is. */
  readonly codec?: BlockCodec;
  /** Strings and byte values longer than this are cut in details and logs; 16 KiB unless told. */
  readonly inlineBytes?: number;
}

/** A segment is sealed when it holds this share of the limit, so that eviction has something to drop. */
const SEGMENTS_IN_LIMIT = 8;
const MIN_SEGMENT_BYTES = 256 * 1024;
/** The past is given back up to this share of the limit, so that what comes next need not drop it at once. */
const HISTORY_SHARE = 0.9;
const DEFAULT_INLINE_BYTES = 16 * 1024;

/**
 * Holds the traces. Writing side: whole OTLP protobuf requests, each stored completely or, when malformed, not at all.
 * Reading side: {@link StoreReader}. Everything is kept as it came and decoded when looked at. Pure and synchronous; the
 * clock comes from outside.
 */
export class TraceStore extends TraceReading {
  private readonly traceReader = new TraceReader();
  private readonly logReader = new LogReader();
  private maxBytes: number;
  private readonly keptWriter: KeptWriter = {
    keepSpans: (body) => void this.readSpans(body, 'kept', this.presentArrival()),
    keepLogs: (body) => void this.readLogs(body, 'kept'),
  };

  constructor(options: TraceStoreOptions) {
    super(
      new StoreState(options.seed ?? 0x9e3779b9, options.codec),
      options.now,
      options.inlineBytes ?? DEFAULT_INLINE_BYTES,
    );
    this.maxBytes = options.maxBytes;
  }

  /**
   * Stores an `ExportTraceServiceRequest`. The store owns `body` from here on and keeps spans as ranges of it. Spans
   * without usable ids, or with a parent id of another length, are rejected; the rest is stored.
   * @throws OtlpDecodeError when the body is malformed; nothing has changed then.
   */
  ingestTraces(body: Uint8Array): IngestResult {
    this.makeRoom('present');
    const { rejected } = this.traceReader;
    const isStored = this.readSpans(body, 'present', this.presentArrival());
    if (rejected.count > 0) this.state.changes.statusChanged = true;
    if (isStored) this.evict();
    return { accepted: this.traceReader.accepted, rejected: rejected.count, message: rejected.message() };
  }

  /**
   * Stores an `ExportLogsServiceRequest`, the same way. Records without a trace id are accepted and not kept.
   * @throws OtlpDecodeError when the body is malformed; nothing has changed then.
   */
  ingestLogs(body: Uint8Array): IngestResult {
    this.makeRoom('present');
    if (this.readLogs(body, 'present')) this.evict();
    return { accepted: this.logReader.accepted, rejected: 0, message: '' };
  }

  /**
   * What {@link ingestHistory} stores from now on is older than everything held: a journal gives its files back newest
   * first, and each from its beginning.
   */
  beginHistory(): void {
    this.state.ring.beginPast();
  }

  /**
   * Stores a request that was received at `arrivedMs` and written down. What is held from later stays as it is.
   * `clearedBy`: number of the clear, counted from 1 ({@link restoreClears}), that hid what arrived then; it hides traces
   * of which nothing later is held. Metrics are passed over.
   * @returns `full` when the limit leaves no room for the past; nothing was stored then.
   * @throws OtlpDecodeError when the body is malformed; nothing has changed then.
   */
  ingestHistory(
    signal: 'traces' | 'logs' | 'metrics',
    body: Uint8Array,
    arrivedMs: number,
    clearedBy = 0,
  ): 'stored' | 'full' {
    const { state } = this;
    if (signal === 'metrics') return 'stored';
    if (state.byteLength + body.byteLength > this.maxBytes * HISTORY_SHARE || state.ring.isOutOfPages('past'))
      return 'full';
    if (signal === 'traces') this.readSpans(body, 'past', { atMs: arrivedMs, nowMs: this.now(), clearedBy });
    else this.readLogs(body, 'past');
    return 'stored';
  }

  endHistory(): void {
    this.state.ring.endPast();
  }

  /** Pins a trace, or lets it go: eviction keeps what is pinned. False when the trace is not held. */
  pin(traceId: TraceId, pinned: boolean): boolean {
    const slot = this.state.slotOf(traceId);
    if (slot < 0) return false;
    this.state.traces.pinned[slot] = pinned ? 1 : 0;
    this.state.changes.touch(slot);
    this.state.changes.listChanged = true;
    return true;
  }

  /** How often the list was cleared and not brought back. */
  get clears(): number {
    return this.state.clears;
  }

  /** Before anything is stored: the list was cleared this often, what {@link ingestHistory} brings may be hidden by it. */
  restoreClears(count: number): void {
    this.state.clears = count;
  }

  /** Forgets everything, hidden and pinned traces, too; it cannot be undone. Returns how many traces there were. */
  deleteAll(): number {
    const { count } = this.state.traces;
    this.state = this.state.successor();
    return count;
  }

  /** Changes the limit and evicts down to it. */
  setMaxBytes(maxBytes: number): void {
    this.maxBytes = maxBytes;
    this.evict();
  }

  /** Hides the traces that are here; one that gets a new span is shown again. Returns how many were hidden. */
  clear(): number {
    const { traces, changes } = this.state;
    const number = ++this.state.clears;
    let hidden = 0;
    for (let slot = 0; slot < traces.end; slot++) {
      if (!traces.isHeld(slot) || traces.hiddenBy[slot] !== 0) continue;
      traces.hiddenBy[slot] = number;
      hidden++;
    }
    this.state.hiddenTraces += hidden;
    this.state.signatures.revision++;
    changes.touchAll();
    changes.statusChanged = true;
    return hidden;
  }

  /** Shows again what the last {@link clear} that was not undone hid. */
  undoClear(): void {
    const { traces, changes, clears } = this.state;
    if (clears === 0) return;
    for (let slot = 0; slot < traces.end; slot++) {
      if (traces.hiddenBy[slot] !== clears || !traces.isHeld(slot)) continue;
      traces.hiddenBy[slot] = 0;
      this.state.hiddenTraces--;
    }
    this.state.clears--;
    this.state.signatures.revision++;
    changes.touchAll();
    changes.statusChanged = true;
  }

  /** Whether {@link pack} has something to do. */
  get hasUnpacked(): boolean {
    return this.state.ring.hasUnpacked;
  }

  /**
   * Makes what is cold smaller by one step, about a millisecond's work; to be called in idle time. False when there was
   * nothing to do.
   */
  pack(): boolean {
    return this.state.ring.packStep(this.state.codec);
  }

  /** Whether {@link runningSpans} may have some. */
  get anyRunning(): boolean {
    return this.state.running.processes.size > 0;
  }

  /** The spans that were announced at their start and have not ended; see {@link endedRequest}. */
  runningSpans(): RunningSpan[] {
    return runningSpans(this.state);
  }

  /** A request that ends announced spans whose process is gone; to be ingested like any other. */
  endedRequest(handles: readonly number[], endNs: bigint): Uint8Array<ArrayBuffer> {
    return endedRequest(this.state, handles, endNs);
  }

  /** What changed since the last call. */
  takeChanges(): StoreChanges {
    return this.state.changes.take();
  }

  /** Marks traces that became settled by the clock as changed; true when there were any. Call when {@link nextSettleMs} has passed. */
  settle(): boolean {
    const { traces, settling, settlingRootless } = this.state;
    const now = this.now();
    let any = false;
    for (const slot of settling.takeDue(now, this.isLastArrival)) {
      if (traces.hadRoot(slot)) {
        this.settled(slot);
        any = true;
      } else {
        settlingRootless.push(slot, traces.lastArrivalMs[slot]!);
      }
    }
    for (const slot of settlingRootless.takeDue(now, this.isLastArrival)) {
      this.settled(slot);
      any = true;
    }
    return any;
  }

  /** What is noise is known before eviction asks. */
  private settled(slot: number): void {
    this.state.changes.touch(slot);
    noiseOf(this.state, slot);
  }

  /** From now on these rules say which traces are noise. */
  setNoiseRules(rules: readonly NoiseRule[]): void {
    this.state.noiseJudge = new NoiseJudge(rules);
    this.state.traces.noise.fill(0);
    this.state.changes.touchAll();
  }

  /** Milliseconds from now until {@link settle} may have something to do, 0 when it has already; undefined when nothing waits. */
  nextSettleMs(): number | undefined {
    const now = this.now();
    const rooted = this.state.settling.waitMs(now, this.isLastArrival);
    const rootless = this.state.settlingRootless.waitMs(now, this.isLastArrival);
    return rooted === undefined || rootless === undefined ? (rooted ?? rootless) : Math.min(rooted, rootless);
  }

  private readonly isLastArrival = (slot: number, atMs: number): boolean =>
    this.state.traces.isHeld(slot) && this.state.traces.lastArrivalMs[slot] === atMs;

  private presentArrival(): Arrival {
    const now = this.now();
    return { atMs: now, nowMs: now, clearedBy: 0 };
  }

  /** Reads a trace export into the open segment of `age`; false when nothing in it was new. */
  private readSpans(body: Uint8Array, age: Age, arrival: Arrival): boolean {
    const { state, traceReader } = this;
    const segment = state.ring.open(age);
    const mark = segment.mark();
    let isStored = false;
    try {
      traceReader.read(segment, segment.blocks.add(body));
      checkSize(traceReader.written);
      state.ring.reserve(segment, segment.spans.count + traceReader.written);
      if (traceReader.written > 0) isStored = commitSpans(state, segment, traceReader, arrival) > 0;
      if (isStored) segment.shareLarge(traceReader.large, segment.spans, mark.spans);
    } finally {
      traceReader.release();
      if (isStored) this.added(segment);
      else segment.rollback(mark);
    }
    return isStored;
  }

  /** The same for a log export. */
  private readLogs(body: Uint8Array, age: Age): boolean {
    const { state, logReader } = this;
    const segment = state.ring.open(age);
    const mark = segment.mark();
    let isStored = false;
    try {
      logReader.read(segment, segment.blocks.add(body));
      checkSize(logReader.written);
      state.ring.reserve(segment, segment.logs.count + logReader.written);
      if (logReader.written > 0) isStored = commitLogs(state, segment, logReader) > 0;
      if (isStored) segment.shareLarge(logReader.large, segment.logs, mark.logs);
    } finally {
      logReader.release();
      if (isStored) this.added(segment);
      else segment.rollback(mark);
    }
    return isStored;
  }

  private added(segment: Segment): void {
    this.state.changes.statusChanged = true;
    this.state.ring.added(segment, Math.max(MIN_SEGMENT_BYTES, this.maxBytes / SEGMENTS_IN_LIMIT));
  }

  private makeRoom(age: Age): void {
    while (this.state.ring.isOutOfPages(age)) this.evictOldest();
  }

  private evict(): void {
    const { state } = this;
    while (state.ring.segments.length > 1 && state.byteLength > this.maxBytes) this.evictOldest();
  }

  private evictOldest(): void {
    evictOldest(this.state, this.maxBytes, this.now(), this.keptWriter);
  }
}

function checkSize(records: number): void {
  if (records > MAX_MESSAGE_RECORDS) {
    throw new OtlpDecodeError(
      `One request has ${String(records)} records, more than ${String(MAX_MESSAGE_RECORDS)}`,
      0,
    );
  }
}
