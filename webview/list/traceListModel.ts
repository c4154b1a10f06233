import type { TraceId } from '../../src/core/model/ids.ts';
import type { ListBrush, ListQuery } from '../../src/core/list/listQuery.ts';
import type { TraceSummary } from '../../src/core/model/trace.ts';
import type { UnknownFilterKey } from '../../src/protocol/queryApi.ts';
import type { TraceListPage } from '../../src/protocol/listApi.ts';
import type { Host } from '../protocol/host.ts';
import { Store } from '../state/store.ts';
import { cellKeys, DEFAULT_LIST, type ListSettings } from './listSettings.ts';

/** Rows fetched above and below those in sight. */
const AROUND = 60;
/** A window is fetched again when fewer rows than these are left beyond an edge. */
const NEAR = 20;
/** The list is fetched at most this often while traces arrive; the first change is fetched at once. */
const LEAST_INTERVAL_MS = 200;

/** What the panel as a whole knows of the list. */
export interface ListState {
  /** The first traces of the list, as they were when its top was last fetched. */
  readonly traces: readonly TraceSummary[];
  /** Traces held, whatever is filtered. */
  readonly total: number;
  /** Arrived while paused. */
  readonly waiting: number;
}

const NO_PAGE: TraceListPage = {
  revision: 0,
  from: 0,
  rows: [],
  rowCount: 0,
  anchorRow: -1,
  selectedRow: -1,
  figures: { count: 0, errors: 0, measured: 0, p50Ns: -1, p95Ns: -1, p99Ns: -1 },
  total: 0,
  held: 0,
  folds: [],
  waiting: 0,
  others: 0,
  noise: 0,
  unseen: 0,
  newest: 0,
};

/** A page, and where what the view holds still stands in it. */
export interface ShownPage extends TraceListPage {
  /** The trace that {@link TraceListPage.anchorRow} is of. */
  readonly anchor: TraceId | '';
  /** It is another list than before: it is shown from its top. */
  readonly toTop: boolean;
  /** Traces numbered higher were not in the page before. */
  readonly before: number;
}

/** The trace list by windows of rows, kept up to date. What the view holds still is named by its trace, never by its row. */
export class TraceListModel {
  readonly list = new Store<ListState>({ traces: [], total: 0, waiting: 0 });
  readonly page = new Store<ShownPage>({ ...NO_PAGE, anchor: '', before: 0, toTop: false });
  /** True once the engine has answered. */
  readonly loaded = new Store(false);
  /** Listed traces that came since the list was last at its top. */
  readonly unseen = new Store(0);
  /** What is wrong with the filter, or why the list cannot be shown; empty when nothing is. */
  readonly problem = new Store('');
  readonly filter = new Store('');
  /** The list of another filter is on its way. */
  readonly isFetching = new Store(false);
  readonly brush = new Store<ListBrush | null>(null);
  readonly settings = new Store<ListSettings>(DEFAULT_LIST);
  /** Keys of heads that are open. */
  readonly expanded = new Store<ReadonlySet<string>>(new Set());
  readonly #host: Pick<Host, 'request'>;
  #selected: TraceId | '' = '';
  #first = 0;
  #last = 30;
  #anchor: { readonly traceId: TraceId; readonly row: number } | undefined;
  #isHeld = false;
  #seen = 0;
  #asked: { readonly query: string; readonly expanded: unknown } = { query: '', expanded: undefined };
  #running = false;
  /** Counts fetches; an older one has nothing to say any more. */
  #run = 0;
  #again = false;

