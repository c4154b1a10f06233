/**
 * Children of every span, ordered by start and then by arrival: those of span p stand at
 * `begin[p] .. begin[p + 1]` of `children`; the roots are the children of span number `count`.
 */
export interface ChildLists {
  readonly begin: Uint32Array;
  readonly children: Uint32Array;
}

/** Shorter runs are put in order by insertion: cheaper than merging and the usual size of a span's children. */
const INSERTION_RUN = 16;

/**
 * Distributes spans over their parents in one counting pass and orders each list. `parent[i]` is the index of the
 * parent, or `count` for roots.
 */
export function childLists(count: number, parent: Uint32Array, offsetNs: Float64Array): ChildLists {
  const begin = new Uint32Array(count + 3);
  // Two slots ahead while counting and one while filling: after filling every list begins where it should.
  for (let index = 0; index < count; index++) begin[parent[index]! + 2]!++;
  for (let slot = 2; slot < count + 3; slot++) begin[slot]! += begin[slot - 1]!;
  const children = new Uint32Array(count);
  for (let index = 0; index < count; index++) children[begin[parent[index]! + 1]!++] = index;
  const sorter = new ListSorter(children, offsetNs);
  for (let owner = 0; owner <= count; owner++) {
    const from = begin[owner]!;
    const to = begin[owner + 1]!;
    if (to - from > 1) sorter.sort(from, to);
  }
  return { begin, children };
}

/** Stable sorting of stretches of one index array by a key column; scratch space is made once, for the longest. */
export class ListSorter {
  readonly #items: Uint32Array;
  readonly #keyOf: Float64Array;
  #itemsB: Uint32Array = new Uint32Array(0);
  #keysA: Float64Array = new Float64Array(INSERTION_RUN);
  #keysB: Float64Array = new Float64Array(0);

  constructor(items: Uint32Array, keyOf: Float64Array) {
    this.#items = items;
    this.#keyOf = keyOf;
  }

  sort(from: number, to: number): void {
    const items = this.#items;
    const keyOf = this.#keyOf;
    let at = from + 1;
    let previous = keyOf[items[from]!]!;
    for (; at < to; at++) {
      const key = keyOf[items[at]!]!;
      if (key < previous) break;
      previous = key;
    }
    if (at === to) return;
    if (to - from <= INSERTION_RUN) this.#insertionSort(from, to);
    else this.#mergeSort(from, to);
  }

  #insertionSort(from: number, to: number): void {
    const items = this.#items;
    const keyOf = this.#keyOf;
    for (let next = from + 1; next < to; next++) {
      const item = items[next]!;
      const key = keyOf[item]!;
      let hole = next;
      while (hole > from && keyOf[items[hole - 1]!]! > key) {
        items[hole] = items[hole - 1]!;
        hole--;
      }
      items[hole] = item;
    }
  }

  /** Bottom-up, keys moved along with the items: no column is read at random once they were fetched. */
  #mergeSort(from: number, to: number): void {
    const length = to - from;
    if (this.#itemsB.length < length) {
      this.#itemsB = new Uint32Array(length);
      this.#keysA = new Float64Array(length);
      this.#keysB = new Float64Array(length);
    }
    let items = this.#items.subarray(from, to);
    let keys = this.#keysA.subarray(0, length);
    let otherItems = this.#itemsB.subarray(0, length);
    let otherKeys = this.#keysB.subarray(0, length);
    for (let index = 0; index < length; index++) keys[index] = this.#keyOf[items[index]!]!;
    for (let run = 0; run < length; run += INSERTION_RUN) {
      sortRun(items, keys, run, Math.min(run + INSERTION_RUN, length));
    }
    for (let width = INSERTION_RUN; width < length; width *= 2) {
      for (let left = 0; left < length; left += width * 2) {
        const middle = Math.min(left + width, length);
        mergeRuns(items, keys, otherItems, otherKeys, left, middle, Math.min(middle + width, length));
      }
      [items, otherItems] = [otherItems, items];
      [keys, otherKeys] = [otherKeys, keys];
    }
    if (items.buffer !== this.#items.buffer) this.#items.set(items, from);
  }
}

function sortRun(items: Uint32Array, keys: Float64Array, from: number, to: number): void {
  for (let next = from + 1; next < to; next++) {
    const item = items[next]!;
    const key = keys[next]!;
    let hole = next;
    while (hole > from && keys[hole - 1]! > key) {
      items[hole] = items[hole - 1]!;
      keys[hole] = keys[hole - 1]!;
      hole--;
    }
    items[hole] = item;
    keys[hole] = key;
  }
}

function mergeRuns(
  items: Uint32Array,
  keys: Float64Array,
  toItems: Uint32Array,
  toKeys: Float64Array,
  left: number,
  middle: number,
  right: number,
): void {
  let a = left;
  let b = middle;
  for (let out = left; out < right; out++) {
    const takeLeft = b >= right || (a < middle && keys[a]! <= keys[b]!);
    const from = takeLeft ? a++ : b++;
    toItems[out] = items[from]!;
    toKeys[out] = keys[from]!;
  }
}
