import type { SpanId, TraceId } from '../../src/core/model/ids.ts';
import { spanOfRow, type RowId, type RowOptions } from '../../src/protocol/rowApi.ts';
import type { RowWindow, ViewInfo } from '../../src/protocol/viewApi.ts';
import { ProtocolError } from '../../src/protocol/errors.ts';
import type { Host } from '../protocol/host.ts';
import { Store } from '../state/store.ts';
import { durationOf, offsetOf, rowIdOf, type RowCache, type RowRef } from './rowCache.ts';
import { askedColumns, type RowColumn } from './rowColumns.ts';
import { RowSync } from './rowSync.ts';
import { FoldLog } from './foldLog.ts';
import { NO_PLACE, type ViewPlace } from './viewPlace.ts';
import { ROW_HEIGHT_PX, type VirtualScroll } from './virtualScroll.ts';
import { WaterfallMoves } from './waterfallMoves.ts';
import { ZoomModel } from './zoomModel.ts';

export type WaterfallPhase =
  | { readonly kind: 'empty' }
  | { readonly kind: 'opening'; readonly traceId: TraceId }
  | { readonly kind: 'open'; readonly traceId: TraceId }
  | { readonly kind: 'evicted'; readonly traceId: TraceId }
  | { readonly kind: 'failed'; readonly traceId: TraceId; readonly message: string };

export interface WaterfallDeps {
  readonly host: Pick<Host, 'request'>;
  /** Milliseconds of any steady clock. */
  readonly now: () => number;
  /** How rows are put together in views opened from now on. */
  readonly rowOptions: () => RowOptions;
  /** A step found nothing to go to; worded for the notice line. */
  readonly onNothingThere: (message: string) => void;
}

function isCancelled(error: unknown): boolean {
  return error instanceof ProtocolError && (error.code === 'cancelled' || error.code === 'disposed');
}

function isNotFound(error: unknown): boolean {
  return error instanceof ProtocolError && error.code === 'notFound';
}

/**
 * One open trace. Rows come from the engine in windows of a layout revision; a new revision is swapped in only when the
 * rows for the screen are at hand, and the anchor span keeps its pixel. Spans are named by id everywhere: a row number
 * never outlives its revision.
 */
export class WaterfallModel {
  readonly phase = new Store<WaterfallPhase>({ kind: 'empty' });
  readonly info = new Store<ViewInfo | undefined>(undefined);
  readonly selected = new Store<RowId | ''>('');
  /** Columns between names and bars. */
  readonly columns = new Store<readonly RowColumn[]>([]);
  /** Whether the critical path is drawn. */
  readonly critical = new Store(true);
  /** Grows with everything that needs the rows drawn again. */
  readonly drawn = new Store(0);
  readonly zoom: ZoomModel;
  readonly rows: RowCache;
  readonly scroll: VirtualScroll;
  readonly moves: WaterfallMoves;
  /** Row under the pointer: what the user looks at holds still. */
  pointerSpan: RowId | '' = '';
  readonly #deps: WaterfallDeps;
  readonly #sync: RowSync;
  readonly #folds = new FoldLog();
  #serial = 0;
  #chosen = false;
  /** The last announcement that came while a trace was being opened: it may be of that trace. */
  #announced: ViewInfo | undefined;
  #revealWhenSized = false;

