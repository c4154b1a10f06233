import type { TraceId } from '../../src/core/model/ids.ts';
import type { TraceList } from '../../src/protocol/engineApi.ts';
import type { Host } from '../protocol/host.ts';
import { Store } from '../state/store.ts';

/** Traces asked for at first, and more by as many when the end of the list comes near. */
const PAGE = 200;
/** The list is fetched at most this often while traces arrive; the first change is fetched at once. */
const LEAST_INTERVAL_MS = 200;

const NONE: TraceList = { traces: [], total: 0, waiting: 0 };

/** The newest traces, kept up to date. While the user has scrolled, new ones are counted instead of moving the list. */
export class TraceListModel {
  readonly list = new Store<TraceList>(NONE);
  /** True once the engine has answered. */
  readonly loaded = new Store(false);
  /** Traces above what was the newest when the list was last at its top. */
  readonly unseen = new Store(0);
  readonly #host: Pick<Host, 'request'>;
  #limit = PAGE;
  #atTop = true;
  #seen: ReadonlySet<TraceId> = new Set();
  #running = false;
  #again = false;

  constructor(host: Pick<Host, 'request'>) {
    this.#host = host;
  }

  /** Fetches the list; calls while a fetch is under way are one more fetch after it. Failures keep the last list. */
  async refresh(): Promise<void> {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = true;
    try {
      this.#take(await this.#host.request('traces/list', { limit: this.#limit }));
    } catch {
      // The engine is away or restarting; `engine/restarted` and the next change fetch again.
    } finally {
      setTimeout(() => {
        this.#running = false;
        if (this.#again) {
          this.#again = false;
          void this.refresh();
        }
      }, LEAST_INTERVAL_MS);
    }
  }

  /** The view tells whether its top is in sight. */
  setAtTop(atTop: boolean): void {
    this.#atTop = atTop;
    if (atTop) this.#markSeen();
  }

  /** The end of what is held is near: ask for more. */
  more(): void {
    const { traces, total } = this.list.value;
    if (traces.length < this.#limit || traces.length >= total) return;
    this.#limit += PAGE;
    void this.refresh();
  }

  #take(list: TraceList): void {
    this.list.set(list);
    this.loaded.set(true);
    if (this.#atTop || this.#seen.size === 0) this.#markSeen();
    else {
      const firstSeen = list.traces.findIndex((trace) => this.#seen.has(trace.traceId));
      this.unseen.set(firstSeen < 0 ? list.traces.length : firstSeen);
    }
  }

  #markSeen(): void {
    this.#seen = new Set(this.list.value.traces.map((trace) => trace.traceId));
    this.unseen.set(0);
  }
}
