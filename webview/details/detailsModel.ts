import type { ModelCall } from '../../src/core/model/modelCall.ts';
import type { SourceResolution } from '../../src/core/model/source.ts';
import type { LogDetails, SpanDetails, SpanRef } from '../../src/core/model/span.ts';
import { PAGE_RECORDS } from '../../src/protocol/engineApi.ts';
import { ProtocolError } from '../../src/protocol/errors.ts';
import type { SpanTiming } from '../../src/protocol/timingApi.ts';
import type { Host } from '../protocol/host.ts';
import { Store } from '../state/store.ts';

/** What is known so far of the selected span; parts come in one by one. */
export interface DetailsState {
  readonly ref: SpanRef;
  readonly details: SpanDetails | undefined;
  readonly call: ModelCall | null;
  /** How many items its sides have: {@link call} carries the first of them. */
  readonly callItems: { readonly inputs: number; readonly outputs: number };
  /** The reading of model content has been answered. */
  readonly callRead: boolean;
  /** Where the time inside it went; undefined until it has been answered. */
  readonly timing: SpanTiming | undefined;
  /** The first of {@link logTotal}, by time; `details.events` likewise are the first of `details.eventCount`. */
  readonly logs: readonly LogDetails[];
  readonly logTotal: number;
  /** Undefined while it is being looked for. */
  readonly source: SourceResolution | undefined;
  /** Why the details are not here. */
  readonly problem: 'gone' | { readonly message: string } | undefined;
}

const NO_TIMING: SpanTiming = { timing: null, stream: null };

/** While the selection moves faster than this, only where it rests is fetched. */
const REST_MS = 80;
/** A growing trace asks for the selected span again at most this often. */
const LIVE_MS = 500;
/** Longer than this nothing is held back: what is here is shown. */
const PATIENCE_MS = 250;

function isCancelled(error: unknown): boolean {
  return error instanceof ProtocolError && (error.code === 'cancelled' || error.code === 'disposed');
}

interface Records<T> {
  readonly records: readonly T[];
  readonly total: number;
}

/** How often records that came in between make the reading start over; then the next look does. */
const MAX_STARTS = 3;

/**
 * Reads on from `have` of `known` until `wanted` are there or all. Starts over when the count changed on the way: what
 * came may stand before what was read.
 */
