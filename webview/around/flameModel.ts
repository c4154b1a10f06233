import type { VisibleRange } from '../../src/core/layout/timeScale.ts';
import type { SpanId } from '../../src/core/model/ids.ts';
import { FLAME, type FlameMode, type FlameWindow, type WindowNs } from '../../src/protocol/aroundApi.ts';
import { spanOfRow } from '../../src/protocol/rowApi.ts';
import { Store } from '../state/store.ts';
import { FLAME_ROW_PX } from './flamePainter.ts';
import { LiveAnswer } from './liveAnswer.ts';
import type { AroundDeps } from './statisticsModel.ts';

/** Rows asked for above and below those in sight. */
const ROWS_AROUND = 30;
const MOST_HISTORY = 100;
/** A box this near to the whole width is not zoomed to. */
const FILLS = 0.999;

export type FlameMove = 'up' | 'down' | 'left' | 'right';

/** The flame graph of the open trace: which part of it is shown, and the boxes that can be seen there. */
export class FlameModel {
  readonly mode = new Store<FlameMode>('merged');
  /** The stretch of x shown; null for all. */
  readonly window = new Store<WindowNs | null>(null);
  readonly find = new Store('');
  readonly live = new LiveAnswer<FlameWindow>();
  /** Cell under the pointer, or -1. */
  readonly hovered = new Store(-1);
  readonly canGoBack = new Store(false);
  readonly #deps: AroundDeps;
  readonly #history: (WindowNs | null)[] = [];
  #stops: (() => void)[] = [];
  #room = { columns: 1, rowFrom: 0, rows: 1 };
  #viewId: number | undefined;
  #isShown = false;

  constructor(deps: AroundDeps) {
    this.#deps = deps;
  }

