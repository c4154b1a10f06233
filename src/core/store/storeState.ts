import type { TraceId } from '../model/ids.ts';
import type { SpanRef } from '../model/span.ts';
import { NoiseJudge } from '../noise/noiseJudge.ts';
import { ReadCache } from './blockCodec.ts';
import type { BlockCodec } from './blockCodec.ts';
import { HandleIndex, hashIds } from './handleIndex.ts';
import type { Segment } from './segment.ts';
import { RunningHandles } from './runningHandles.ts';
import { SegmentRing } from './segmentRing.ts';
import { ROOTLESS_SETTLE_MS, SETTLE_MS, SettleQueue } from './settleQueue.ts';
import { SignatureTable } from './signatureTable.ts';
import { NONE } from './spanColumns.ts';
import { TraceChanges } from './traceChanges.ts';
import { TraceColumnsCache } from './traceColumnsCache.ts';
import { TraceTable } from './traceTable.ts';

/** Four words of a trace id as text. */
export function traceIdWords(traceId: TraceId): readonly [number, number, number, number] {
  return [hexWord(traceId, 0), hexWord(traceId, 8), hexWord(traceId, 16), hexWord(traceId, 24)];
}

/** Eight hex digits of `text` at `at` as a signed word; 0 when they are none. */
export function hexWord(text: string, at: number): number {
  return parseInt(text.slice(at, at + 8), 16) | 0;
}

/** Hash under which the log records of a span (or, with 0,0, of a trace alone) are found. */
export function logHash(trace2: number, trace3: number, spanHi: number, spanLo: number, seed: number): number {
  return hashIds(trace2 ^ spanHi, trace3, spanLo, seed ^ 0x51ed270b);
}

/** For units opened and values put together: a panel looks at a few hundred spans at a time. */
const CACHE_BYTES = 32 * 1024 * 1024;

/** Everything the store holds, and how its parts are found. The modules beside it change and read it. */
export class StoreState {
  readonly codec: BlockCodec | undefined;
  /** What was read last of compressed and shared bytes. */
  readonly cache: ReadCache;
  readonly ring: SegmentRing;
  readonly traces: TraceTable;
  /** Guards lookups by id against ids made up to collide. */
  readonly seed: number;
  /** By trace slot and span id. */
  readonly spanIndex = new HandleIndex();
  /** By trace id and span id; the handle is the newest record's. */
  readonly logIndex = new HandleIndex();
  readonly signatures = new SignatureTable();
  readonly changes: TraceChanges;
  /** Every trace that got a span goes here first. */
  readonly settling = new SettleQueue(SETTLE_MS);
  /** Those that had no root when that was over. */
  readonly settlingRootless = new SettleQueue(ROOTLESS_SETTLE_MS);
  readonly columns: TraceColumnsCache;
  /** Spans that were announced at their start. */
  readonly running = new RunningHandles();
  spanCount = 0;
  logCount = 0;
  evictedSpans = 0;
  hiddenTraces = 0;
  /** Says which traces are noise; nothing is until it is told rules. */
  noiseJudge = new NoiseJudge([]);
  /** How often the list was cleared and not brought back. */
  clears = 0;

  /** @param codec Compresses sealed segments; without one they stay as they are. */
  constructor(seed: number, codec?: BlockCodec) {
    this.seed = seed;
    this.traces = new TraceTable(seed);
    this.changes = new TraceChanges(this.traces);
    this.codec = codec;
    this.cache = new ReadCache(codec, CACHE_BYTES);
    this.ring = new SegmentRing(this.cache);
    this.columns = new TraceColumnsCache(this.traces, this.ring);
  }

  /**
   * An empty state that comes after this one: what this one named by number (handles, revisions, kinds of span) is never
   * named by the same number again, and all its traces are among the changes.
   */
  successor(): StoreState {
    const next = new StoreState(this.seed, this.codec);
    const { traces } = this;
    next.ring.continueAfter(this.ring);
    next.traces.continueAfter(traces);
    next.signatures.continueAfter(this.signatures);
    next.noiseJudge = this.noiseJudge;
    const gone = [...this.changes.take().touched];
    for (let slot = 0; slot < traces.end; slot++) if (traces.isHeld(slot)) gone.push(traces.idOf(slot));
    next.changes.allGone(gone);
    return next;
  }

  get byteLength(): number {
    return this.ring.byteLength + this.traces.byteLength + this.spanIndex.byteLength + this.logIndex.byteLength;
  }

  segmentOf(handle: number): Segment | undefined {
    const segment = this.ring.segmentOf(handle);
    return segment !== undefined && handle - segment.base < segment.spans.count ? segment : undefined;
  }

  slotOf(traceId: TraceId): number {
    return this.traces.find(...traceIdWords(traceId));
  }

  /** Slot in the span index of a span, or -1. */
  findSpan(slot: number, idHi: number, idLo: number, hash = hashIds(slot, idHi, idLo, this.seed)): number {
    const { spanIndex, ring } = this;
    for (let at = spanIndex.first(hash); at >= 0; at = spanIndex.next(hash, at)) {
      const handle = spanIndex.handleAt(at);
      const segment = ring.segmentOf(handle)!;
      const index = handle - segment.base;
      const { spans } = segment;
      if (spans.idLo[index] === idLo && spans.idHi[index] === idHi && spans.trace[index] === slot) return at;
    }
    return -1;
  }

  /** Handle of a span, or NONE. */
  handleIn(slot: number, idHi: number, idLo: number): number {
    const at = this.findSpan(slot, idHi, idLo);
    return at < 0 ? NONE : this.spanIndex.handleAt(at);
  }

  /** Handle of a span, or NONE. */
  handleOf(ref: SpanRef): number {
    const slot = this.slotOf(ref.traceId);
    return slot < 0 ? NONE : this.handleIn(slot, hexWord(ref.spanId, 0), hexWord(ref.spanId, 8));
  }

  nameOf(handle: number): string {
    const segment = this.segmentOf(handle);
    return segment === undefined ? '' : segment.nameOf(handle - segment.base);
  }

  /** Slot in the log index of the records with these ids, or -1. */
  findLogs(t0: number, t1: number, t2: number, t3: number, spanHi: number, spanLo: number): number {
    const { logIndex } = this;
    const hash = logHash(t2, t3, spanHi, spanLo, this.seed);
    for (let at = logIndex.first(hash); at >= 0; at = logIndex.next(hash, at)) {
      const handle = logIndex.handleAt(at);
      const segment = this.ring.segmentOf(handle)!;
      const { logs } = segment;
      const index = handle - segment.base;
      if (
        logs.spanLo[index] === spanLo &&
        logs.spanHi[index] === spanHi &&
        logs.trace3[index] === t3 &&
        logs.trace2[index] === t2 &&
        logs.trace1[index] === t1 &&
        logs.trace0[index] === t0
      ) {
        return at;
      }
    }
    return -1;
  }
}
