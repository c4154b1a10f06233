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

/** Bits of `traces.touched`: who has not yet taken the change. */
const ANNOUNCED = 1;
const LISTED = 2;
const BOTH = ANNOUNCED | LISTED;
/** Changes for lists that nobody takes are kept up to so many, or as many as there are traces. */
const MOST_LISTED = 4096;

/**
 * Collects changes by slot, so that a flood costs a flag a trace; ids are written out when they are taken. There are two
 * takers: announcements want ids, ordered lists want slots.
 */
export class TraceChanges {
  /** The list changed as a whole (cleared, brought back). */
  listChanged = false;
  statusChanged = false;
  private slots: number[] = [];
  private listed: number[] = [];
  /** More changed than is worth telling one by one. */
  private allListed = true;
  private removed: TraceId[] = [];
  private readonly traces: TraceTable;

  constructor(traces: TraceTable) {
    this.traces = traces;
  }

  touch(slot: number): void {
    const touched = this.traces.touched[slot]!;
    if (touched === BOTH) return;
    this.traces.touched[slot] = BOTH;
    if ((touched & ANNOUNCED) === 0) this.slots.push(slot);
    if ((touched & LISTED) === 0) this.pushListed(slot);
  }

  /** For lists only: where the trace belongs is another place now. */
  touchListed(slot: number): void {
    if ((this.traces.touched[slot]! & LISTED) !== 0) return;
    this.traces.touched[slot]! |= LISTED;
    this.pushListed(slot);
  }

  /** The list changed as a whole: cleared, brought back. */
  touchAll(): void {
    this.listChanged = true;
    this.allListed = true;
    this.listed = [];
  }

  /** Slots that changed or were given up since the last call; `all` when that cannot be told. */
  takeListed(): 'all' | readonly number[] {
    const { listed, allListed, traces } = this;
    this.listed = [];
    this.allListed = false;
    if (allListed) {
      for (let slot = 0; slot < traces.end; slot++) traces.touched[slot]! &= ~LISTED;
      return 'all';
    }
    for (const slot of listed) traces.touched[slot]! &= ~LISTED;
    return listed;
  }

  private pushListed(slot: number): void {
    if (this.allListed) return;
    this.listed.push(slot);
    if (this.listed.length > Math.max(MOST_LISTED, this.traces.end)) {
      this.allListed = true;
      this.listed = [];
    }
  }

  /** To be called before the slot is given up. */
  remove(slot: number): void {
    this.removed.push(this.traces.idOf(slot));
    // Its entry in the slots stays and is passed over.
    this.traces.touched[slot] = 0;
    this.pushListed(slot);
  }

  /** These traces, of another table, are gone. */
  allGone(traceIds: readonly TraceId[]): void {
    this.removed = [...traceIds];
    this.listChanged = this.statusChanged = true;
  }

  /** Traces have other slots now; the table has moved them already. */
  renumber(moved: Uint32Array): void {
    this.slots = this.slots.map((slot) => moved[slot]!);
    this.allListed = true;
    this.listed = [];
  }

  take(): StoreChanges {
    const touched = new Set<TraceId>(this.removed);
    for (const slot of this.slots) {
      if ((this.traces.touched[slot]! & ANNOUNCED) === 0) continue;
      this.traces.touched[slot]! &= ~ANNOUNCED;
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
