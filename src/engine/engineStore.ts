import type { TraceId } from '../core/model/ids.ts';
import type { NoiseRule } from '../core/noise/noiseRule.ts';
import type { OtlpSignal } from '../core/otlp/responses.ts';
import type { RunningSpan } from '../core/store/runningSpans.ts';
import type { StoreReader } from '../core/store/storeReader.ts';
import type { StoreState } from '../core/store/storeState.ts';
import type { StoreChanges } from '../core/store/traceChanges.ts';
import type { IngestResult } from './receiver/intake.ts';

/** The store as the engine drives it; `TraceStore` is the real one. */
export interface EngineStore extends StoreReader {
  /** Everything held, for filters. Another one after `deleteAll`. */
  readonly held: StoreState;
  ingestTraces(body: Uint8Array): IngestResult;
  ingestLogs(body: Uint8Array): IngestResult;
  /** Hides what arrived before now; answers how many traces. */
  clear(): number;
  undoClear(): void;
  /** How often it was cleared and not undone. */
  readonly clears: number;
  /** Before anything is stored: clears that hide what {@link ingestHistory} brings. */
  restoreClears(count: number): void;
  /** Forgets everything; answers how many traces. */
  deleteAll(): number;
  beginHistory(): void;
  /** `clearedBy`: number of the clear that hid what arrived then, from 1; 0 for none. Throws `OtlpDecodeError`. */
  ingestHistory(signal: OtlpSignal, body: Uint8Array, arrivedMs: number, clearedBy: number): 'stored' | 'full';
  endHistory(): void;
  /** Keeps a trace from eviction, or lets it go; false when it is not held. */
  pin(traceId: TraceId, pinned: boolean): boolean;
  /** From now on these rules say which traces are noise. */
  setNoiseRules(rules: readonly NoiseRule[]): void;
  setMaxBytes(maxBytes: number): void;
  takeChanges(): StoreChanges;
  /** Announced spans that have not ended, and what ends them when their process is gone. */
  readonly anyRunning: boolean;
  runningSpans(): readonly RunningSpan[];
  endedRequest(handles: readonly number[], endNs: bigint): Uint8Array<ArrayBuffer>;
  /** Whether {@link pack} has something to do. */
  readonly hasUnpacked: boolean;
  /** Makes cold bytes smaller by one step of about a millisecond. */
  pack(): boolean;
  /** Lets the clock settle assembling traces; answers whether any did. */
  settle(): boolean;
  /** Milliseconds until `settle` may have something to do; undefined when nothing waits. */
  nextSettleMs(): number | undefined;
}
