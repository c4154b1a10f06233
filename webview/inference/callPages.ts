import type { ModelItem } from '../../src/core/model/modelCall.ts';
import type { SpanRef } from '../../src/core/model/span.ts';
import type { CallSide } from '../../src/protocol/callApi.ts';
import type { Host } from '../protocol/host.ts';
import { Store } from '../state/store.ts';

/** Characters that are fetched without being asked for. */
const UNASKED_CHARACTERS = 32 * 1024 * 1024;

/** What is here of one side of a call. */
export interface CallPagesState {
  readonly items: readonly ModelItem[];
  readonly total: number;
  /** Why no more come; empty while they do. */
  readonly problem: string;
  /** More come when asked for. */
  readonly waits: boolean;
}

/** Fetches the items of one side of a call behind the first ones, page by page. */
export class CallPages {
  readonly state: Store<CallPagesState>;
  readonly #request: Host['request'];
  readonly #ref: SpanRef;
  readonly #side: CallSide;
  #room = UNASKED_CHARACTERS;
  #isLoading = false;
  #disposed = false;

  constructor(request: Host['request'], ref: SpanRef, side: CallSide, first: readonly ModelItem[], total: number) {
    this.#request = request;
    this.#ref = ref;
    this.#side = side;
    this.state = new Store<CallPagesState>({ items: first, total, problem: '', waits: false });
  }

  /** Fetches until all are here, or much is. */
  async load(): Promise<void> {
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      while (!this.#disposed && this.state.value.items.length < this.state.value.total && this.#room > 0) {
        const { items } = this.state.value;
        const page = await this.#request('call/items', { ...this.#ref, side: this.#side, from: items.length });
        if (this.#isGone()) return;
        for (const { text } of page.items) this.#room -= text.length;
        // A page without items would be asked for forever.
        const total = page.items.length === 0 ? items.length : page.total;
        this.state.set({ items: [...items, ...page.items], total, problem: '', waits: this.#room <= 0 });
      }
    } catch (error) {
      if (!this.#disposed) {
        this.state.set({ ...this.state.value, problem: error instanceof Error ? error.message : String(error) });
      }
    } finally {
      this.#isLoading = false;
    }
  }

  #isGone(): boolean {
    return this.#disposed;
  }

  /** The user wants to see on. */
  loadMore(): void {
    this.#room = UNASKED_CHARACTERS;
    void this.load();
  }

  dispose(): void {
    this.#disposed = true;
  }
}