  /** Follows the open trace until {@link hide}. */
  show(): void {
    const { waterfall } = this.#deps;
    const ask = (): void => this.#ask();
    this.#isShown = true;
    this.#stops = [
      waterfall.info.subscribe(() => this.#traceChanged()),
      waterfall.selected.subscribe(ask),
      this.mode.subscribe(() => this.#start()),
      this.window.subscribe(ask),
      this.find.subscribe(ask),
    ];
    this.#traceChanged();
  }

  hide(): void {
    this.#isShown = false;
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  /** The canvas has this many pixels, and begins at this height of all rows. */
  resize(widthPx: number, topPx: number, heightPx: number): void {
    const rows = Math.ceil(heightPx / FLAME_ROW_PX) + 1;
    const first = Math.floor(topPx / FLAME_ROW_PX);
    const room = this.#room;
    const columns = Math.max(1, Math.round(widthPx));
    // Within the rows that are at hand a scroll asks nothing.
    const isCovered = first >= room.rowFrom && first + rows <= room.rowFrom + room.rows;
    if (columns === room.columns && isCovered) return;
    this.#room = { columns, rowFrom: Math.max(0, first - ROWS_AROUND), rows: rows + 2 * ROWS_AROUND };
    this.#ask();
  }

  /** The stretch of x on screen. */
  get shown(): WindowNs {
    return this.window.value ?? { beginNs: 0, endNs: this.live.answer.value?.lengthNs ?? 0 };
  }

  /** Width of the canvas. */
  get widthPx(): number {
    return this.#room.columns;
  }

  /** The stretch of time that is marked, here or in the waterfall. */
  get area(): Store<VisibleRange | undefined> {
    return this.#deps.waterfall.zoom.selection.area;
  }

  /** Marks the stretch between two places of the width, where boxes stand in time. */
  mark(fromShare: number, toShare: number): void {
    if (this.mode.value !== 'time') return;
    const { beginNs, endNs } = this.shown;
    const at = (share: number): number => beginNs + (endNs - beginNs) * Math.min(1, Math.max(0, share));
    const { selection } = this.#deps.waterfall.zoom;
    selection.select(at(fromShare), at(toShare), this.live.answer.value?.lengthNs ?? 0);
  }

  /** Marks the stretch of a box in time. */
  markCell(cell: number): void {
    const answer = this.live.answer.value;
    if (this.mode.value !== 'time' || !answer) return;
    const { selection } = this.#deps.waterfall.zoom;
    selection.select(answer.begin[cell] ?? NaN, answer.end[cell] ?? NaN, answer.lengthNs);
  }

  /** Answers whether a stretch was marked and could be seen. */
  clearArea(): boolean {
    return this.mode.value === 'time' && this.#deps.waterfall.zoom.selection.clear();
  }

  showStretch({ beginNs, endNs }: VisibleRange): void {
    this.#go({ beginNs, endNs });
  }

  /** The cell of the selected span, or -1 when it is not in sight. */
  get active(): number {
    const answer = this.live.answer.value;
    const selected = answer?.selected;
    if (!selected) return -1;
    for (let cell = 0; cell < answer.row.length; cell++) {
      const isIt =
        answer.row[cell] === selected.row &&
        (answer.begin[cell] ?? 0) <= selected.beginNs &&
        (answer.end[cell] ?? 0) >= selected.endNs;
      if (isIt) return cell;
    }
    return -1;
  }

  /** Selects the longest span of a cell's path. */
  select(cell: number): void {
    const spanId: SpanId | '' | undefined = this.live.answer.value?.spanIds[cell];
    if (spanId !== undefined && spanId !== '') void this.#deps.waterfall.reveal(spanId);
  }

  /** Shows a cell as wide as the view. */
  zoomTo(cell: number): void {
    const answer = this.live.answer.value;
    const [beginNs, endNs] = [answer?.begin[cell], answer?.end[cell]];
    if (!answer || beginNs === undefined || endNs === undefined || endNs <= beginNs) return;
    this.#go(endNs - beginNs >= answer.lengthNs * FILLS ? null : { beginNs, endNs });
  }

  /** Zooms around a place, `factor` below 1 inwards; `share` is where it stands between left and right. */
  zoomAt(share: number, factor: number): void {
    const { beginNs, endNs } = this.shown;
    const length = this.live.answer.value?.lengthNs ?? 0;
    const at = beginNs + (endNs - beginNs) * share;
    const wanted = Math.min(length, Math.max(1, (endNs - beginNs) * factor));
    this.#put(at - wanted * share, wanted);
  }

  /** Moves the view sideways by a share of its width. */
  pan(share: number): void {
    const { beginNs, endNs } = this.shown;
    this.#put(beginNs + (endNs - beginNs) * share, endNs - beginNs);
  }

  back(): void {
    const last = this.#history.pop();
    if (last === undefined) return;
    this.window.set(last);
    this.canGoBack.set(this.#history.length > 0);
  }

  fit(): void {
    this.#go(null);
  }

  /** Moves the selection from box to box: to the one below or above, or to the next in the row. */
  move(to: FlameMove): void {
    const answer = this.live.answer.value;
    if (!answer) return;
    const target = this.active < 0 ? firstBox(answer) : neighbour(answer, this.active, to);
    if (target >= 0) this.select(target);
  }

  #put(beginNs: number, lengthNs: number): void {
    const all = this.live.answer.value?.lengthNs ?? 0;
    if (!(lengthNs < all)) {
      this.window.set(null);
      return;
    }
    const begin = Math.min(Math.max(0, beginNs), all - lengthNs);
    this.window.set({ beginNs: begin, endNs: begin + lengthNs });
  }

  #go(window: WindowNs | null): void {
    const now = this.window.value;
    if (now === window || (now && window && now.beginNs === window.beginNs && now.endNs === window.endNs)) return;
    this.#history.push(now);
    if (this.#history.length > MOST_HISTORY) this.#history.shift();
    this.window.set(window);
    this.canGoBack.set(true);
  }

  #start(): void {
    this.#history.length = 0;
    this.canGoBack.set(false);
    this.hovered.set(-1);
    this.live.clear();
    this.window.set(null);
    this.#ask();
  }

  #traceChanged(): void {
    const viewId = this.#deps.waterfall.info.value?.viewId;
    if (viewId === this.#viewId && this.live.answer.value) {
      if (viewId !== undefined) this.live.askAgain(() => this.#request(viewId));
      return;
    }
    this.#viewId = viewId;
    this.#start();
  }

  #ask(): void {
    const viewId = this.#viewId;
    if (viewId === undefined || !this.#isShown || this.#room.columns <= 1) return;
    this.live.ask(() => this.#request(viewId));
  }

  #request(viewId: number): Promise<FlameWindow> {
    const { columns, rowFrom, rows } = this.#room;
    return this.#deps.host.request('flame/cells', {
      viewId,
      mode: this.mode.value,
      window: this.window.value,
      columns,
      rowFrom,
      rowCount: rows,
      find: this.find.value,
      selected: spanOfRow(this.#deps.waterfall.selected.value),
    });
  }
}

function isBox(answer: FlameWindow, cell: number): boolean {
  return ((answer.flags[cell] ?? 0) & FLAME.many) === 0;
}

function firstBox(answer: FlameWindow): number {
  for (let cell = 0; cell < answer.row.length; cell++) if (isBox(answer, cell)) return cell;
  return -1;
}

function neighbour(answer: FlameWindow, from: number, to: FlameMove): number {
  const row = answer.row[from] ?? 0;
  const begin = answer.begin[from] ?? 0;
  const end = answer.end[from] ?? 0;
  if (to === 'left' || to === 'right') {
    const by = to === 'left' ? -1 : 1;
    for (let cell = from + by; answer.row[cell] === row; cell += by) if (isBox(answer, cell)) return cell;
    return -1;
  }
  const wanted = to === 'up' ? row - 1 : row + 1;
  let best = -1;
  let most = -1;
  for (let cell = 0; cell < answer.row.length; cell++) {
    if (answer.row[cell] !== wanted || !isBox(answer, cell)) continue;
    const shared = Math.min(end, answer.end[cell] ?? 0) - Math.max(begin, answer.begin[cell] ?? 0);
    if (shared >= 0 && shared > most) {
      best = cell;
      most = shared;
    }
  }
  return best;
}
