import type { ViewInfo } from '../../src/protocol/viewApi.ts';
import {
  MOST_MINIMAP_PIXELS,
  type Minimap,
  type MinimapMethods,
  type ServiceCounts,
} from '../../src/protocol/minimapApi.ts';
import type { Host } from '../protocol/host.ts';
import { Store } from '../state/store.ts';

/** A thumbnail of a trace that grows is asked for again after this much rest, and as many times as long as it took. */
const LEAST_REST_MS = 250;
const REST_PER_WORK = 5;
/** Narrower than this the page is not laid out yet. */
const LEAST_PIXELS = 16;

/** Where something stands along a whole trace: any number of columns of equal length, other than 0 where it does. */
export type TimeMarks = Uint8Array;

export interface MinimapDeps {
  readonly host: Pick<Host, 'request'>;
  /** The open trace. */
  readonly info: Store<ViewInfo | undefined>;
  /** Milliseconds of any steady clock. */
  readonly now: () => number;
  readonly timers: { set(callback: () => void, ms: number): unknown; clear(handle: unknown): void };
}

/** The open trace as a whole: its thumbnail, and what each service has of it. Follows the trace while it grows. */
export class MinimapModel {
  /** The newest thumbnail; of the open trace, though perhaps of an older layout. */
  readonly map = new Store<Minimap | undefined>(undefined);
  readonly services = new Store<ServiceCounts | undefined>(undefined);
  /** Where hits of a search stand. */
  readonly hits = new Store<TimeMarks | undefined>(undefined);
  readonly #deps: MinimapDeps;
  #size = { pixels: 0, lanes: 0 };
  #viewId = -1;
  /** What the newest thumbnail was asked for. */
  #drawn = '';
  #busy = false;
  #rest: unknown;

  constructor(deps: MinimapDeps) {
    this.#deps = deps;
    deps.info.subscribe(() => this.#changed());
  }

  /** What there is room for, in pixels of the device. */
  resize(pixels: number, lanes: number): void {
    this.#size = { pixels: Math.min(MOST_MINIMAP_PIXELS, Math.round(pixels)), lanes };
    this.#ask();
  }

  #changed(): void {
    const viewId = this.#deps.info.value?.viewId ?? -1;
    if (viewId !== this.#viewId) {
      this.#viewId = viewId;
      this.#drawn = '';
      this.map.set(undefined);
      this.services.set(undefined);
      this.hits.set(undefined);
      // Another trace need not wait out the rest of the one before.
      this.#deps.timers.clear(this.#rest);
      this.#rest = undefined;
    }
    this.#ask();
  }

  #ask(): void {
    const info = this.#deps.info.value;
    const { pixels, lanes } = this.#size;
    if (!info || pixels < LEAST_PIXELS || lanes < 1 || this.#busy || this.#rest !== undefined) return;
    const wanted = [info.viewId, info.revision, info.summary.durationNs, pixels, lanes].join();
    if (wanted === this.#drawn) return;
    this.#drawn = wanted;
    this.#busy = true;
    void this.#fetch({ viewId: info.viewId, pixels, lanes });
  }

  async #fetch(params: MinimapMethods['view/minimap'][0]): Promise<void> {
    const { host, timers, now } = this.#deps;
    const begin = now();
    try {
      const map = await host.request('view/minimap', params);
      const services = await host.request('view/services', { viewId: params.viewId });
      if (params.viewId === this.#viewId) {
        this.map.set(map);
        this.services.set(services);
      }
    } catch {
      // The view is gone or the engine is away: whoever shows the rows says so.
    }
    this.#busy = false;
    if (params.viewId === this.#viewId) {
      const rest = Math.max(LEAST_REST_MS, REST_PER_WORK * (now() - begin));
      this.#rest = timers.set(() => {
        this.#rest = undefined;
        this.#ask();
      }, rest);
    }
    this.#ask();
  }
}
