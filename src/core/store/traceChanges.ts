import type { TraceId } from '../model/ids.ts';
import type { TraceTable } from './traceTable.ts';

/** What changed since the last time somebody asked. */
export interface StoreChanges {
  /** The list of traces or a line of it. */
  readonly traces: boolean;
  /** Traces that changed, are settled now, or are gone. */
  readonly touched: ReadonlySet<TraceId>;
  /** Counts of {@link StoreReader} that a status shows. */
  readonly status: boolean;
}

/** Collects changes by slot, so that a flood costs a flag a trace; ids are written out when they are taken. */
export class TraceChanges {
  /** The list changed as a whole (cleared, brought back). */
  listChanged = false;
  statusChanged = false;
  private slots: number[] = [];
  private removed: TraceId[] = [];
  private readonly traces: TraceTable;

  constructor(traces: TraceTable) {
    this.traces = traces;
  }

  touch(slot: number): void {
    if (this.traces.touched[slot] === 1) return;
    this.traces.touched[slot] = 1;
    this.slots.push(slot);
  }

  /** To be called before the slot is given up. */
  remove(slot: number): void {
    this.removed.push(this.traces.idOf(slot));
    // Its entry in the slots stays and is passed over.
    this.traces.touched[slot] = 0;
  }

  /** These traces, of another table, are gone. */
  allGone(traceIds: readonly TraceId[]): void {
    this.removed = [...traceIds];
    this.listChanged = this.statusChanged = true;
  }

  /** Traces have other slots now; the table has moved them already. */
  renumber(moved: Uint32Array): void {
    this.slots = this.slots.map((slot) => moved[slot]!);
  }

  take(): StoreChanges {
    const touched = new Set<TraceId>(this.removed);
    for (const slot of this.slots) {
      if (this.traces.touched[slot] === 0) continue;
      this.traces.touched[slot] = 0;
      touched.add(this.traces.idOf(slot));
    }
    const changes = {
      traces: this.listChanged || touched.size > 0,
      touched,
      status: this.statusChanged || touched.size > 0,
    };
    this.slots = [];
    this.removed = [];
    this.listChanged = this.statusChanged = false;
    return changes;
  }
}
