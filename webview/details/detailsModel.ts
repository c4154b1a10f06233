import type { ModelCall } from '../../src/core/model/modelCall.ts';
import type { SourceResolution } from '../../src/core/model/source.ts';
import type { LogDetails, SpanDetails, SpanRef } from '../../src/core/model/span.ts';
import { ProtocolError } from '../../src/protocol/errors.ts';
import type { Host, HostResult } from '../protocol/host.ts';
import { Store } from '../state/store.ts';

/** What is known so far of the selected span; parts come in one by one. */
export interface DetailsState {
  readonly ref: SpanRef;
  readonly details: SpanDetails | undefined;
  readonly call: ModelCall | null;
  /** The reading of model content has been answered. */
  readonly callRead: boolean;
  readonly logs: readonly LogDetails[];
  /** Undefined while it is being looked for. */
  readonly source: SourceResolution | undefined;
  /** Why the details are not here. */
  readonly problem: 'gone' | { readonly message: string } | undefined;
}

/** While the selection moves faster than this, only where it rests is fetched. */
const REST_MS = 80;
/** A growing trace asks for the selected span again at most this often. */
const LIVE_MS = 500;
/** Longer than this nothing is held back: what is here is shown. */
const PATIENCE_MS = 250;

function isCancelled(error: unknown): boolean {
  return error instanceof ProtocolError && (error.code === 'cancelled' || error.code === 'disposed');
}

/** Fetches what the details show; a newer selection supersedes the older one's requests. */
export class DetailsModel {
  readonly state = new Store<DetailsState | undefined>(undefined);
  readonly #host: Pick<Host, 'request'>;
  readonly #now: () => number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastShownMs = Number.NEGATIVE_INFINITY;
  #live: ReturnType<typeof setTimeout> | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;
  #current: DetailsState | undefined;
  #published = false;

  constructor(host: Pick<Host, 'request'>, now: () => number) {
    this.#host = host;
    this.#now = now;
  }

  /** Shows a span, or nothing. The span before stays until this one's details and its tabs are known: no flicker. */
  show(ref: SpanRef | undefined): void {
    const shown = this.#current?.ref;
    if (ref && shown?.traceId === ref.traceId && shown.spanId === ref.spanId) return;
    clearTimeout(this.#timer);
    clearTimeout(this.#live);
    clearTimeout(this.#patience);
    this.#live = undefined;
    if (!ref) {
      this.#current = undefined;
      this.state.set(undefined);
      return;
    }
    this.#current = {
      ref,
      details: undefined,
      call: null,
      callRead: false,
      logs: [],
      source: undefined,
      problem: undefined,
    };
    this.#published = false;
    this.#patience = setTimeout(() => this.#publish(), PATIENCE_MS);
    const since = this.#now() - this.#lastShownMs;
    this.#lastShownMs = this.#now();
    if (since >= REST_MS) this.#fetch(ref, true);
    else this.#timer = setTimeout(() => this.#fetch(ref, true), REST_MS);
  }

  /** The trace grew: events, logs and an end may have come for the span shown. */
  refreshSoon(): void {
    if (this.#live !== undefined || !this.#current) return;
    this.#live = setTimeout(() => {
      this.#live = undefined;
      if (this.#current) this.#fetch(this.#current.ref, false);
    }, LIVE_MS);
  }

  /** The code index knows more now. */
  resolveAgain(): void {
    if (this.#current) void this.#resolve(this.#current.ref);
  }

  #fetch(ref: SpanRef, first: boolean): void {
    void this.#part(ref, 'span/details', (details) => ({ details, problem: undefined }));
    void this.#part(ref, 'span/model', ({ call }) => ({ call, callRead: true }));
    void this.#part(ref, 'span/logs', ({ logs }) => ({ logs }));
    if (first) void this.#resolve(ref);
  }

  async #resolve(ref: SpanRef): Promise<void> {
    try {
      const source = await this.#host.request('source/resolve', ref, { supersede: 'details/source' });
      this.#merge(ref, { source });
    } catch (error) {
      if (isCancelled(error)) return;
      const why = error instanceof Error ? error.message : String(error);
      this.#merge(ref, { source: { candidates: [], ambiguous: false, tried: [`The search failed: ${why}`] } });
    }
  }

  async #part<K extends 'span/details' | 'span/model' | 'span/logs'>(
    ref: SpanRef,
    method: K,
    read: (result: HostResult<K>) => Partial<DetailsState>,
  ): Promise<void> {
    try {
      this.#merge(ref, read(await this.#host.request(method, ref, { supersede: `details/${method}` })));
    } catch (error) {
      if (isCancelled(error)) return;
      if (method === 'span/model') this.#merge(ref, { callRead: true });
      if (method !== 'span/details') return;
      const gone = error instanceof ProtocolError && error.code === 'notFound';
      this.#merge(ref, {
        problem: gone ? 'gone' : { message: error instanceof Error ? error.message : String(error) },
      });
    }
  }

  #merge(ref: SpanRef, part: Partial<DetailsState>): void {
    if (this.#current?.ref !== ref) return;
    this.#current = { ...this.#current, ...part };
    const { details, callRead, problem } = this.#current;
    if (this.#published || problem !== undefined || (details && callRead)) this.#publish();
  }

  #publish(): void {
    clearTimeout(this.#patience);
    this.#published = true;
    this.state.set(this.#current);
  }
}
