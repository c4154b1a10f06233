import type { ListQuery } from '../core/list/listQuery.ts';
import { TraceListView, type ListScope } from '../core/list/traceListView.ts';
import type { TraceRows } from '../core/store/traceRows.ts';
import { ProtocolError } from '../protocol/errors.ts';
import type { CancelSignal, Timers } from '../protocol/channel.ts';
import type { EngineStore } from './engineStore.ts';

/** Lists of one client kept in order; the one not asked for longest is forgotten. */
const MOST_LISTS = 4;
/** A turn of looking at traces; ingest and other questions have theirs between. */
const TURN_MS = 8;

export interface TraceListsDeps {
  readonly store: EngineStore;
  readonly timers: Timers;
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
}

/** Tells two lists apart: a query, and what else decides which traces are in it. */
export interface ListKey {
  readonly query: ListQuery;
  readonly all: boolean;
  readonly lastBorn: number | undefined;
  /** Grows when traces that a debugger held are others now. */
  readonly heldRevision: number;
}

/** The ordered lists of all clients: hands each what changed in the store, and gives one that is up to date. */
export class TraceLists {
  readonly #deps: TraceListsDeps;
  readonly #lists = new Map<object, Map<string, TraceListView>>();
  #rows: TraceRows | undefined;

  constructor(deps: TraceListsDeps) {
    this.#deps = deps;
  }

  /** Traces by number, as they are now. */
  get rows(): TraceRows {
    return this.#deps.store.rows();
  }

  forget(client: object): void {
    this.#lists.delete(client);
  }

  /** A client's list by this key, with all changes taken up; long work is done in turns. */
  async view(
    client: object,
    key: ListKey,
    scopeOf: (rows: TraceRows) => ListScope,
    signal: CancelSignal,
  ): Promise<TraceListView> {
    for (;;) {
      const rows = this.#takeChanges();
      const view = this.#viewOf(client, key, rows, scopeOf);
      const until = this.#deps.elapsed() + TURN_MS;
      if (view.step(() => this.#deps.elapsed() >= until)) return view;
      await new Promise<void>((resolve) => {
        this.#deps.timers.set(resolve, 0);
      });
      if (signal.cancelled) throw new ProtocolError('cancelled', 'the list is no longer wanted');
    }
  }

  #takeChanges(): TraceRows {
    const rows = this.#deps.store.rows();
    if (rows !== this.#rows) {
      this.#lists.clear();
      this.#rows = rows;
    }
    const changed = rows.takeChanges();
    for (const lists of this.#lists.values()) for (const list of lists.values()) list.changed(changed);
    return rows;
  }

  #viewOf(client: object, key: ListKey, rows: TraceRows, scopeOf: (rows: TraceRows) => ListScope): TraceListView {
    let lists = this.#lists.get(client);
    if (!lists) this.#lists.set(client, (lists = new Map<string, TraceListView>()));
    const name = JSON.stringify([key.query, key.all, key.lastBorn ?? -1, key.heldRevision]);
    const view = lists.get(name) ?? new TraceListView(rows, key.query, scopeOf(rows));
    // In order of last use.
    lists.delete(name);
    lists.set(name, view);
    for (const oldest of lists.keys()) {
      if (lists.size <= MOST_LISTS) break;
      lists.delete(oldest);
    }
    return view;
  }
}
