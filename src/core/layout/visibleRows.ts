import type { DisplayTree } from './displayTree.ts';
import { IdIndex } from './idIndex.ts';

/**
 * The rows of a tree under its folds: which spans are shown, in which row. Folds belong to spans: they are carried
 * over to the next revision by id. Folding costs one pass over the visible rows (a few ms at a million).
 */
export class VisibleRows {
  readonly tree: DisplayTree;
  /** By index of the span: 1 when its children are hidden. */
  readonly #folded: Uint8Array;
  #foldedCount: number;
  /** Row → position; undefined while nothing is folded and a row is its position. */
  #positions: Uint32Array | undefined;
  #rowCount: number;

  private constructor(tree: DisplayTree, folded: Uint8Array, foldedCount: number) {
    this.tree = tree;
    this.#folded = folded;
    this.#foldedCount = foldedCount;
    this.#rowCount = tree.count;
    this.#rebuild();
  }

  /** All rows of a tree, nothing folded. */
  static unfolded(tree: DisplayTree): VisibleRows {
    return new VisibleRows(tree, new Uint8Array(tree.count), 0);
  }

  /** The rows of the next revision with the folds of this one; spans that are gone take their folds along. */
  carryTo(tree: DisplayTree, seed: number): VisibleRows {
    const folded = new Uint8Array(tree.count);
    let foldedCount = 0;
    const fold = (index: number): void => {
      // Eviction may have taken its children: nothing is left to fold.
      if (tree.descendants[tree.positionOf[index]!]! === 0 || folded[index] === 1) return;
      folded[index] = 1;
      foldedCount++;
    };
    const old = this.tree;
    let ids: IdIndex | undefined;
    for (let index = 0, left = this.#foldedCount; left > 0; index++) {
      if (this.#folded[index] === 0) continue;
      left--;
      const hi = old.idHi[index]!;
      const lo = old.idLo[index]!;
      // Columns grow at their end: as a rule a span keeps its index.
      if (index < tree.count && tree.idLo[index] === lo && tree.idHi[index] === hi) {
        fold(index);
        continue;
      }
      ids ??= new IdIndex(tree.idHi, tree.idLo, tree.count, seed);
      const found = ids.find(hi, lo);
      if (found >= 0) fold(found);
    }
    return new VisibleRows(tree, folded, foldedCount);
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  /** Position of the span in a row; `row` must be in `[0, rowCount)`. */
  positionAt(row: number): number {
    return this.#positions === undefined ? row : this.#positions[row]!;
  }

  /** Row of a span by its position; -1 while an ancestor is folded. */
  rowOf(position: number): number {
    const positions = this.#positions;
    if (positions === undefined) return position;
    let low = 0;
    let high = this.#rowCount - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const found = positions[middle]!;
      if (found === position) return middle;
      if (found < position) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  isExpanded(position: number): boolean {
    return this.#folded[this.tree.indexAt[position]!] === 0;
  }

  /** Folds or unfolds a span, with `recursive` everything below it too. Answers whether anything changed. */
  setExpanded(position: number, expanded: boolean, recursive: boolean): boolean {
    const past = recursive ? position + this.tree.descendants[position]! + 1 : position + 1;
    return this.#setRange(position, past, expanded);
  }

  /** Folds or unfolds every span. */
  setAllExpanded(expanded: boolean): boolean {
    return this.#setRange(0, this.tree.count, expanded);
  }

  /** Unfolds the ancestors of a span so that it has a row. Answers whether anything changed. */
  reveal(position: number): boolean {
    let changed = false;
    for (let at = this.tree.parentAt[position]!; at >= 0; at = this.tree.parentAt[at]!) {
      changed = this.#set(at, true) || changed;
    }
    if (changed) this.#rebuild();
    return changed;
  }

  #setRange(from: number, past: number, expanded: boolean): boolean {
    let changed = false;
    for (let position = from; position < past; position++) changed = this.#set(position, expanded) || changed;
    if (changed) this.#rebuild();
    return changed;
  }

  #set(position: number, expanded: boolean): boolean {
    const index = this.tree.indexAt[position]!;
    const folded = expanded || this.tree.descendants[position] === 0 ? 0 : 1;
    if (this.#folded[index] === folded) return false;
    this.#folded[index] = folded;
    this.#foldedCount += folded === 1 ? 1 : -1;
    return true;
  }

  #rebuild(): void {
    const { count, indexAt, descendants } = this.tree;
    if (this.#foldedCount === 0) {
      this.#positions = undefined;
      this.#rowCount = count;
      return;
    }
    const positions = this.#positions ?? new Uint32Array(count);
    let row = 0;
    for (let position = 0; position < count;) {
      positions[row++] = position;
      position += this.#folded[indexAt[position]!] === 0 ? 1 : descendants[position]! + 1;
    }
    this.#positions = positions;
    this.#rowCount = row;
  }
}
