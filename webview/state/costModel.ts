import type { PriceTable } from '../../src/core/inference/callPrice.ts';
import type { TraceId } from '../../src/core/model/ids.ts';
import type { PanelInit } from '../../src/protocol/panelApi.ts';
import type { TraceUsage } from '../../src/protocol/timingApi.ts';
import type { ViewInfo } from '../../src/protocol/viewApi.ts';
import type { Host } from '../protocol/host.ts';
import { Store } from './store.ts';

/** A growing trace is asked for its tokens again at most this often. */
const LIVE_MS = 1000;

/** What models cost, as the user's setting says, and the tokens of the open trace. */
export class CostModel {
  readonly prices = new Store<PriceTable>([]);
  /** Of the open trace; undefined while it is not known, and for one without model calls. */
  readonly usage = new Store<TraceUsage | undefined>(undefined);
  readonly #host: Pick<Host, 'request' | 'on'>;
  readonly #info: Store<ViewInfo | undefined>;
  #traceId: TraceId | '' = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    host: Pick<Host, 'request' | 'on'>,
    init: Store<PanelInit | undefined>,
    info: Store<ViewInfo | undefined>,
  ) {
    this.#host = host;
    this.#info = info;
    init.subscribe(() => this.prices.set(init.value?.prices ?? []));
    host.on('panel/prices', ({ prices }) => this.prices.set(prices));
    info.subscribe(() => this.#changed());
  }

  #changed(): void {
    const traceId = this.#info.value?.summary.traceId ?? '';
    if (traceId !== this.#traceId) {
      this.#traceId = traceId;
      this.usage.set(undefined);
      clearTimeout(this.#timer);
      this.#timer = undefined;
      void this.#ask();
    } else if (this.#timer === undefined) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        void this.#ask();
      }, LIVE_MS);
    }
  }

  async #ask(): Promise<void> {
    const traceId = this.#traceId;
    if (traceId === '') return;
    try {
      const usage = await this.#host.request('timing/usage', { traceId }, { supersede: 'trace/usage' });
      if (traceId === this.#traceId) this.usage.set(usage.models.length === 0 ? undefined : usage);
    } catch {
      // What is shown stays; the next change asks again.
    }
  }
}
