import type { SpanId, TraceId } from '../../src/core/model/ids.ts';
import type { RowWindow, StepKind, ViewInfo } from '../../src/protocol/viewApi.ts';
import { ProtocolError } from '../../src/protocol/errors.ts';
import type { Host } from '../protocol/host.ts';
import { Store } from '../state/store.ts';
import { hasFlag, offsetOf, durationOf, RowCache, spanIdOf, type RowRef } from './rowCache.ts';
import { ROW_HEIGHT_PX, VirtualScroll } from './virtualScroll.ts';
import { ZoomModel } from './zoomModel.ts';

/** Up to this many rows the window is the whole trace. */
export const WHOLE_TRACE_ROWS = 5000;
/** Rows fetched above and below the screen, in screens. */
const SCREENS_AROUND = 2;
/** A relayout may overtake the rows being fetched; after so many rounds what is at hand is shown. */
const MOST_ROUNDS = 3;
/** Key presses waiting for the engine; more are dropped rather than run on after the key was let go. */
const MOST_QUEUED = 4;

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
  /** A step found nothing to go to; worded for the notice line. */
  readonly onNothingThere: (message: string) => void;
}

const NOTHING: Readonly<Record<StepKind, string>> = {
  nextError: 'No error after this span.',
  previousError: 'No error before this span.',
  nextSibling: 'This is the last sibling.',
  previousSibling: 'This is the first sibling.',
  parent: 'This span has no parent here.',
  firstChild: 'This span has no children.',
};

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
  readonly selected = new Store<SpanId | ''>('');
  /** Grows with everything that needs the rows drawn again. */
  readonly drawn = new Store(0);
  readonly rows = new RowCache();
  readonly scroll = new VirtualScroll();
  readonly zoom: ZoomModel;
  /** Row under the pointer: what the user looks at holds still. */
  pointerSpan: SpanId | '' = '';
  readonly #deps: WaterfallDeps;
  #serial = 0;
  #chosen = false;
  #wanted: ViewInfo | undefined;
  /** The last announcement that came while a trace was being opened: it may be of that trace. */
  #announced: ViewInfo | undefined;
  #syncing: Promise<void> | undefined;
  #fetching: { readonly from: number; readonly to: number } | undefined;
  #queue: Promise<void> = Promise.resolve();
  #queued = 0;
  #revealWhenSized = false;

  constructor(deps: WaterfallDeps) {
    this.#deps = deps;
    this.zoom = new ZoomModel(deps.now);
    this.zoom.scale.subscribe(() => this.#redraw());
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

  /** Opens a trace, selects `spanId` (else its first row) and shows it. The old trace stays drawn until then. */
  async open(traceId: TraceId, spanId: SpanId | ''): Promise<void> {
    const serial = ++this.#serial;
    this.#closeView();
    this.phase.set({ kind: 'opening', traceId });
    try {
      let info = await this.#deps.host.request('view/open', { traceId });
      if (serial !== this.#serial) {
        this.#release(info.viewId);
        return;
      }
      let row = -1;
      if (spanId !== '') {
        const found = await this.#deps.host.request('view/locate', { viewId: info.viewId, spanId, reveal: true });
        if (serial !== this.#serial) {
          this.#release(info.viewId);
          return;
        }
        ({ row, info } = found);
      }
      const window = await this.#requestRows(info, row < 0 ? 0 : row, '');
      if (serial !== this.#serial) {
        this.#release(info.viewId);
        return;
      }
      this.#show(info, window, row < 0 ? '' : spanId);
      this.phase.set({ kind: 'open', traceId });
      void this.#sync();
    } catch (error) {
      if (serial === this.#serial) this.#fail(traceId, error);
    }
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
    this.#want(info);
    void this.#sync();
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
    if (!info) return;
    const { first, last } = this.scroll.visibleRows(this.rows.rowCount);
    if (last < first || this.rows.covers(first, last)) return;
    const fetching = this.#fetching;
    // Replacing a fetch that still helps would starve a long scroll over a slow link.
    if (fetching && first < fetching.to && last >= fetching.from) return;
    void this.#fetchAround(info, first);
  }

  select(spanId: SpanId | ''): void {
    this.#chosen = true;
    this.selected.set(spanId);
    this.#redraw();
  }

  /** Selects a row at hand and scrolls it into sight; a row not at hand is scrolled to, and selected once it is here. */
  async selectRow(row: number): Promise<void> {
    const target = Math.min(Math.max(0, row), this.rows.rowCount - 1);
    if (target < 0) return;
    this.#reveal(target);
    const info = this.#view;
    if (!this.rows.at(target) && info) await this.#fetchAround(info, target);
    const found = this.rows.at(target);
    if (found) this.select(spanIdOf(found));
  }

  /** Moves the selection by rows; without one, to the first row in sight. */
  moveBy(rows: number): Promise<void> {
    return this.#inOrder(() => {
      const selected = this.selectedRow;
      return this.selectRow(selected ? selected.row + rows : this.scroll.visibleRows(this.rows.rowCount).first);
    });
  }

  /** Folds or unfolds. A selection that is folded away moves to the folded span. */
  async fold(spanId: SpanId, expanded: boolean, recursive: boolean): Promise<void> {
    const info = this.#view;
    if (!info) return;
    try {
      const selected = this.selected.value;
      let next = await this.#deps.host.request('view/fold', { viewId: info.viewId, spanId, expanded, recursive });
      if (!expanded && selected !== '' && selected !== spanId) {
        const at = await this.#deps.host.request('view/locate', {
          viewId: info.viewId,
          spanId: selected,
          reveal: false,
        });
        next = at.info;
        if (at.row < 0) this.select(spanId);
      }
      if (this.info.value?.viewId !== info.viewId) return;
      this.#want(next);
      await this.#sync(spanId);
    } catch (error) {
      this.#refused(error);
    }
  }

  /** Folds or unfolds everything, from the rows without a parent down. */
  async foldAll(expanded: boolean): Promise<void> {
    const info = this.#view;
    if (!info) return;
    for (const spanId of await this.#topSpans(info)) await this.fold(spanId, expanded, true);
  }

  /** Goes where the engine says. */
  step(step: StepKind): Promise<void> {
    return this.#inOrder(() => this.#step(step));
  }

  /** Left: folds an open row, else goes to the parent. */
  foldOrParent(): Promise<void> {
    return this.#inOrder(async () => {
      const selected = this.selectedRow;
      if (!selected) return;
      const open = hasFlag(selected, 'hasChildren') && hasFlag(selected, 'expanded');
      await (open ? this.fold(spanIdOf(selected), false, false) : this.#step('parent'));
    });
  }

  /** Right: unfolds a folded row, else goes to the first child. */
  unfoldOrChild(): Promise<void> {
    return this.#inOrder(async () => {
      const selected = this.selectedRow;
      if (!selected || !hasFlag(selected, 'hasChildren')) return;
      const open = hasFlag(selected, 'expanded');
      await (open ? this.#step('firstChild') : this.fold(spanIdOf(selected), true, false));
    });
  }

  toggleFold(): Promise<void> {
    return this.#inOrder(async () => {
      const selected = this.selectedRow;
      if (!selected || !hasFlag(selected, 'hasChildren')) return;
      await this.fold(spanIdOf(selected), !hasFlag(selected, 'expanded'), false);
    });
  }

  /** Shows a span of this trace, opening its ancestors. False when it is not here. */
  async reveal(spanId: SpanId): Promise<boolean> {
    const info = this.#view;
    if (!info) return false;
    try {
      const found = await this.#deps.host.request('view/locate', { viewId: info.viewId, spanId, reveal: true });
      if (found.row < 0) return false;
      await this.#goTo(spanId, found.row, found.info);
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

  /** Where a click or a scroll wants the rows drawn again. */
  redraw(): void {
    this.#redraw();
  }

  /** Key presses act one after the other: each sees what the one before did, however slow the link. */
  #inOrder(act: () => Promise<void>): Promise<void> {
    if (this.#queued >= MOST_QUEUED) return this.#queue;
    this.#queued++;
    this.#queue = this.#queue.then(act).finally(() => {
      this.#queued--;
    });
    return this.#queue;
  }

  async #step(step: StepKind): Promise<void> {
    const info = this.#view;
    const spanId = this.selected.value;
    if (!info || spanId === '') return;
    try {
      const found = await this.#deps.host.request('view/step', { viewId: info.viewId, spanId, step });
      if (this.info.value?.viewId !== info.viewId) return;
      if (found.spanId === '') this.#deps.onNothingThere(NOTHING[step]);
      else await this.#goTo(found.spanId, found.row, found.info);
    } catch (error) {
      this.#refused(error);
    }
  }

  async #goTo(spanId: SpanId, row: number, info: ViewInfo): Promise<void> {
    if (info.revision > this.rows.revision) {
      this.#want(info);
      await this.#sync();
    }
    const here = this.rows.find(spanId);
    this.#reveal(here?.row ?? row);
    if (!here) await this.#fetchAround(info, row);
    this.select(spanId);
  }

  #reveal(row: number): void {
    this.scroll.moveTo(this.scroll.topToReveal(row));
    this.#redraw();
  }

  async #topSpans(info: ViewInfo): Promise<readonly SpanId[]> {
    const tops: SpanId[] = [];
    for (let row = 0; row < Math.min(this.rows.rowCount, WHOLE_TRACE_ROWS); row++) {
      if (!this.rows.at(row)) await this.#fetchAround(info, row);
      const ref = this.rows.at(row);
      if (!ref) break;
      if (ref.window.depth[ref.index] === 0) tops.push(spanIdOf(ref));
    }
    return tops;
  }

  #show(info: ViewInfo, window: RowWindow, spanId: SpanId | ''): void {
    this.info.set(info);
    this.#wanted = info;
    if (this.#announced) this.#want(this.#announced);
    this.#announced = undefined;
    this.rows.clear();
    this.rows.accept(window);
    this.pointerSpan = '';
    this.zoom.reset(info.summary.durationNs);
    this.scroll.resize(window.rowCount * ROW_HEIGHT_PX, this.scroll.viewportPx);
    this.scroll.moveTo(0);
    this.#revealWhenSized = true;
    const first = this.rows.at(0);
    this.#chosen = spanId !== '';
    this.selected.set(spanId !== '' ? spanId : first ? spanIdOf(first) : '');
    this.resize(this.scroll.viewportPx);
    this.#redraw();
  }

  /** Answers and announcements overtake each other: only a newer layout of the open view counts. */
  #want(info: ViewInfo): void {
    const { value: open } = this.info;
    if (info.viewId === open?.viewId && info.revision >= (this.#wanted?.revision ?? 0)) this.#wanted = info;
  }

  /** Brings the rows to the newest announced revision, keeping the anchor's pixel. One at a time. */
  async #sync(anchor?: SpanId): Promise<void> {
    while (this.#syncing) await this.#syncing;
    const wanted = this.#wanted;
    if (!wanted || wanted.viewId !== this.info.value?.viewId) return;
    if (wanted.revision <= this.rows.revision) {
      this.#takeInfo(wanted);
      return;
    }
    this.#syncing = this.#catchUp(wanted, anchor ?? this.#anchor());
    try {
      await this.#syncing;
    } catch (error) {
      this.#refused(error);
    } finally {
      this.#syncing = undefined;
    }
    if (this.#wanted !== wanted) await this.#sync();
  }

  async #catchUp(wanted: ViewInfo, anchor: SpanId | ''): Promise<void> {
    let { first } = this.scroll.visibleRows(this.rows.rowCount);
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const window = await this.#requestRows(wanted, first, anchor);
      if (wanted.viewId !== this.info.value?.viewId) return;
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
    this.#takeInfo(wanted);
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
  #anchor(): SpanId | '' {
    if (this.pointerSpan !== '' && this.rows.find(this.pointerSpan)) return this.pointerSpan;
    const { first, last } = this.scroll.visibleRows(this.rows.rowCount);
    const selected = this.selectedRow;
    if (this.#chosen && selected && selected.row >= first && selected.row <= last) return spanIdOf(selected);
    if (this.scroll.topPx === 0) return '';
    const top = this.rows.at(first);
    return top ? spanIdOf(top) : '';
  }

  async #fetchAround(info: ViewInfo, first: number): Promise<void> {
    const { from, count } = this.#windowAround(this.rows.rowCount, first);
    const mark = { from, to: from + count };
    this.#fetching = mark;
    try {
      const window = await this.#requestRows(info, first, this.#anchor());
      if (info.viewId !== this.info.value?.viewId) return;
      // A newer layout must come in with its anchor kept, not by way of a scroll.
      if (window.revision === this.rows.revision) this.rows.accept(window);
      else {
        this.#want(await this.#deps.host.request('view/info', { viewId: info.viewId }));
        void this.#sync();
      }
    } catch (error) {
      this.#refused(error);
    } finally {
      if (this.#fetching === mark) this.#fetching = undefined;
      this.#redraw();
    }
  }

  #windowAround(rowCount: number, first: number): { from: number; count: number } {
    if (rowCount <= WHOLE_TRACE_ROWS) return { from: 0, count: Math.max(1, rowCount) };
    const screen = Math.max(1, Math.ceil(this.scroll.viewportPx / ROW_HEIGHT_PX) + 1);
    const from = Math.max(0, Math.floor(first) - screen * SCREENS_AROUND);
    return { from, count: Math.min(rowCount - from, screen * (2 * SCREENS_AROUND + 1)) };
  }

  #requestRows(info: ViewInfo, first: number, anchor: SpanId | ''): Promise<RowWindow> {
    const { from, count } = this.#windowAround(info.rowCount, first);
    return this.#deps.host.request('view/rows', { viewId: info.viewId, from, count, anchor });
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
    this.#wanted = undefined;
    this.#fetching = undefined;
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
