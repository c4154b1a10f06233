import { ProtocolError } from '../../src/protocol/errors.ts';
import type { FindQuery, FindState, FoundPlace } from '../../src/protocol/findApi.ts';
import type { RowId } from '../../src/protocol/rowApi.ts';
import type { ViewInfo } from '../../src/protocol/viewApi.ts';
import type { Host } from '../protocol/host.ts';
import { Store } from '../state/store.ts';
import type { RowCache } from '../waterfall/rowCache.ts';
import type { VirtualScroll } from '../waterfall/virtualScroll.ts';

/** Rows asked about above and below those in sight. */
const ROWS_AROUND = 100;
/** Steps waiting for the engine; more are dropped rather than run on after the key was let go. */
const MOST_QUEUED = 4;

/** The part of the waterfall that finding moves in. */
export interface FoundIn {
  readonly info: Store<ViewInfo | undefined>;
  readonly selected: Store<RowId | ''>;
  readonly drawn: Store<number>;
  readonly rows: RowCache;
  readonly scroll: VirtualScroll;
  readonly viewChanged: (info: ViewInfo) => void;
  /** Selects a row and brings it into sight. */
  readonly goTo: (rowId: RowId, row: number, info: ViewInfo) => Promise<void>;
  readonly redraw: () => void;
}

export interface FindDeps {
  readonly host: Pick<Host, 'request'>;
  readonly waterfall: FoundIn;
  /** A span was gone to; the first of the places is where the text is. */
  readonly onFound: (places: readonly FoundPlace[]) => void;
  readonly onOpen: (open: boolean) => void;
  readonly onFailed: (error: unknown) => void;
}

/** What the bar shows of the search. */
export interface FindResult extends Pick<
  FindState,
  'searching' | 'progress' | 'total' | 'ordinal' | 'kind' | 'problem'
> {
  /** Where in the selected span it was found, when that is told. */
  readonly places: readonly FoundPlace[];
}

interface RowBits {
  readonly findId: number;
  readonly version: number;
  readonly revision: number;
  readonly from: number;
  readonly bits: Uint8Array;
}

/** Finding in the open trace. The engine looks; this follows it and goes to what is found. */
export class FindModel {
  readonly isOpen = new Store(false);
  /** Counts requests for the keyboard. */
  readonly focusAsked = new Store(0);
  /** The request that was met last. */
  focusGiven = 0;
  readonly query = new Store<FindQuery>({ text: '', matchCase: false, wholeWord: false, regex: false });
  /** Only rows of what is found, and those above them. */
  readonly only = new Store(false);
  /** Undefined while nothing is looked for. */
  readonly result = new Store<FindResult | undefined>(undefined);
  readonly #deps: FindDeps;
  #serial = 0;
  #viewId = -1;
  #state: FindState | undefined;
  /** The search moved the selection already: it stays where it is then. */
  #moved = false;
  /** Settles when the search that was begun last has said something. */
  #begun: Promise<void> = Promise.resolve();
  #queue: Promise<void> = Promise.resolve();
  #queued = 0;
  #rowBits: RowBits | undefined;
  #asking = false;

