import type { TraceId } from '../core/model/ids.ts';
import type { StoreReader } from '../core/store/storeReader.ts';
import type { IngestResult } from './receiver/intake.ts';

/** What changed in the store since it was last asked. */
export interface StoreChanges {
  /** The list of traces is another. */
  readonly traces: boolean;
  /** Traces with other spans, or another state, than before. */
  readonly touched: ReadonlySet<TraceId>;
  /** Counts of the status are others. */
  readonly status: boolean;
}

/** The store as the engine drives it; `TraceStore` is the real one. */
export interface EngineStore extends StoreReader {
  ingestTraces(body: Uint8Array): IngestResult;
  ingestLogs(body: Uint8Array): IngestResult;
  ingestMetrics(body: Uint8Array): IngestResult;
  /** Hides what arrived before now; answers how many traces. */
  clear(): number;
  undoClear(): void;
  setMaxBytes(maxBytes: number): void;
  takeChanges(): StoreChanges;
  /** Lets the clock settle assembling traces; answers whether any did. */
  settle(): boolean;
  /** When the next assembling trace settles if nothing more comes, milliseconds since the epoch. */
  nextSettleMs(): number | undefined;
}
