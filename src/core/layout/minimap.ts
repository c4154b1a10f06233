import { SPAN_BIT } from '../store/storeReader.ts';
import type { DisplayTree } from './displayTree.ts';

/** What a cell says besides a service, which is the service's index modulo {@link CELL_SERVICES}, plus 1. */
export const CELL = { empty: 0, error: 255 } as const;
/** Services told apart by cells; further ones share theirs. */
export const CELL_SERVICES = 254;

const STATUS_ERROR = 2;
/** Spans looked at in one step. */
const STEP_SPANS = 1 << 16;

/**
 * A trace as a thumbnail of its waterfall, nothing folded: lane 0 has the first rows, each lane equally many; a cell is
 * that of the last row's span there, so that children cover their parents. Where an error ends its cell is
 * {@link CELL}`.error` whatever else is there: one among a million is seen.
 *
 * Painted in steps, for a caller with other things to do. From the last row to the first, each cell once: the cost is that
 * of the spans, not of the cells they cover.
 */
export class MinimapPainter {
  /** Columns, over the whole length of the trace. */
  readonly pixels: number;
  /** As many as were asked for, or as there are spans. */
  readonly lanes: number;
  /** By lane, then column. */
  readonly cells: Uint8Array<ArrayBuffer>;
  /** By column: 1 where an error ends. */
  readonly errors: Uint8Array<ArrayBuffer>;
  readonly #tree: DisplayTree;
  readonly #columnsPerNs: number;
  /** By column of the lane at work: the next empty one, at or after it. */
  readonly #next: Uint16Array<ArrayBuffer>;
  /** Rows from here on are painted. */
  #position: number;
  #lane: number;
  #errorsDone = false;

  /** `pixels` in 1..65,534, `lanes` ≥ 1. */
  constructor(tree: DisplayTree, pixels: number, lanes: number) {
    const { count, lengthNs } = tree;
    this.#tree = tree;
    this.pixels = pixels;
    this.lanes = Math.min(lanes, count);
    this.cells = new Uint8Array(pixels * this.lanes);
    this.errors = new Uint8Array(pixels);
    this.#columnsPerNs = lengthNs > 0 ? pixels / lengthNs : 0;
    this.#next = new Uint16Array(pixels + 1);
    this.#position = count;
    this.#lane = this.lanes;
  }

  get done(): boolean {
    return this.#errorsDone;
  }

  /** Paints a part. */
  step(): void {
    if (this.#position > 0) {
      const from = Math.max(0, this.#position - STEP_SPANS);
      while (this.#position > from) {
        const begin = this.#firstOf(this.#lane);
        if (begin >= this.#position) {
          this.#lane--;
          for (let column = 0; column <= this.pixels; column++) this.#next[column] = column;
          continue;
        }
        const to = Math.max(from, begin);
        this.#paint(to, this.#position);
        this.#position = to;
      }
    } else if (!this.#errorsDone) {
      this.#paintErrors();
      this.#errorsDone = true;
    }
  }

  /** First position of a lane. */
  #firstOf(lane: number): number {
    return Math.ceil((lane * this.#tree.count) / this.lanes);
  }

  /** The rows of `from .. past` (exclusive), all of the lane at work. */
  #paint(from: number, past: number): void {
    const { indexAt, offsetNs, durationNs, status, service, bits } = this.#tree;
    const { pixels, cells } = this;
    const next = this.#next;
    const columnsPerNs = this.#columnsPerNs;
    const last = pixels - 1;
    const base = this.#lane * pixels;
    for (let position = past - 1; position >= from; position--) {
      const index = indexAt[position]!;
      const begin = offsetNs[index]!;
      const duration = durationNs[index]!;
      const first = Math.min(last, Math.floor(begin * columnsPerNs));
      const end =
        duration === 0 && (bits[index]! & SPAN_BIT.unfinished) !== 0
          ? last
          : Math.min(last, Math.floor((begin + duration) * columnsPerNs));
      let column = next[first]!;
      if (column > end) continue;
      column = seek(next, column);
      if (column > end) continue;
      const cell = status[index] === STATUS_ERROR ? CELL.error : (service[index]! % CELL_SERVICES) + 1;
      do {
        cells[base + column] = cell;
        next[column] = column + 1;
        column = seek(next, column + 1);
      } while (column <= end);
    }
  }

  #paintErrors(): void {
    const { status, positionOf, offsetNs, durationNs, count } = this.#tree;
    const last = this.pixels - 1;
    for (let index = 0; index < count; index++) {
      if (status[index] !== STATUS_ERROR) continue;
      const lane = Math.min(this.lanes - 1, Math.floor((positionOf[index]! * this.lanes) / count));
      const end = Math.min(last, Math.floor((offsetNs[index]! + durationNs[index]!) * this.#columnsPerNs));
      this.cells[lane * this.pixels + end] = CELL.error;
      this.errors[end] = 1;
    }
  }
}

/** The first empty column at or after one; halves the way there for those who come later. */
function seek(next: Uint16Array, column: number): number {
  let at = column;
  for (let to = next[at]!; to !== at; to = next[at]!) {
    next[at] = next[to]!;
    at = next[at]!;
  }
  return at;
}
