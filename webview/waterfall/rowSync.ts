import type { RowId } from '../../src/protocol/rowApi.ts';
import type { RowWindow, ViewInfo } from '../../src/protocol/viewApi.ts';
import type { Host } from '../protocol/host.ts';
import { RowCache } from './rowCache.ts';
import { ROW_HEIGHT_PX, VirtualScroll } from './virtualScroll.ts';

/** Up to this many rows the window is the whole trace. */
export const WHOLE_TRACE_ROWS = 5000;
/** Rows fetched above and below the screen, in screens. */
const SCREENS_AROUND = 2;
/** After a jump: the screen is waited for, and with the next movement more is fetched ahead. */
const SCREENS_AROUND_JUMP = 0.5;
/** A relayout may overtake the rows being fetched; after so many rounds what is at hand is shown. */
const MOST_ROUNDS = 3;

/** What the rows of a view need to know of the waterfall they belong to. */
export interface RowSyncDeps {
  readonly host: Pick<Host, 'request'>;
  /** The view whose rows these are, while it may be acted on or not; undefined when nothing is open. */
  readonly open: () => ViewInfo | undefined;
  /** Span that must not move when rows come in above it, or empty. */
  readonly anchor: () => RowId | '';
  /** The rows are those of this layout now. */
  readonly onLayout: (info: ViewInfo) => void;
  readonly onRefused: (error: unknown) => void;
  readonly redraw: () => void;
  /** Columns that rows are to be fetched with. */
  readonly columns: () => readonly string[];
}

/**
 * The rows of the open view that are at hand, and where the screen stands in them. A new revision is swapped in only
 * when the rows for the screen are here, and the anchor span keeps its pixel.
 */
export class RowSync {
  readonly rows = new RowCache();
  readonly scroll = new VirtualScroll();
  readonly #deps: RowSyncDeps;
  #wanted: ViewInfo | undefined;
  #syncing: Promise<void> | undefined;
  #fetching: { readonly from: number; readonly to: number } | undefined;
  /** First row of the screen when it was drawn last. */
  #drawnFirst = 0;

  constructor(deps: RowSyncDeps) {
    this.#deps = deps;
  }

  /** Starts with the first window of a view. */
  begin(info: ViewInfo, window: RowWindow): void {
    this.#wanted = info;
    this.rows.clear();
    this.rows.accept(window);
    this.scroll.resize(window.rowCount * ROW_HEIGHT_PX, this.scroll.viewportPx);
    this.scroll.moveTo(0);
  }

  /** Nothing more is wanted of the view that was open. */
  stop(): void {
    this.#wanted = undefined;
    this.#fetching = undefined;
  }

  /** Answers and announcements overtake each other: only a newer layout of the open view counts. */
  want(info: ViewInfo): void {
    if (info.viewId === this.#deps.open()?.viewId && info.revision >= (this.#wanted?.revision ?? 0)) {
      this.#wanted = info;
    }
  }