  constructor(host: Pick<Host, 'request'>, settings: ListSettings = DEFAULT_LIST) {
    this.#host = host;
    this.settings.set(settings);
    for (const store of [this.brush, this.expanded]) store.subscribe(() => void this.refresh());
    this.filter.subscribe(() => this.#startAnew());
    this.settings.subscribe(() => void this.refresh());
  }

  /** Which traces are listed, and in what order. */
  get query(): ListQuery {
    const { sort, descending, group } = this.settings.value;
    return { filter: this.filter.value, brush: this.brush.value, sort, descending, group };
  }

  change(change: Partial<ListSettings>): void {
    this.settings.set({ ...this.settings.value, ...change });
  }

  /** Opens or folds a head. */
  toggle(key: string, open = !this.expanded.value.has(key)): void {
    const expanded = new Set(this.expanded.value);
    if (open) expanded.add(key);
    else expanded.delete(key);
    if (expanded.size !== this.expanded.value.size) this.expanded.set(expanded);
  }

  /** The trace whose row is wanted with every page. */
  setSelected(traceId: TraceId | ''): void {
    if (traceId === this.#selected) return;
    this.#selected = traceId;
    const { page } = this;
    const at = page.value.rows.findIndex((row) => row.kind === 'trace' && row.trace.traceId === traceId);
    page.set({ ...page.value, toTop: false, selectedRow: at < 0 ? -1 : page.value.from + at });
    if (at < 0 && traceId !== '') void this.refresh();
  }

  /** The rows in sight, and the one that is to stay where it is when others come; undefined at the top of the list. */
  setWindow(first: number, last: number, held: { readonly traceId: TraceId; readonly row: number } | undefined): void {
    this.#first = first;
    this.#last = last;
    this.#anchor = held;
    this.#isHeld = held !== undefined;
    if (!this.#isHeld && this.loaded.value) this.#markSeen();
    const { from, rows, rowCount } = this.page.value;
    const isShort =
      (first - NEAR < from && from > 0) || (last + NEAR > from + rows.length && from + rows.length < rowCount);
    if (isShort && this.loaded.value) void this.refresh();
  }

  /** Attributes the filter names that nothing held has; none when that cannot be told. */
  async unknownKeys(): Promise<readonly UnknownFilterKey[]> {
    const filter = this.filter.value;
    if (filter === '') return [];
    try {
      const { keys } = await this.#host.request('query/unknownKeys', { filter }, { supersede: 'query/unknownKeys' });
      return filter === this.filter.value ? keys : [];
    } catch {
      return [];
    }
  }

  /** Fetches the window; calls while a fetch is under way are one more fetch after it. Failures keep what is shown. */
  async refresh(): Promise<void> {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = true;
    const run = ++this.#run;
    const started = performance.now();
    let changed = false;
    try {
      changed = await this.#fetch();
      this.problem.set('');
    } catch (error) {
      // The engine is away or restarting, or the filter cannot be read; the next change fetches again.
      if (error instanceof Error && 'code' in error && error.code === 'invalid') this.problem.set(error.message);
    } finally {
      this.isFetching.set(run !== this.#run);
      // What only scrolls does not wait: it costs the engine next to nothing.
      const pause = changed ? LEAST_INTERVAL_MS - (performance.now() - started) : 0;
      setTimeout(
        () => {
          if (run !== this.#run) return;
          this.#running = false;
          if (this.#again) {
            this.#again = false;
            void this.refresh();
          }
        },
        Math.max(0, pause),
      );
    }
  }

  /** The answer for the filter before would only be in the way, and may take the engine a second. */
  #startAnew(): void {
    this.#running = false;
    this.#again = false;
    this.isFetching.set(true);
    void this.refresh();
  }

  /** Whether the list stands otherwise than before. */
  async #fetch(): Promise<boolean> {
    const query = JSON.stringify(this.query);
    const isOther = query !== this.#asked.query;
    // What the user asked for may move what is in sight; only what arrives may not.
    const anchor = isOther || this.#asked.expanded !== this.expanded.value ? undefined : this.#anchor;
    this.#asked = { query, expanded: this.expanded.value };
    if (isOther) {
      this.#last -= this.#first;
      this.#first = 0;
    }
    const from = Math.max(0, this.#first - AROUND);
    const page = await this.#host.request(
      'traces/page',
      {
        query: this.query,
        from,
        count: this.#last - this.#first + 2 * AROUND,
        expanded: [...this.expanded.value],
        anchor: anchor?.traceId ?? '',
        above: anchor ? Math.min(500, Math.max(0, anchor.row - from)) : -1,
        selected: this.#selected,
        seen: this.#seen,
        cells: cellKeys(this.settings.value.columns),
      },
      { supersede: 'traces/page' },
    );
    const { revision, newest } = this.page.value;
    this.page.set({ ...page, anchor: anchor?.traceId ?? '', before: newest, toTop: isOther });
    const traces =
      page.from === 0 ? page.rows.flatMap((row) => (row.kind === 'trace' ? [row.trace] : [])) : this.list.value.traces;
    this.list.set({ traces, total: page.held, waiting: page.waiting });
    if (!this.#isHeld || !this.loaded.value) this.#markSeen();
    else this.unseen.set(page.unseen);
    this.loaded.set(true);
    return page.revision !== revision;
  }

  #markSeen(): void {
    this.#seen = this.page.value.newest;
    this.unseen.set(0);
  }
}
