/** Every row of the waterfall is this tall, in CSS pixels: positions are then a multiplication. */
export const ROW_HEIGHT_PX = 22;

/** Browsers stop laying out boxes beyond about 33 million pixels (16 million in some); stay well below. */
export const MAX_SCROLL_PX = 15_000_000;

/** A native scroll farther than this many screens is a jump of the scrollbar, nearer ones are wheel and keys. */
const JUMP_SCREENS = 2;

/**
 * Scroll position of content that may be taller than a browser can scroll. Up to {@link MAX_SCROLL_PX} position and
 * `scrollTop` are the same number. Beyond, the scroller is kept at the maximum height: small native scrolls move the
 * content by exactly that many pixels, jumps are proportional, and {@link nativeTop} says where the scroller should
 * stand once the user pauses.
 */
export class VirtualScroll {
  #contentPx = 0;
  #viewportPx = 0;
  #topPx = 0;
  #lastNativeTop = 0;

  get contentPx(): number {
    return this.#contentPx;
  }

  get viewportPx(): number {
    return this.#viewportPx;
  }

  /** Pixels of the content above the viewport: between 0 and content − viewport. */
  get topPx(): number {
    return this.#topPx;
  }

  /** Height to give the scroller's content. */
  get nativeHeightPx(): number {
    return Math.min(this.#contentPx, MAX_SCROLL_PX);
  }

  /** `scrollTop` that stands for the present position. */
  get nativeTop(): number {
    const range = this.#range;
    return range === 0 ? 0 : this.#topPx * (this.#nativeRange / range);
  }

  /** True when the scroller stands elsewhere than {@link nativeTop} after small scrolls of a very tall content. */
  get drifted(): boolean {
    return Math.abs(this.#lastNativeTop - this.nativeTop) > 1;
  }

  resize(contentPx: number, viewportPx: number): void {
    this.#contentPx = contentPx;
    this.#viewportPx = viewportPx;
    this.moveTo(this.#topPx);
  }

  /** Moves to a position, clamped to the content. The caller then writes {@link nativeTop} to the scroller. */
  moveTo(topPx: number): void {
    this.#topPx = Math.min(Math.max(0, topPx), this.#range);
  }

  /** The caller wrote `scrollTop`; the scroll event that follows is our own. */
  nativeMoved(scrollTop: number): void {
    this.#lastNativeTop = scrollTop;
  }

  /** The scroller moved, by the user or by us. Answers whether the position changed. */
  nativeScrolled(scrollTop: number): boolean {
    const delta = scrollTop - this.#lastNativeTop;
    this.#lastNativeTop = scrollTop;
    if (delta === 0) return false;
    const before = this.#topPx;
    const range = this.#range;
    const nativeRange = this.#nativeRange;
    if (range <= nativeRange) this.moveTo(scrollTop);
    else if (scrollTop <= 0) this.moveTo(0);
    else if (scrollTop >= nativeRange - 1) this.moveTo(range);
    else if (Math.abs(delta) <= this.#viewportPx * JUMP_SCREENS) this.moveTo(before + delta);
    else this.moveTo(scrollTop * (range / nativeRange));
    return this.#topPx !== before;
  }

  /** First and last row (inclusive) of `rowCount` rows that are at least partly in sight; last < first when none is. */
  visibleRows(rowCount: number): { readonly first: number; readonly last: number } {
    const first = Math.floor(this.#topPx / ROW_HEIGHT_PX);
    const last = Math.min(rowCount, Math.ceil((this.#topPx + this.#viewportPx) / ROW_HEIGHT_PX)) - 1;
    return { first, last };
  }

  /** Position at which a row is wholly in sight: unchanged when it is, else the nearest, or centred when far away. */
  topToReveal(row: number): number {
    const rowTop = row * ROW_HEIGHT_PX;
    const rowBottom = rowTop + ROW_HEIGHT_PX;
    if (rowTop >= this.#topPx && rowBottom <= this.#topPx + this.#viewportPx) return this.#topPx;
    const far = rowBottom < this.#topPx - this.#viewportPx || rowTop > this.#topPx + 2 * this.#viewportPx;
    if (far) return rowTop - (this.#viewportPx - ROW_HEIGHT_PX) / 2;
    return rowTop < this.#topPx ? rowTop : rowBottom - this.#viewportPx;
  }

  get #range(): number {
    return Math.max(0, this.#contentPx - this.#viewportPx);
  }

  get #nativeRange(): number {
    return Math.max(0, this.nativeHeightPx - this.#viewportPx);
  }
}
