import { finish, SPANS_PER_STEP, type Steps } from '../statistics/steps.ts';

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
  return finish(childListSteps(count, parent, offsetNs));
}

/** {@link childLists} in steps. */
export function* childListSteps(count: number, parent: Uint32Array, offsetNs: Float64Array): Steps<ChildLists> {
  const begin = new Uint32Array(count + 3);
  // Two slots ahead while counting and one while filling: after filling every list begins where it should.
  for (let from = 0; from < count; from += SPANS_PER_STEP) {
    const to = Math.min(count, from + SPANS_PER_STEP);
    for (let index = from; index < to; index++) begin[parent[index]! + 2]!++;
    yield;
  }
  for (let slot = 2; slot < count + 3; slot++) begin[slot]! += begin[slot - 1]!;
  const children = new Uint32Array(count);
  for (let from = 0; from < count; from += SPANS_PER_STEP) {
    const to = Math.min(count, from + SPANS_PER_STEP);
    for (let index = from; index < to; index++) children[begin[parent[index]! + 1]!++] = index;
    yield;
  }
  const sorter = new ListSorter(children, offsetNs);
  let looked = 0;
  for (let owner = 0; owner <= count; owner++) {
    const from = begin[owner]!;
    const to = begin[owner + 1]!;
    if (to - from > SPANS_PER_STEP) yield* sorter.sortSteps(from, to);
    else if (to - from > 1) sorter.sort(from, to);
    looked += 1 + to - from;
    if (looked < SPANS_PER_STEP) continue;
    looked = 0;
    yield;
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

  /** {@link sort} in steps, for long stretches: blocks are sorted and then merged. */
  *sortSteps(from: number, to: number): Steps<void> {
    for (let block = from; block < to; block += SPANS_PER_STEP) {
      this.sort(block, Math.min(block + SPANS_PER_STEP, to));
      yield;
    }
    const length = to - from;
    let items = this.#items.subarray(from, to);
    let keys = new Float64Array(length);
    let isSorted = true;
    for (let at = 0; at < length; at++) {
      if (at % SPANS_PER_STEP === SPANS_PER_STEP - 1) yield;
      keys[at] = this.#keyOf[items[at]!]!;
      if (at > 0 && keys[at]! < keys[at - 1]!) isSorted = false;
    }
    if (isSorted) return;
    let otherItems: Uint32Array = new Uint32Array(length);
    let otherKeys = new Float64Array(length);
    for (let width = SPANS_PER_STEP; width < length; width *= 2) {
      for (let left = 0; left < length; left += width * 2) {
        const middle = Math.min(left + width, length);
        const right = Math.min(middle + width, length);
        let a = left;
        for (let out = left; out < right; out += SPANS_PER_STEP) {
          const stop = Math.min(out + SPANS_PER_STEP, right);
          a = mergeRuns(items, keys, otherItems, otherKeys, a, middle, middle + out - a, right, out, stop);
          yield;
        }
      }
      [items, otherItems] = [otherItems, items];
      [keys, otherKeys] = [otherKeys, keys];
    }
    if (items.buffer !== this.#items.buffer) this.#items.set(items, from);
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
        const right = Math.min(middle + width, length);
        mergeRuns(items, keys, otherItems, otherKeys, left, middle, middle, right, left, right);
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

/**
 * Writes places `out .. stop` of what merging the runs before and from `middle` (up to `right`) gives; `a` and `b` are the
 * next of the two. Returns the next of the first.
 */
function mergeRuns(
  items: Uint32Array,
  keys: Float64Array,
  toItems: Uint32Array,
  toKeys: Float64Array,
  a: number,
  middle: number,
  b: number,
  right: number,
  out: number,
  stop: number,
): number {
  for (; out < stop; out++) {
    const takeLeft = b >= right || (a < middle && keys[a]! <= keys[b]!);
    const from = takeLeft ? a++ : b++;
    toItems[out] = items[from]!;
    toKeys[out] = keys[from]!;
  }
  return a;
}
