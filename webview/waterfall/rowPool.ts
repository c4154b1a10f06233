import type { RowId } from '../../src/protocol/rowApi.ts';
import type { PaintedRow } from './barPainter.ts';
import { rowIdOf } from './rowCache.ts';
import { RowElement, type RowContext } from './rowElement.ts';
import { ROW_HEIGHT_PX } from './virtualScroll.ts';
import type { WaterfallModel } from './waterfallModel.ts';

/** Length of the fade of a new row. */
export const FADE_MS = 120;
/** Rows of the services that are not looked for. */
const DIMMED_ALPHA = 0.3;
/** The layer's base moves when rows stand farther than this from it: transforms keep their precision. */
const REBASE_PX = 500_000;

/** The rows of one picture: those at hand, as the canvas draws them, and whether a fade is still running. */
export interface PooledFrame {
  readonly first: number;
  readonly last: number;
  /** Whole pixels of the content above the screen: text on half pixels is blurred. */
  readonly topPx: number;
  readonly rows: readonly PaintedRow[];
  readonly fading: boolean;
}

/** The row elements on screen. Elements are recycled by row number: scrolling by a row changes one element. */
export class RowPool {
  readonly #layer: HTMLElement;
  readonly #shown = new Map<number, RowElement>();
  readonly #free: RowElement[] = [];
  #created = 0;
  #basePx = 0;
  #known: ReadonlySet<RowId> = new Set();
  #knownRevision = -1;
  #knownTrace = '';
  readonly #fresh = new Map<RowId, number>();

  constructor(layer: HTMLElement) {
    this.#layer = layer;
  }

  /** The row an event came from. */
  rowOf(target: EventTarget | null): RowElement | undefined {
    if (!(target instanceof Node)) return undefined;
    for (const row of this.#shown.values()) if (row.root.contains(target)) return row;
    return undefined;
  }

  /**
   * What is in sight. Touches no element, so that the canvas can be drawn before: its texts have the browser bring the page
   * up to date, which it does once more for what is changed after. `nowMs` and `motion` drive the fade of rows that came
   * with a new layout; `highlighted` is the index of the only service that is not faint, or -1.
   */
  frame(model: WaterfallModel, traceId: string, nowMs: number, motion: boolean, highlighted: number): PooledFrame {
    const { scroll, rows } = model;
    const { first, last } = scroll.visibleRows(rows.rowCount);
    const topPx = Math.round(scroll.topPx);
    this.#markFresh(model, traceId, first, last, nowMs, motion);
    for (const [id, since] of this.#fresh) if (nowMs - since >= FADE_MS) this.#fresh.delete(id);
    const painted: PaintedRow[] = [];
    for (let row = first; row <= last; row++) {
      const ref = rows.at(row);
      if (!ref) continue;
      const faint = highlighted >= 0 && ref.window.service[ref.index] !== highlighted;
      const alpha = this.#alpha(rowIdOf(ref), nowMs) * (faint ? DIMMED_ALPHA : 1);
      painted.push({ ref, yPx: row * ROW_HEIGHT_PX - topPx, alpha });
    }
    return { first, last, topPx, rows: painted, fading: this.#fresh.size > 0 };
  }

  /** Puts the rows of a frame on screen; answers the element id of the selected one, or nothing when it is out of sight. */
  render({ first, last, topPx, rows }: PooledFrame, context: RowContext): string {
    if (Math.abs(topPx - this.#basePx) > REBASE_PX) this.#rebase(topPx);
    this.#layer.style.transform = `translateY(${this.#basePx - topPx}px)`;
    for (const [row, element] of this.#shown) {
      if (row < first || row > last) {
        this.#shown.delete(row);
        this.#free.push(element);
      }
    }
    let activeId = '';
    let at = 0;
    for (let row = first; row <= last; row++) {
      const element = this.#shown.get(row) ?? this.#take(row);
      const painted = rows[at];
      if (painted?.ref.row !== row) {
        element.showPlaceholder(row);
        continue;
      }
      at++;
      element.show(painted.ref, context);
      element.root.style.opacity = painted.alpha === 1 ? '' : String(painted.alpha);
      if (context.selected === element.rowId) activeId = element.root.id;
    }
    for (const element of this.#free) if (element.root.isConnected) element.root.remove();
    return activeId;
  }

  #take(row: number): RowElement {
    const element = this.#free.pop() ?? new RowElement(this.#created++);
    element.place(row, this.#basePx);
    if (!element.root.isConnected) this.#layer.append(element.root);
    this.#shown.set(row, element);
    return element;
  }

  #rebase(topPx: number): void {
    this.#basePx = Math.floor(topPx / ROW_HEIGHT_PX) * ROW_HEIGHT_PX;
    for (const [row, element] of this.#shown) element.place(row, this.#basePx);
  }

  /** Rows of a new layout that were not on screen under the old one fade in; a trace just opened does not. */
  #markFresh(
    model: WaterfallModel,
    traceId: string,
    first: number,
    last: number,
    nowMs: number,
    motion: boolean,
  ): void {
    const { rows } = model;
    if (rows.revision === this.#knownRevision && traceId === this.#knownTrace) {
      if (rows.covers(first, last)) this.#known = this.#idsOf(model, first, last);
      return;
    }
    const ids = this.#idsOf(model, first, last);
    if (traceId === this.#knownTrace && motion && this.#known.size > 0) {
      for (const id of ids) if (!this.#known.has(id)) this.#fresh.set(id, nowMs);
    }
    this.#known = ids;
    this.#knownRevision = rows.revision;
    this.#knownTrace = traceId;
  }

  #idsOf(model: WaterfallModel, first: number, last: number): Set<RowId> {
    const ids = new Set<RowId>();
    for (let row = first; row <= last; row++) {
      const ref = model.rows.at(row);
      if (ref) ids.add(rowIdOf(ref));
    }
    return ids;
  }

  #alpha(spanId: RowId, nowMs: number): number {
    const since = this.#fresh.get(spanId);
    if (since === undefined) return 1;
    return Math.min(1, Math.max(0.05, (nowMs - since) / FADE_MS));
  }
}
