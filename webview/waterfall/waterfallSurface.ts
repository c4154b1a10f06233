import { ticks } from '../../src/core/layout/ticks.ts';
import type { RowId } from '../../src/protocol/rowApi.ts';
import type { ServiceOrder } from '../state/serviceOrder.ts';
import type { Store } from '../state/store.ts';
import { paintBars } from './barPainter.ts';
import type { Palette } from './palette.ts';
import { rowIdOf } from './rowCache.ts';
import { deepestIndent } from './rowElement.ts';
import type { RowColumn } from './rowColumns.ts';
import { Hatch } from './hatch.ts';
import type { HeldStretch } from '../../src/core/layout/heldTime.ts';
import { RowPool } from './rowPool.ts';
import { TimeGestures } from './timeGestures.ts';
import { frameTransition } from './transitions.ts';
import { ROW_HEIGHT_PX } from './virtualScroll.ts';
import type { WaterfallModel } from './waterfallModel.ts';

/** The elements the surface draws into; the component made them. */
export interface SurfaceElements {
  readonly grid: HTMLElement;
  readonly scroller: HTMLElement;
  readonly viewport: HTMLElement;
  readonly rows: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly spacer: HTMLElement;
}

export interface SurfaceOptions {
  readonly model: WaterfallModel;
  readonly palette: Store<Palette>;
  readonly serviceOrder: ServiceOrder;
  readonly held: Store<readonly HeldStretch[]>;
  readonly openSource: (toSide: boolean) => void;
  readonly followLinks: () => void;
}

/** After the last scroll of a very tall trace the scrollbar is put where it belongs. */
const SETTLE_MS = 150;
/** Room right of the scale's end for the durations of bars that end there; less where there is little. */
const DURATION_ROOM_PX = 60;
const MOST_ROOM_SHARE = 0.4;

/**
 * Draws the rows in sight and turns wheel, pointer and scroll into calls of the model. One drawing a frame at most;
 * nothing here waits for the engine.
 */
export class WaterfallSurface {
  readonly #elements: SurfaceElements;
  readonly #options: SurfaceOptions;
  readonly #pool: RowPool;
  readonly #context: CanvasRenderingContext2D | null;
  readonly #hatch = new Hatch();
  readonly #motion = window.matchMedia('(prefers-reduced-motion: reduce)');
  readonly #stops: (() => void)[] = [];
  #frame = 0;
  #settle = 0;
  #seenTopPx = 0;
  #pointerY: number | undefined;
  #widthPx = 0;
  #heightPx = 0;
  #nameWidthPx = 0;
  /** The row that the last single click, or the first of a double click, was on. */
  #clicked: RowId | '' = '';
  #columns: readonly RowColumn[] = [];

