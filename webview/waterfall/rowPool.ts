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

/** What was put on screen: rows for the canvas, and whether a fade is still running. */
export interface PooledFrame {
  readonly rows: readonly PaintedRow[];
  readonly fading: boolean;
  /** Element id of the selected row, or empty when it is out of sight. */
  readonly activeId: string;
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
   * Puts the rows in sight on screen. `nowMs` and `motion` drive the fade of rows that came with a new layout;
   * `highlighted` is the index of the only service that is not faint, or -1.
   */
  render(model: WaterfallModel, context: RowContext, nowMs: number, motion: boolean, highlighted: number): PooledFrame {
    const { scroll, rows } = model;
    const { first, last } = scroll.visibleRows(rows.rowCount);
    // Whole pixels: text on half pixels is blurred.
    const topPx = Math.round(scroll.topPx);
    if (Math.abs(topPx - this.#basePx) > REBASE_PX) this.#rebase(topPx);
    this.#layer.style.transform = `translateY(${this.#basePx - topPx}px)`;
    for (const [row, element] of this.#shown) {
      if (row < first || row > last) {
        this.#shown.delete(row);
        this.#free.push(element);
      }
    }
    this.#markFresh(model, context.traceId, first, last, nowMs, motion);
    for (const [id, since] of this.#fresh) if (nowMs - since >= FADE_MS) this.#fresh.delete(id);
    const painted: PaintedRow[] = [];
    let activeId = '';
    for (let row = first; row <= last; row++) {
      const element = this.#shown.get(row) ?? this.#take(row);
      const ref = rows.at(row);
      if (!ref) {
        element.showPlaceholder(row);
        continue;
      }
      element.show(ref, context);
      const faint = highlighted >= 0 && ref.window.service[ref.index] !== highlighted;
      const alpha = this.#alpha(rowIdOf(ref), nowMs) * (faint ? DIMMED_ALPHA : 1);
      element.root.style.opacity = alpha === 1 ? '' : String(alpha);
      if (context.selected === element.rowId) activeId = element.root.id;
      painted.push({ ref, yPx: row * ROW_HEIGHT_PX - topPx, alpha });
    }
    for (const element of this.#free) if (element.root.isConnected) element.root.remove();
    return { rows: painted, fading: this.#fresh.size > 0, activeId };
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