  constructor(deps: FindDeps) {
    this.#deps = deps;
    const { waterfall } = deps;
    waterfall.info.subscribe(() => this.#viewChanged());
    waterfall.drawn.subscribe(() => void this.#askRows());
    waterfall.selected.subscribe(() => void this.#selectionChanged());
  }

  /** Opens the bar, or gives it the keyboard. */
  open(): void {
    this.#show();
    this.focusAsked.set(this.focusAsked.value + 1);
  }

  /** Ends the search; what was found stays selected. */
  close(): void {
    if (!this.isOpen.value) return;
    this.#serial++;
    this.isOpen.set(false);
    this.#deps.onOpen(false);
    this.#forget();
    const viewId = this.#viewId;
    if (viewId < 0) return;
    this.#viewId = -1;
    this.#deps.host.request('find/stop', { viewId }).then(
      (info) => this.#deps.waterfall.viewChanged(info),
      () => undefined,
    );
  }

  setQuery(change: Partial<FindQuery>): void {
    this.query.set({ ...this.query.value, ...change });
    this.#start(true);
  }

  /** Goes to the next span that is found, or the previous. With the bar closed, looks for what was looked for last. */
  step(forward: boolean): void {
    if (this.query.value.text === '') {
      this.open();
      return;
    }
    if (!this.isOpen.value) this.#show();
    if (this.#queued >= MOST_QUEUED) return;
    this.#queued++;
    this.#queue = this.#queue
      .then(() => this.#begun)
      .then(() => this.#step(forward, false))
      .finally(() => {
        this.#queued--;
      });
  }

  async setOnly(only: boolean): Promise<void> {
    this.only.set(only);
    const viewId = this.#viewId;
    if (viewId < 0) return;
    try {
      this.#deps.waterfall.viewChanged(await this.#deps.host.request('find/only', { viewId, only }));
    } catch (error) {
      this.#refused(error);
    }
  }

  /** Calls `listener` when rows are to be drawn; call the result to stop. */
  onDrawn(listener: () => void): () => void {
    return this.#deps.waterfall.drawn.subscribe(listener);
  }

  /** FOUND_ROW bits of a row under the present layout; undefined while they are not known. */
  bitsOf(row: number): number | undefined {
    const known = this.#rowBits;
    if (known === undefined || known.revision !== this.#deps.waterfall.rows.revision) return undefined;
    return known.bits[row - known.from];
  }

  /** Whether rows without a hit are only there for those below them. */
  get dimsOthers(): boolean {
    return this.only.value && (this.#state?.total ?? 0) > 0;
  }

  #show(): void {
    if (this.isOpen.value) return;
    this.isOpen.set(true);
    this.#deps.onOpen(true);
    if (this.query.value.text !== '') this.#start(false);
  }

  /** Another trace was opened, or this one anew: what is looked for is looked for there. */
  #viewChanged(): void {
    const viewId = this.#deps.waterfall.info.value?.viewId ?? -1;
    if (!this.isOpen.value || viewId === this.#viewId) return;
    this.#start(false);
  }

  #start(move: boolean): void {
    this.#begun = new Promise((begun) => {
      void this.#search(move, begun).finally(begun);
    });
  }

  async #search(move: boolean, begun: () => void): Promise<void> {
    const serial = ++this.#serial;
    const { host, waterfall } = this.#deps;
    const viewId = waterfall.info.value?.viewId ?? -1;
    const { value: query } = this.query;
    this.#moved = !move;
    this.#viewId = viewId;
    if (viewId < 0 || query.text === '') {
      this.#forget();
      if (viewId >= 0) await this.#quietly(host.request('find/stop', { viewId }).then(waterfall.viewChanged));
      return;
    }
    try {
      let at = waterfall.selected.value;
      if (this.only.value) await host.request('find/only', { viewId, only: true });
      if (serial !== this.#serial) return;
      let state = await host.request('find/start', { viewId, at, ...query }, { supersede: 'find/start' });
      for (;;) {
        if (serial !== this.#serial) return;
        await this.#take(state, at);
        begun();
        if (serial !== this.#serial) return;
        // Settles when there is something new, also once everything was looked at: the trace may grow.
        at = waterfall.selected.value;
        state = await this.#next(serial, viewId, state, at);
      }
    } catch (error) {
      if (serial === this.#serial) this.#refused(error);
    }
  }

  async #next(serial: number, viewId: number, { findId, version }: FindState, at: RowId | ''): Promise<FindState> {
    for (;;) {
      try {
        return await this.#deps.host.request(
          'find/state',
          { viewId, findId, version, at },
          { supersede: 'find/state' },
        );
      } catch (error) {
        // Nothing changed for as long as a request may take.
        if (serial === this.#serial && error instanceof ProtocolError && error.code === 'timeout') continue;
        throw error;
      }
    }
  }

  /** `at`: the span whose number the state tells. */
  async #take(state: FindState, at: RowId | ''): Promise<void> {
    this.#state = state;
    const places = state.ordinal === 0 ? [] : (this.result.value?.places ?? []);
    this.#tell(state, places);
    this.#deps.waterfall.viewChanged(state.view);
    void this.#askRows();
    if (!this.#moved && state.total > 0) {
      this.#moved = true;
      await this.#step(true, true);
    } else if (at !== this.#deps.waterfall.selected.value) await this.#selectionChanged();
  }

  async #step(forward: boolean, stay: boolean): Promise<void> {
    const { host, waterfall } = this.#deps;
    const viewId = this.#viewId;
    const findId = this.#state?.findId;
    const serial = this.#serial;
    if (viewId < 0 || findId === undefined) return;
    try {
      const from = waterfall.selected.value;
      const found = await host.request('find/step', { viewId, findId, from, forward, stay });
      // Something else is looked for by now, and will be gone to.
      if (serial !== this.#serial) return;
      this.#moved = true;
      if (found.spanId !== '') {
        await waterfall.goTo(found.spanId, found.row, found.state.view);
        this.#deps.onFound(found.places);
      }
      if (serial === this.#serial) this.#tell(found.state, found.places);
    } catch (error) {
      this.#refused(error);
    }
  }

  /** The count says which one is selected, whoever selected it. */
  async #selectionChanged(): Promise<void> {
    const state = this.#state;
    const at = this.#deps.waterfall.selected.value;
    const { value: shown } = this.result;
    if (state === undefined || shown === undefined || this.#queued > 0 || state.total === 0) return;
    try {
      const { viewId } = state.view;
      const now = await this.#deps.host.request(
        'find/state',
        { viewId, findId: state.findId, version: -1, at },
        { supersede: 'find/ordinal' },
      );
      if (this.#state?.findId !== state.findId || this.#deps.waterfall.selected.value !== at) return;
      if (now.ordinal !== this.result.value?.ordinal) this.#tell(now, []);
    } catch (error) {
      this.#refused(error);
    }
  }

  /** The search under way or ended whose results are shown. */
  get search(): (Pick<FindState, 'findId' | 'version' | 'total'> & { readonly viewId: number }) | undefined {
    const state = this.#state;
    return state && { findId: state.findId, version: state.version, total: state.total, viewId: state.view.viewId };
  }

  #tell(state: FindState, places: readonly FoundPlace[]): void {
    const { searching, progress, total, ordinal, kind, problem } = state;
    this.result.set({ searching, progress, total, ordinal, kind, problem, places });
  }

  #forget(): void {
    this.#state = undefined;
    this.#rowBits = undefined;
    this.result.set(undefined);
    this.#deps.waterfall.redraw();
  }

  /** Sees to it that it is known of the rows in sight whether they are found. */
  async #askRows(): Promise<void> {
    const state = this.#state;
    const { host, waterfall } = this.#deps;
    const { rows, scroll } = waterfall;
    if (state === undefined || this.#asking || rows.revision < 0) return;
    const { first, last } = scroll.visibleRows(rows.rowCount);
    const known = this.#rowBits;
    const isKnown =
      known?.findId === state.findId &&
      known.version === state.version &&
      known.revision === rows.revision &&
      first >= known.from &&
      last < known.from + known.bits.length;
    if (isKnown || last < first) return;
    const { findId, version } = state;
    const { revision } = rows;
    const from = Math.max(0, Math.floor(first) - ROWS_AROUND);
    const count = Math.min(rows.rowCount - from, last - from + 1 + ROWS_AROUND);
    this.#asking = true;
    let changed = false;
    try {
      const bits = await host.request('find/rows', { viewId: state.view.viewId, findId, revision, from, count });
      changed = bits.length > 0 && this.#state?.findId === findId;
      if (changed) this.#rowBits = { findId, version, revision, from, bits };
    } catch {
      // The search was given up, or the rows are others by now: they are asked about again when they are drawn.
    } finally {
      this.#asking = false;
    }
    if (changed) waterfall.redraw();
  }

  #refused(error: unknown): void {
    const isOver =
      error instanceof ProtocolError && ['cancelled', 'disposed', 'notFound', 'timeout'].includes(error.code);
    if (!isOver) this.#deps.onFailed(error);
  }

  async #quietly(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#refused(error);
    }
  }
}

/** The words for a count: `17 of 312`, `312+` while more may be found. */
export function countWords(result: FindResult | undefined): string {
  if (result === undefined) return '';
  const more = result.searching ? '+' : '';
  if (result.total === 0) return result.searching ? 'Searching…' : 'No results';
  const total = `${result.total.toLocaleString('en-US')}${more}`;
  return `${result.ordinal === 0 ? '?' : result.ordinal.toLocaleString('en-US')} of ${total}`;
}

const PLACE_WORDS: Readonly<Record<FoundPlace['place'], string>> = {
  name: 'Name',
  service: 'Service',
  scope: 'Scope',
  attribute: 'Attribute',
  event: 'Event',
  link: 'Link',
  status: 'Status message',
  log: 'Log record',
  id: 'Id',
  traceState: 'Trace state',
  resource: 'Resource',
};

/** Where it was found: the kind of place, and the key when it has one. */
export function placeWords({ place, key }: FoundPlace): string {
  return key === '' ? PLACE_WORDS[place] : `${PLACE_WORDS[place]} ${key}`;
}

/** The tab of the details that shows a place. */
export function tabOf({ place }: FoundPlace): string {
  switch (place) {
    case 'attribute':
      return 'attributes';
    case 'event':
      return 'events';
    case 'log':
      return 'logs';
    case 'link':
      return 'links';
    case 'service':
    case 'scope':
    case 'resource':
      return 'resource';
    case 'name':
    case 'status':
    case 'id':
    case 'traceState':
      return '';
  }
}