  constructor(elements: SurfaceElements, options: SurfaceOptions) {
    this.#elements = elements;
    this.#options = options;
    this.#pool = new RowPool(elements.rows);
    this.#context = elements.canvas.getContext('2d');
    const { model, palette } = options;
    this.#stops.push(
      model.drawn.subscribe(() => this.#schedule()),
      palette.subscribe(() => this.#schedule()),
      options.held.subscribe(() => this.#schedule()),
      model.critical.subscribe(() => this.#schedule()),
      options.serviceOrder.highlighted.subscribe(() => this.#schedule()),
    );
    const observer = new ResizeObserver(() => this.#resized());
    observer.observe(elements.scroller);
    this.#stops.push(() => observer.disconnect());
    this.#listen();
    const gestures = new TimeGestures(elements.viewport, model, () => elements.canvas.getBoundingClientRect().left);
    model.zoom.transition = frameTransition(window);
    this.#stops.push(() => {
      gestures.dispose();
      model.zoom.transition = undefined;
    });
    this.#resized();
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#settle);
    for (const stop of this.#stops) stop();
  }

  /** Width of the name column, in pixels, and what of it the columns in it take. */
  setNameWidth(widthPx: number, columns: readonly RowColumn[]): void {
    this.#nameWidthPx = widthPx;
    this.#columns = columns;
    this.#resized();
  }

  /** Rows that fit on a screen: what PageUp and PageDown move by. */
  get rowsPerPage(): number {
    return Math.max(1, Math.floor(this.#heightPx / ROW_HEIGHT_PX) - 1);
  }

  #resized(): void {
    const { scroller } = this.#elements;
    this.#widthPx = scroller.clientWidth;
    this.#heightPx = scroller.clientHeight;
    this.#options.model.zoom.resize(this.#scaleWidth);
    this.#schedule();
  }

  get #barsWidth(): number {
    return Math.max(1, this.#widthPx - this.#nameWidthPx);
  }

  /** The end of the scale keeps room for the durations of the bars that end there. */
  get #scaleWidth(): number {
    return Math.max(1, this.#barsWidth - Math.min(DURATION_ROOM_PX, this.#barsWidth * MOST_ROOM_SHARE));
  }

  #schedule(): void {
    if (this.#frame === 0) {
      this.#frame = requestAnimationFrame((now) => {
        this.#frame = 0;
        this.#draw(now);
      });
    }
  }

  #draw(nowMs: number): void {
    const { model, palette, serviceOrder, held } = this.#options;
    this.#placeScroller();
    // First of all, so that the engine is at work while this draws.
    model.ensureRows();
    const info = model.info.value;
    const services = info?.services ?? [];
    const servicePlaces = services.map((name) => serviceOrder.placeOf(name));
    const assembling = info?.summary.assembling ?? false;
    const { highlighted } = serviceOrder;
    const frame = this.#pool.frame(
      model,
      model.traceId,
      nowMs,
      !this.#motion.matches,
      services.indexOf(highlighted.value),
    );
    const { grid, canvas } = this.#elements;
    this.#sizeCanvas(canvas);
    if (this.#context) {
      const scale = model.zoom.scale.value;
      paintBars(this.#context, {
        rows: frame.rows,
        scale,
        ticks: ticks(scale.range, scale.widthPx),
        widthPx: this.#barsWidth,
        heightPx: this.#heightPx,
        devicePixelRatio: window.devicePixelRatio,
        palette: palette.value,
        servicePlaces,
        assembling,
        critical: model.critical.value,
        held: held.value,
        hatch: this.#hatch.of(this.#context, palette.value.background),
      });
    }
    const activeId = this.#pool.render(frame, {
      traceId: model.traceId,
      services,
      servicePlaces,
      deepestIndent: deepestIndent(this.#nameWidthPx - this.#columns.reduce((sum, { widthPx }) => sum + widthPx, 0)),
      columns: this.#columns,
      columnsKey: this.#columns.map(({ key, widthPx }) => `${key} ${widthPx}`).join('\n'),
      selected: model.selected.value,
      marks: model.marks,
      extentNs: info?.summary.durationNs ?? 0,
      assembling,
      held: held.value,
    });
    // With the row of heads.
    grid.setAttribute('aria-rowcount', String(model.rows.rowCount + 1));
    if (activeId === '') grid.removeAttribute('aria-activedescendant');
    else grid.setAttribute('aria-activedescendant', activeId);
    model.pointerSpan = this.#spanUnderPointer();
    if (frame.fading) this.#schedule();
  }

  #placeScroller(): void {
    const { viewport, spacer } = this.#elements;
    const { model } = this.#options;
    const { scroll } = model;
    model.resize(this.#heightPx);
    viewport.style.height = `${this.#heightPx}px`;
    spacer.style.height = `${Math.max(0, scroll.nativeHeightPx - this.#heightPx)}px`;
    if (scroll.topPx !== this.#seenTopPx) this.#writeScrollTop();
  }

  #writeScrollTop(): void {
    const { scroller } = this.#elements;
    const { scroll } = this.#options.model;
    scroller.scrollTop = scroll.nativeTop;
    // Read back: the browser rounds, and the event that follows must be known as our own.
    scroll.nativeMoved(scroller.scrollTop);
    this.#seenTopPx = scroll.topPx;
  }

  #sizeCanvas(canvas: HTMLCanvasElement): void {
    const width = Math.round(this.#barsWidth * window.devicePixelRatio);
    const height = Math.round(this.#heightPx * window.devicePixelRatio);
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    canvas.style.width = `${this.#barsWidth}px`;
    canvas.style.height = `${this.#heightPx}px`;
    canvas.style.left = `${this.#nameWidthPx}px`;
  }

  #spanUnderPointer(): ReturnType<typeof rowIdOf> | '' {
    if (this.#pointerY === undefined) return '';
    const { scroll, rows } = this.#options.model;
    const ref = rows.at(Math.floor((Math.round(scroll.topPx) + this.#pointerY) / ROW_HEIGHT_PX));
    return ref ? rowIdOf(ref) : '';
  }

  #on<K extends keyof HTMLElementEventMap>(
    target: HTMLElement,
    type: K,
    listener: (event: HTMLElementEventMap[K]) => void,
    options?: AddEventListenerOptions,
  ): void {
    target.addEventListener(type, listener, options);
    this.#stops.push(() => target.removeEventListener(type, listener, options));
  }

  #listen(): void {
    const { scroller, rows, viewport } = this.#elements;
    this.#on(scroller, 'scroll', () => this.#scrolled(), { passive: true });
    this.#on(viewport, 'pointermove', (event) => {
      this.#pointerY = event.clientY - viewport.getBoundingClientRect().top;
      this.#options.model.pointerSpan = this.#spanUnderPointer();
    });
    this.#on(viewport, 'pointerleave', () => {
      this.#pointerY = undefined;
      this.#options.model.pointerSpan = '';
    });
    this.#on(rows, 'click', (event) => this.#click(event));
    this.#on(rows, 'dblclick', (event) => {
      if (this.#clicked !== '' && this.#clicked === this.#options.model.selected.value && !isChevron(event.target)) {
        this.#options.openSource(event.ctrlKey || event.metaKey);
      }
    });
  }

  #scrolled(): void {
    const { scroll } = this.#options.model;
    if (scroll.nativeScrolled(this.#elements.scroller.scrollTop)) {
      this.#seenTopPx = scroll.topPx;
      this.#schedule();
    }
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => {
      if (scroll.drifted) this.#writeScrollTop();
    }, SETTLE_MS);
  }

  #click(event: MouseEvent): void {
    const row = this.#pool.rowOf(event.target);
    // What the first click shows may move the rows: the second of a double click is meant for the span of the first.
    if (event.detail > 1 && row?.rowId !== this.#clicked) return;
    this.#clicked = row?.rowId ?? '';
    if (!row || row.rowId === '') return;
    const { model } = this.#options;
    this.#elements.grid.focus({ preventScroll: true });
    if (isLink(event.target)) {
      model.select(row.rowId);
      this.#options.followLinks();
    } else if (row.hasChildren && isChevron(event.target))
      void model.moves.fold(row.rowId, !row.expanded, event.altKey);
    else model.select(row.rowId);
  }
}

function isChevron(target: EventTarget | null): boolean {
  return target instanceof Element && target.classList.contains('wf-chevron');
}

function isLink(target: EventTarget | null): boolean {
  return target instanceof Element && target.classList.contains('wf-links');
}