async function readPages<T>(
  have: readonly T[],
  known: number | undefined,
  wanted: number,
  read: (from: number) => Promise<Records<T>>,
): Promise<Records<T>> {
  let records = have;
  let total = known;
  for (let starts = 0; ;) {
    const page = await read(records.length);
    const moved = total !== undefined && page.total !== total && records.length > 0;
    total = page.total;
    if (moved && ++starts < MAX_STARTS) {
      records = [];
      continue;
    }
    records = [...records, ...page.records];
    if (records.length >= Math.min(wanted, total) || page.records.length === 0) return { records, total };
  }
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
  /** The last answer of `span/details`, to see whether anything changed. */
  #answer = '';
  /** The log records that are shown are those of the last count. */
  #logsRead = false;
  /** Records to have read, so that a look at a span that grows does not lose what was asked for. */
  #wanted = { logs: 1, events: 0 };

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
      callItems: { inputs: 0, outputs: 0 },
      callRead: false,
      timing: undefined,
      logs: [],
      logTotal: 0,
      source: undefined,
      problem: undefined,
    };
    this.#answer = '';
    this.#logsRead = false;
    this.#wanted = { logs: 1, events: 0 };
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

  /** Fetches everything of the span that is shown once more. */
  reload(): void {
    if (!this.#current) return;
    this.#answer = '';
    this.#fetch(this.#current.ref, true);
  }

  /** The code index knows more now. */
  resolveAgain(): void {
    if (this.#current) void this.#resolve(this.#current.ref);
  }

  /** Fetches one more page of the span's log records or events. */
  showMore(what: 'logs' | 'events'): void {
    const { ref, logs, logTotal, details } = this.#current ?? {};
    if (!ref) return;
    if (what === 'logs') {
      this.#wanted.logs = (logs?.length ?? 0) + 1;
      void this.#logs(ref, logs ?? [], logTotal);
    } else if (details) {
      this.#wanted.events = details.events.length + 1;
      void this.#events(ref, details);
    }
  }

  #fetch(ref: SpanRef, first: boolean): void {
    void this.#details(ref, first);
    if (!first) return;
    void this.#model(ref);
    void this.#timing(ref);
    void this.#logs(ref, [], undefined);
    void this.#resolve(ref);
  }

  async #details(ref: SpanRef, first: boolean): Promise<void> {
    try {
      const details = await this.#host.request('span/details', ref, { supersede: 'details/span' });
      if (this.#current?.ref !== ref) return;
      const answer = JSON.stringify(details);
      const isSame = answer === this.#answer;
      const { logTotal } = this.#current;
      this.#answer = answer;
      if (!isSame) {
        if (this.#wanted.events <= details.events.length) this.#merge(ref, { details, problem: undefined });
        else await this.#events(ref, details);
      }
      if (first) return;
      // What came may be messages below it: they are not in its own details.
      void this.#timing(ref);
      if (!isSame) void this.#model(ref);
      if (!this.#logsRead || details.logCount !== logTotal) void this.#logs(ref, [], undefined);
    } catch (error) {
      if (isCancelled(error)) return;
      const gone = error instanceof ProtocolError && error.code === 'notFound';
      this.#merge(ref, {
        problem: gone ? 'gone' : { message: error instanceof Error ? error.message : String(error) },
      });
    }
  }

  async #model(ref: SpanRef): Promise<void> {
    try {
      const read = await this.#host.request('span/model', ref, { supersede: 'details/model' });
      const { call } = read;
      const { inputs = call?.inputs.length ?? 0, outputs = call?.outputs.length ?? 0 } = read;
      this.#merge(ref, { call, callItems: { inputs, outputs }, callRead: true });
    } catch (error) {
      if (!isCancelled(error)) this.#merge(ref, { callRead: true });
    }
  }

  async #timing(ref: SpanRef): Promise<void> {
    try {
      this.#merge(ref, { timing: await this.#host.request('timing/span', ref, { supersede: 'details/timing' }) });
    } catch (error) {
      if (!isCancelled(error) && this.#current?.timing === undefined) this.#merge(ref, { timing: NO_TIMING });
    }
  }

  /** Goes on from the events that `details` have until those wanted are there or all. */
  async #events(ref: SpanRef, details: SpanDetails): Promise<void> {
    try {
      const { records } = await readPages(details.events, details.eventCount, this.#wanted.events, async (from) => {
        const page = { ...ref, from, limit: PAGE_RECORDS };
        const { events, total } = await this.#host.request('span/events', page, { supersede: 'details/events' });
        return { records: events, total };
      });
      this.#wanted.events = Math.max(this.#wanted.events, records.length);
      this.#merge(ref, { details: { ...details, events: records }, problem: undefined });
    } catch (error) {
      // Without its further events the span is still worth showing.
      if (!isCancelled(error)) this.#merge(ref, { details, problem: undefined });
    }
  }

  /** Goes on from the log records `have` of `total` until those wanted are there or all. */
  async #logs(ref: SpanRef, have: readonly LogDetails[], total: number | undefined): Promise<void> {
    this.#logsRead = false;
    try {
      const read = await readPages(have, total, this.#wanted.logs, async (from) => {
        const page = { ...ref, from, limit: PAGE_RECORDS };
        const { logs, total } = await this.#host.request('span/logs', page, { supersede: 'details/logs' });
        return { records: logs, total };
      });
      if (this.#current?.ref !== ref) return;
      this.#logsRead = true;
      this.#wanted.logs = Math.max(this.#wanted.logs, read.records.length);
      this.#merge(ref, { logs: read.records, logTotal: read.total });
    } catch {
      // What is shown stays; the next look at the span asks again.
    }
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

  #merge(ref: SpanRef, part: Partial<DetailsState>): void {
    if (this.#current?.ref !== ref) return;
    this.#current = { ...this.#current, ...part };
    const { details, callRead, timing, problem } = this.#current;
    if (this.#published || problem !== undefined || (details && callRead && timing)) this.#publish();
  }

  #publish(): void {
    clearTimeout(this.#patience);
    this.#published = true;
    this.state.set(this.#current);
  }
}