  constructor(deps: WaterfallDeps) {
    this.#deps = deps;
    this.zoom = new ZoomModel(deps.now);
    this.zoom.scale.subscribe(() => this.#redraw());
    const { host, onNothingThere } = deps;
    const onRefused = (error: unknown): void => this.#refused(error);
    this.#sync = new RowSync({
      host,
      open: () => this.info.value,
      anchor: () => this.#anchor(),
      onLayout: (info) => this.#takeInfo(info),
      onRefused,
      redraw: () => this.#redraw(),
      columns: () => askedColumns(this.columns.value),
    });
    this.rows = this.#sync.rows;
    this.scroll = this.#sync.scroll;
    this.moves = new WaterfallMoves({
      host,
      sync: this.#sync,
      view: () => this.#view,
      selected: () => this.selected.value,
      select: (spanId) => this.select(spanId),
      onFold: (fold) => this.#folds.add(fold),
      selectRow: (row) => this.selectRow(row),
      goTo: (spanId, row, info) => this.goTo(spanId, row, info),
      onNothingThere,
      onRefused,
    });
  }

  get traceId(): TraceId | '' {
    const phase = this.phase.value;
    return phase.kind === 'empty' ? '' : phase.traceId;
  }

  /** The view that may be acted on: none while another trace is being opened. */
  get #view(): ViewInfo | undefined {
    return this.phase.value.kind === 'open' ? this.info.value : undefined;
  }

  get selectedRow(): RowRef | undefined {
    return this.selected.value === '' ? undefined : this.rows.find(this.selected.value);
  }

  /** Where the user looks now. */
  get place(): ViewPlace {
    const { rows, scroll } = this;
    const { range, fitted } = this.zoom.settled;
    const { first, last } = scroll.visibleRows(rows.rowCount);
    let [topSpan, topPx]: [SpanId | '', number] = ['', 0];
    // At the very top what comes in above is shown.
    for (let row = first; row <= last && topSpan === '' && scroll.topPx > 0; row++) {
      const ref = rows.at(row);
      if (!ref) break;
      topSpan = spanOfRow(rowIdOf(ref));
      topPx = row * ROW_HEIGHT_PX - scroll.topPx;
    }
    return {
      viewId: this.#view?.viewId ?? -1,
      beginNs: fitted ? 0 : range.beginNs,
      endNs: fitted ? 0 : range.endNs,
      topSpan,
      topPx,
      folds: this.#folds.folds,
    };
  }

  /**
   * Opens a trace, selects `spanId` (else its first row) and shows it, at a place looked at before where one is given. The
   * old trace stays drawn until then.
   */
  async open(traceId: TraceId, spanId: SpanId | '', place: ViewPlace = NO_PLACE): Promise<void> {
    const serial = ++this.#serial;
    this.#closeView();
    this.phase.set({ kind: 'opening', traceId });
    try {
      let info = await this.#openView(traceId, place.viewId);
      if (serial !== this.#serial) {
        this.#release(info.viewId);
        return;
      }
      this.#folds.begin(place.folds);
      if (info.viewId !== place.viewId) info = await this.#folds.replay(this.#deps.host, info);
      let row = -1;
      if (spanId !== '') {
        const found = await this.#deps.host.request('view/locate', { viewId: info.viewId, spanId, reveal: true });
        if (serial !== this.#serial) {
          this.#release(info.viewId);
          return;
        }
        ({ row, info } = found);
      }
      let top = -1;
      if (place.topSpan !== '') {
        const found = await this.#deps.host.request('view/locate', {
          viewId: info.viewId,
          spanId: place.topSpan,
          reveal: false,
        });
        top = found.row;
      }
      const window = await this.#sync.requestRows(info, Math.max(0, top < 0 ? row : top), '');
      if (serial !== this.#serial) {
        this.#release(info.viewId);
        return;
      }
      this.#show(info, window, row < 0 ? '' : spanId);
      if (place.endNs > 0) this.zoom.restore(place);
      if (top >= 0) {
        this.#revealWhenSized = false;
        this.scroll.moveTo(top * ROW_HEIGHT_PX - place.topPx);
      }
      this.phase.set({ kind: 'open', traceId });
      void this.#sync.sync();
    } catch (error) {
      if (serial === this.#serial) this.#fail(traceId, error);
    }
  }

  /** The view that is still there from an earlier page of this panel, with its folds; else a new one. */
  async #openView(traceId: TraceId, viewId: number): Promise<ViewInfo> {
    if (viewId >= 0) {
      try {
        const info = await this.#deps.host.request('view/info', { viewId });
        if (info.summary.traceId === traceId) return info;
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
    return this.#deps.host.request('view/open', { traceId, rows: this.#deps.rowOptions() });
  }

  close(): void {
    this.#serial++;
    this.#closeView();
    this.rows.clear();
    this.info.set(undefined);
    this.selected.set('');
    this.phase.set({ kind: 'empty' });
    this.#redraw();
  }

  /** The engine announced a new layout; events of other views are passed over. */
  viewChanged(info: ViewInfo): void {
    if (this.phase.value.kind === 'opening') this.#announced = info;
    if (info.viewId !== this.#view?.viewId) return;
    this.#sync.want(info);
    void this.#sync.sync();
  }

  /** Asks whether the trace is still held (something was evicted). */
  async check(): Promise<void> {
    const info = this.info.value;
    const phase = this.phase.value;
    if (!info || phase.kind !== 'open') return;
    try {
      this.viewChanged(await this.#deps.host.request('view/info', { viewId: info.viewId }));
    } catch (error) {
      if (isNotFound(error)) this.#fail(phase.traceId, error);
    }
  }

  /** The rows' height on screen changed: a selected row that was in sight stays there. */
  resize(viewportPx: number): void {
    const { scroll, selectedRow: selected } = this;
    const { first, last } = scroll.visibleRows(this.rows.rowCount);
    const inSight = selected && selected.row >= first && selected.row <= last && viewportPx !== scroll.viewportPx;
    scroll.resize(this.rows.rowCount * ROW_HEIGHT_PX, viewportPx);
    // Before a page is laid out nothing has a height: where the selection stands is decided then.
    if (viewportPx === 0) return;
    if (selected && (inSight || this.#revealWhenSized)) scroll.moveTo(scroll.topToReveal(selected.row));
    this.#revealWhenSized = false;
  }

  /** Called when drawing: sees to it that the rows on screen, and those around, are on their way. */
  ensureRows(): void {
    const info = this.#view;
    if (info) this.#sync.ensure(info);
  }

  /** Shows other columns, or the same in other widths. */
  setColumns(columns: readonly RowColumn[]): void {
    const before = askedColumns(this.columns.value).join('\n');
    this.columns.set(columns);
    const info = this.#view;
    if (info && askedColumns(columns).join('\n') !== before) void this.#sync.refresh(info);
    this.#redraw();
  }

  select(rowId: RowId | ''): void {
    this.#chosen = true;
    this.selected.set(rowId);
    this.#redraw();
  }

  /** Selects a row at hand and scrolls it into sight; a row not at hand is scrolled to, and selected once it is here. */
  async selectRow(row: number): Promise<void> {
    const target = Math.min(Math.max(0, row), this.rows.rowCount - 1);
    if (target < 0) return;
    this.#reveal(target);
    const info = this.#view;
    if (!this.rows.at(target) && info) await this.#sync.fetchAround(info, target);
    const found = this.rows.at(target);
    if (found) this.select(rowIdOf(found));
  }

  /** Shows a span of this trace, opening its ancestors. False when it is not here. */
  async reveal(spanId: SpanId): Promise<boolean> {
    const info = this.#view;
    if (!info) return false;
    try {
      const found = await this.#deps.host.request('view/locate', { viewId: info.viewId, spanId, reveal: true });
      if (found.row < 0) return false;
      await this.goTo(spanId, found.row, found.info);
      return true;
    } catch (error) {
      this.#refused(error);
      return false;
    }
  }

  zoomToSelected(): void {
    const selected = this.selectedRow;
    if (selected) this.zoom.showSpan(offsetOf(selected), durationOf(selected));
  }

  /** What finding says of a row, see FindModel: FOUND_ROW bits, and whether rows that are not found step back. */
  marks: { readonly bitsOf: (row: number) => number | undefined; readonly dimsOthers: boolean } = {
    bitsOf: () => undefined,
    dimsOthers: false,
  };

  /** Where a click or a scroll wants the rows drawn again. */
  redraw(): void {
    this.#redraw();
  }

  /** Selects a row of a layout and brings it into sight. */
  async goTo(rowId: RowId, row: number, info: ViewInfo): Promise<void> {
    if (info.revision > this.rows.revision) {
      this.#sync.want(info);
      await this.#sync.sync();
    }
    const here = this.rows.find(rowId);
    this.#reveal(here?.row ?? row);
    if (!here) await this.#sync.fetchAround(info, row);
    this.select(rowId);
  }

  #reveal(row: number): void {
    this.scroll.moveTo(this.scroll.topToReveal(row));
    this.#redraw();
  }

  #show(info: ViewInfo, window: RowWindow, spanId: SpanId | ''): void {
    this.info.set(info);
    this.#sync.begin(info, window);
    if (this.#announced) this.#sync.want(this.#announced);
    this.#announced = undefined;
    this.pointerSpan = '';
    this.zoom.reset(info.summary.durationNs);
    this.#revealWhenSized = true;
    const first = this.rows.at(0);
    this.#chosen = spanId !== '';
    this.selected.set(spanId !== '' ? spanId : first ? rowIdOf(first) : '');
    this.resize(this.scroll.viewportPx);
    this.#redraw();
  }

  #takeInfo(info: ViewInfo): void {
    this.info.set(info);
    this.zoom.extend(info.summary.durationNs);
    this.#redraw();
  }

  /**
   * What must not move: the row under the pointer, else the selected span when in sight (unless nobody chose it), else
   * the top row. At the very top with nothing chosen, rows that come in above are what the user waits for.
   */
  #anchor(): RowId | '' {
    if (this.pointerSpan !== '' && this.rows.find(this.pointerSpan)) return this.pointerSpan;
    const { first, last } = this.scroll.visibleRows(this.rows.rowCount);
    const selected = this.selectedRow;
    if (this.#chosen && selected && selected.row >= first && selected.row <= last) return rowIdOf(selected);
    if (this.scroll.topPx === 0) return '';
    const top = this.rows.at(first);
    return top ? rowIdOf(top) : '';
  }

  #refused(error: unknown): void {
    const phase = this.phase.value;
    if (isCancelled(error) || phase.kind !== 'open') return;
    if (isNotFound(error)) this.#fail(phase.traceId, error);
    else this.#deps.onNothingThere(error instanceof Error ? error.message : String(error));
  }

  #fail(traceId: TraceId, error: unknown): void {
    if (isCancelled(error)) return;
    this.#closeView();
    this.info.set(undefined);
    this.rows.clear();
    this.phase.set(
      isNotFound(error)
        ? { kind: 'evicted', traceId }
        : { kind: 'failed', traceId, message: error instanceof Error ? error.message : String(error) },
    );
    this.#redraw();
  }

  #closeView(): void {
    const info = this.info.value;
    this.#sync.stop();
    if (info) this.#release(info.viewId);
  }

  #release(viewId: number): void {
    this.#deps.host.request('view/close', { viewId }).catch(() => {
      // The engine drops views it no longer knows; there is nothing to do about one that is gone.
    });
  }

  #redraw(): void {
    this.drawn.set(this.drawn.value + 1);
  }
}
