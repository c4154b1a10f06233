import { FilterError } from '../core/query/filterError.ts';
import { FilteredTraces } from '../core/query/filteredTraces.ts';
import type { Filter } from '../core/query/filterExpression.ts';
import { parseFilter } from '../core/query/parseFilter.ts';
import type { StoreState } from '../core/store/storeState.ts';
import type { CancelSignal, Timers } from '../protocol/channel.ts';
import { ProtocolError } from '../protocol/errors.ts';
import type { EngineStore } from './engineStore.ts';
import { linearRegex } from './linearRegexEngine.ts';

/** A slice of work; between two, ingest and other requests have their turn. */
const SLICE_MS = 8;
/** Filters whose answers are kept: one a list, and those typed last. */
const MOST_KEPT = 12;

export interface TraceFiltersDeps {
  readonly store: EngineStore;
  readonly timers: Timers;
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
}

/**
 * Filters over all traces. Answers are kept by filter, so that a list that is asked again and again only asks the traces
 * that changed; long evaluations give way every few milliseconds and end when nobody waits for them any more.
 */
export class TraceFilters {
  readonly #deps: TraceFiltersDeps;
  /** In order of last use. */
  readonly #kept = new Map<string, FilteredTraces>();

  /** What the answers kept are about. */
  #of: StoreState;

  constructor(deps: TraceFiltersDeps) {
    this.#deps = deps;
    this.#of = deps.store.held;
  }

  /**
   * Asks the filter of all traces and answers what it says of a slot; of a trace that changed after that, it is asked again
   * at once. An empty filter is asked nothing.
   * @throws ProtocolError `invalid` for a filter that cannot be read, `cancelled`.
   */
  async bring(text: string, signal: CancelSignal): Promise<(slot: number) => boolean> {
    const { store, elapsed } = this.#deps;
    if (store.held !== this.#of) {
      // Answers about what was deleted would keep it in memory.
      this.#kept.clear();
      this.#of = store.held;
    }
    if (text.trim() === '') return () => true;
    const filtered = this.#use(text);
    const { held } = store;
    let pauseAt = elapsed() + SLICE_MS;
    for (const left of filtered.bring(held)) {
      if (left === 0 || elapsed() < pauseAt) continue;
      await this.#pause();
      if (signal.cancelled) throw new ProtocolError('cancelled', 'nobody waits for this filter any more');
      pauseAt = elapsed() + SLICE_MS;
    }
    // What was stored meanwhile, or given another number, is asked when it is looked at.
    return (slot) => filtered.matches(store.held, slot);
  }

  #use(text: string): FilteredTraces {
    const filtered = this.#kept.get(text) ?? this.#make(text);
    this.#kept.delete(text);
    this.#kept.set(text, filtered);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MOST_KEPT) break;
      this.#kept.delete(oldest);
    }
    return filtered;
  }

  #make(text: string): FilteredTraces {
    return read(text, (filter) => new FilteredTraces(filter, this.#deps.store.held, linearRegex));
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#deps.timers.set(resolve, 0);
    });
  }
}

function read<T>(text: string, make: (filter: Filter) => T): T {
  try {
    return make(parseFilter(text));
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    throw new ProtocolError('invalid', `Column ${error.column}: ${error.message}`);
  }
}
