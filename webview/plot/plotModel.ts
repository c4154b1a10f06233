import type { LatencyPlot, PlotArea } from '../../src/core/list/latencyPlot.ts';
import type { ListBrush, ListQuery } from '../../src/core/list/listQuery.ts';
import type { ListFigures } from '../../src/core/list/traceListView.ts';
import type { TraceSummary } from '../../src/core/model/trace.ts';
import type { ChangeMarker } from '../../src/protocol/listApi.ts';
import type { Host } from '../protocol/host.ts';
import { Store } from '../state/store.ts';

/** The plots are fetched at most this often while traces arrive. */
const LEAST_INTERVAL_MS = 500;
/** A cell of many traces, in pixels. */
export const CELL_PX = 4;
/** Names shown of what is pointed at. */
const MOST_NAMED = 1;

export interface PlotState {
  readonly plot: LatencyPlot;
  readonly figures: ListFigures;
  readonly markers: readonly ChangeMarker[];
}

/** What is pointed at: the newest trace there, and how many there are. */
export interface PlotHit {
  readonly trace: TraceSummary;
  readonly total: number;
}

/** What the plots ask of the list. */
interface PlottedList {
  readonly query: ListQuery;
  readonly brush: Store<ListBrush | null>;
}

/** Figures of the list for its plots; they stand still while somebody points at them, and catch up after. */
export class PlotModel {
  readonly state = new Store<PlotState | undefined>(undefined);
  readonly list: PlottedList;
  readonly #host: Pick<Host, 'request'>;
  #columns = 0;
  #rows = 0;
  #shown = false;
  #held = false;
  #running = false;
  #stale = false;

  constructor(host: Pick<Host, 'request'>, list: PlottedList) {
    this.#host = host;
    this.list = list;
  }

  /** The room there is, in pixels; without any the plots are not shown and nothing is fetched. */
  setRoom(widthPx: number, heightPx: number): void {
    const columns = Math.min(2000, Math.floor(widthPx / CELL_PX));
    const rows = Math.min(200, Math.floor(heightPx / CELL_PX));
    this.#shown = columns > 0 && rows > 0;
    if (!this.#shown || (columns === this.#columns && rows === this.#rows)) return;
    this.#columns = columns;
    this.#rows = rows;
    void this.refresh();
  }

  /** Somebody points at the plots, or no longer. */
  hold(held: boolean): void {
    this.#held = held;
    if (!held && this.#stale) void this.refresh();
  }

  /** Something in the list may be another now. `byUser`: at once, also under the pointer. */
  async refresh(byUser = false): Promise<void> {
    if (!this.#shown) return;
    if (this.#running || (this.#held && !byUser)) {
      this.#stale = true;
      return;
    }
    this.#running = true;
    this.#stale = false;
    try {
      const { query } = this.list;
      this.state.set(await this.#host.request('traces/plot', { query, columns: this.#columns, rows: this.#rows }));
    } catch {
      // The engine is away, or the filter cannot be read, which the list says; the next change asks again.
    } finally {
      setTimeout(() => {
        this.#running = false;
        if (this.#stale && !this.#held) void this.refresh();
      }, LEAST_INTERVAL_MS);
    }
  }

  /** The newest trace in an area; undefined when there is none, or another question came after this one. */
  async hit(area: PlotArea): Promise<PlotHit | undefined> {
    try {
      const { query } = this.list;
      const params = { query: { ...query, brush: null }, area, limit: MOST_NAMED };
      const { traces, total } = await this.#host.request('traces/near', params, { supersede: 'traces/near' });
      const [trace] = traces;
      return trace && { trace, total };
    } catch {
      return undefined;
    }
  }
}
