import type { SpanRef } from '../../src/core/model/span.ts';
import type { Host } from '../protocol/host.ts';
import { Store } from '../state/store.ts';

/** Rows fetched at a time; at most 400 columns each, a page stays far below the size of a message. */
const PAGE = 200;
/** Pages kept; the one shown longest ago goes. */
const KEPT_PAGES = 50;

export interface PagedRowsState {
  /** Rows of the whole value, or those counted so far. */
  readonly total: number;
  readonly complete: boolean;
  /** UTF-16 units. */
  readonly length: number;
  /** Grows when rows came. */
  readonly version: number;
  readonly problem: string;
}

/** A row, and where it begins in the value. */
export interface PagedRow {
  readonly text: string;
  readonly start: number;
}

interface RowPage {
  readonly rows: readonly string[];
  readonly starts: Uint32Array;
}

/** Rows of a long value, fetched where they are looked at. */
export class PagedRows {
  readonly state = new Store<PagedRowsState>({ total: 0, complete: false, length: 0, version: 0, problem: '' });
  readonly #request: Host['request'];
  readonly #value: SpanRef & { readonly ref: string };
  readonly #columns: number;
  readonly #pages = new Map<number, RowPage>();
  readonly #asked = new Set<number>();
  #disposed = false;

  constructor(request: Host['request'], span: SpanRef, ref: string, columns: number) {
    this.#request = request;
    this.#value = { traceId: span.traceId, spanId: span.spanId, ref };
    this.#columns = columns;
  }

  /** Fetches the first rows, then how many there are: what is in sight does not wait for the count. */
  async open(): Promise<void> {
    await this.#fetch(0);
    if (this.#disposed || this.state.value.complete || this.state.value.problem !== '') return;
    try {
      const { total, length } = await this.#rows({ from: 0, at: -1, count: 0, wait: true });
      this.#publish({ total, length, complete: true });
    } catch (error) {
      this.#failed(error);
    }
  }

  /** A row when it is here; else it is fetched, and `state` says when. */
  row(index: number): PagedRow | undefined {
    const number = Math.floor(index / PAGE);
    const page = this.#pages.get(number);
    if (!page) {
      void this.#fetch(number);
      return undefined;
    }
    const text = page.rows[index - number * PAGE];
    return text === undefined ? undefined : { text, start: page.starts[index - number * PAGE] ?? 0 };
  }

  /** The row a place of the value is in. */
  async rowAt(place: number): Promise<number> {
    const { from } = await this.#rows({ from: 0, at: place, count: 1, wait: false });
    return from;
  }

  dispose(): void {
    this.#disposed = true;
  }

  #rows(page: { readonly from: number; readonly at: number; readonly count: number; readonly wait: boolean }) {
    return this.#request('value/rows', { ...this.#value, columns: this.#columns, ...page });
  }

  async #fetch(number: number): Promise<void> {
    if (this.#asked.has(number) || this.#disposed) return;
    this.#asked.add(number);
    try {
      const { rows, starts, total, complete, length } = await this.#rows({
        from: number * PAGE,
        at: -1,
        count: PAGE,
        wait: false,
      });
      this.#pages.set(number, { rows, starts });
      for (const oldest of this.#pages.keys()) {
        if (this.#pages.size <= KEPT_PAGES) break;
        this.#pages.delete(oldest);
        this.#asked.delete(oldest);
      }
      this.#publish(this.state.value.complete ? {} : { total, complete, length });
    } catch (error) {
      this.#failed(error);
    }
  }

  #publish(part: Partial<PagedRowsState>): void {
    const { value } = this.state;
    if (!this.#disposed) this.state.set({ ...value, ...part, version: value.version + 1 });
  }

  #failed(error: unknown): void {
    this.#publish({ problem: error instanceof Error ? error.message : String(error) });
  }
}