  /** Brings the rows to the newest wanted revision, keeping the anchor's pixel. One at a time. */
  async sync(anchor?: RowId): Promise<void> {
    while (this.#syncing) await this.#syncing;
    const wanted = this.#wanted;
    if (!wanted || wanted.viewId !== this.#deps.open()?.viewId) return;
    if (wanted.revision <= this.rows.revision) {
      this.#deps.onLayout(wanted);
      return;
    }
    this.#syncing = this.#catchUp(wanted, anchor ?? this.#deps.anchor());
    try {
      await this.#syncing;
    } catch (error) {
      this.#deps.onRefused(error);
    } finally {
      this.#syncing = undefined;
    }
    if (this.#wanted !== wanted) await this.sync();
  }

  /**
   * Called when drawing: sees to it that the rows on screen, and those around, are on their way; while the screen moves
   * also those it moves to.
   */
  ensure(info: ViewInfo): void {
    const { first, last } = this.scroll.visibleRows(this.rows.rowCount);
    const moved = first - this.#drawnFirst;
    this.#drawnFirst = first;
    if (last < first) return;
    const screen = last - first + 1;
    const fetching = this.#fetching;
    if (this.rows.covers(first, last)) {
      const ahead = Math.sign(moved) * screen;
      if (moved === 0 || fetching || this.rows.covers(first + ahead, last + ahead)) return;
      void this.fetchAround(info, first + ahead);
      return;
    }
    // Replacing a fetch that still helps would starve a long scroll over a slow link.
    if (fetching && first < fetching.to && last >= fetching.from) return;
    void this.fetchAround(info, first, Math.abs(moved) > screen ? SCREENS_AROUND_JUMP : SCREENS_AROUND);
  }

  /**
   * Fetches the rows around a row, so many screens of them; of a newer layout than the one at hand they come in by
   * {@link sync}.
   */
  async fetchAround(info: ViewInfo, first: number, around = SCREENS_AROUND): Promise<void> {
    const { from, count } = this.#windowAround(this.rows.rowCount, first, around);
    const mark = { from, to: from + count };
    this.#fetching = mark;
    try {
      const window = await this.requestRows(info, first, this.#deps.anchor(), around);
      if (info.viewId !== this.#deps.open()?.viewId) return;
      // A newer layout must come in with its anchor kept, not by way of a scroll.
      if (window.revision === this.rows.revision) this.rows.accept(window);
      else {
        this.want(await this.#deps.host.request('view/info', { viewId: info.viewId }));
        void this.sync();
      }
    } catch (error) {
      this.#deps.onRefused(error);
    } finally {
      if (this.#fetching === mark) this.#fetching = undefined;
      this.#deps.redraw();
    }
  }

  /** Other columns are wanted: the rows on screen are fetched again, the others when they are looked at. */
  async refresh(info: ViewInfo): Promise<void> {
    const { first } = this.scroll.visibleRows(this.rows.rowCount);
    this.#fetching = undefined;
    this.rows.keepOnly(first);
    await this.fetchAround(info, first);
  }

  requestRows(info: ViewInfo, first: number, anchor: RowId | '', around = SCREENS_AROUND): Promise<RowWindow> {
    const { from, count } = this.#windowAround(info.rowCount, first, around);
    return this.#deps.host.request('view/rows', {
      viewId: info.viewId,
      from,
      count,
      anchor,
      columns: this.#deps.columns(),
    });
  }

  async #catchUp(wanted: ViewInfo, anchor: RowId | ''): Promise<void> {
    let { first } = this.scroll.visibleRows(this.rows.rowCount);
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const window = await this.requestRows(wanted, first, anchor);
      if (wanted.viewId !== this.#deps.open()?.viewId) return;
      const old = anchor === '' ? undefined : this.rows.find(anchor);
      const shift = old && window.anchorRow >= 0 ? (window.anchorRow - old.row) * ROW_HEIGHT_PX : 0;
      const topPx = this.scroll.topPx + shift;
      const target = new VirtualScroll();
      target.resize(window.rowCount * ROW_HEIGHT_PX, this.scroll.viewportPx);
      target.moveTo(topPx);
      const visible = target.visibleRows(window.rowCount);
      const covered = visible.first >= window.from && visible.last < window.from + window.count;
      if (!covered && round < MOST_ROUNDS - 1) {
        first = visible.first;
        continue;
      }
      this.rows.accept(window);
      this.scroll.resize(window.rowCount * ROW_HEIGHT_PX, this.scroll.viewportPx);
      this.scroll.moveTo(topPx);
      break;
    }
    this.#deps.onLayout(wanted);
  }

  #windowAround(rowCount: number, first: number, around: number): { from: number; count: number } {
    if (rowCount <= WHOLE_TRACE_ROWS) return { from: 0, count: Math.max(1, rowCount) };
    const screen = Math.max(1, Math.ceil(this.scroll.viewportPx / ROW_HEIGHT_PX) + 1);
    const from = Math.max(0, Math.floor(first) - Math.ceil(screen * around));
    return { from, count: Math.min(rowCount - from, Math.ceil(screen * (2 * around + 1))) };
  }
}
