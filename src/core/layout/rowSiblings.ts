import type { RowOrder } from './rowOrder.ts';

/** Between two siblings whose number is kept; the ones between are counted again when asked for. */
const STRIDE = 256;
/** Families remembered; a scroll through a long chain meets one for each span. */
const MOST_FAMILIES = 10_000;

interface Family {
  readonly size: number;
  /** Places of the first sibling, of that {@link STRIDE} further, and so on. */
  readonly marks: readonly number[];
  /** The sibling asked for last, and its position: rows are asked for in order. */
  place: number;
  position: number;
}

/** Where a row stands among those below the same node. */
export interface SiblingPlace {
  /** From 1. */
  readonly position: number;
  readonly size: number;
}

/**
 * Counts siblings that have a row, for `aria-posinset` and `aria-setsize`. A family is walked once (all families together
 * cost one pass over the nodes) and remembered until the rows are others.
 */
export class RowSiblings {
  readonly #order: RowOrder;
  readonly #hasRow: (place: number) => boolean;
  readonly #families = new Map<number, Family>();

  /** `hasRow` says whether a node has a row when nothing above it is folded. */
  constructor(order: RowOrder, hasRow: (place: number) => boolean) {
    this.#order = order;
    this.#hasRow = hasRow;
  }

  /** Where the node at a place stands; it must have a row itself. */
  of(place: number): SiblingPlace {
    const parent = this.#order.parentAt(place);
    const family = this.#families.get(parent) ?? this.#remember(parent);
    const nextMark = family.marks[Math.ceil(family.position / STRIDE)] ?? Infinity;
    if (family.place > place || nextMark <= place) this.#startBelow(family, place);
    for (let at = family.place; at < place;) {
      at = this.#next(at);
      if (!this.#hasRow(at)) continue;
      family.place = at;
      family.position++;
    }
    return { position: family.position, size: family.size };
  }

  #remember(parent: number): Family {
    if (this.#families.size >= MOST_FAMILIES) this.#families.clear();
    const family = this.#walk(parent);
    this.#families.set(parent, family);
    return family;
  }

  /** Goes to the nearest sibling with a known number that is not behind a place. */
  #startBelow(family: Family, place: number): void {
    const { marks } = family;
    let low = 0;
    let high = marks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (marks[middle]! <= place) low = middle;
      else high = middle - 1;
    }
    family.place = marks[low]!;
    family.position = low * STRIDE + 1;
  }

  #walk(parent: number): Family {
    const past = parent < 0 ? this.#order.count : parent + this.#order.belowAt(parent) + 1;
    const marks: number[] = [];
    let size = 0;
    for (let at = parent + 1; at < past; at = this.#next(at)) {
      if (this.#hasRow(at) && size++ % STRIDE === 0) marks.push(at);
    }
    return { size, marks, place: marks[0] ?? past, position: 1 };
  }

  #next(place: number): number {
    return place + this.#order.belowAt(place) + 1;
  }
}
