import type { DisplayTree } from './displayTree.ts';
import { IdIndex } from './idIndex.ts';
import { NODE, PLAIN_ROWS } from './rowNodes.ts';
import { RowOrder } from './rowOrder.ts';
import { RowSiblings, type SiblingPlace } from './rowSiblings.ts';

const NOTHING_TURNED: ReadonlySet<number> = new Set();

/**
 * The rows of a tree under its folds: which nodes are shown, in which row. Folds belong to spans (and to groups, which
 * the member that arrived first names): they are carried over to the next revision by id. Groups begin folded. Folding
 * costs one pass over the visible rows (a few ms at a million).
 */
export class VisibleRows {
  readonly order: RowOrder;
  /** By place: 1 when what is below is hidden. */
  readonly #folded: Uint8Array;
  #foldedCount: number;
  /** Row → place; undefined while nothing is folded and a row is its place. */
  #places: Uint32Array | undefined;
  #rowCount: number;
  /** By place: 1 for what has a row under its folds; undefined when everything has. */
  #kept: Uint8Array | undefined;
  /** Made when asked for, and again when the rows are others. */
  #siblings: RowSiblings | undefined;

  private constructor(order: RowOrder, folded: Uint8Array, foldedCount: number) {
    this.order = order;
    this.#folded = folded;
    this.#foldedCount = foldedCount;
    this.#rowCount = order.count;
    this.#rebuild();
  }

  /** All rows of a tree, nothing put together, nothing folded. */
  static unfolded(tree: DisplayTree): VisibleRows {
    return VisibleRows.of(RowOrder.of(tree, PLAIN_ROWS));
  }

  /** Groups folded, but for missing parents; everything else open. */
  static of(order: RowOrder): VisibleRows {
    const folded = new Uint8Array(order.count);
    return new VisibleRows(order, folded, foldGroups(order, folded, NOTHING_TURNED, -1));
  }

  /**
   * The rows of the next revision with the folds of this one; spans that are gone take their folds along. `keep` is the
   * position in the new tree of a span that has a row now and must not be folded away by a group that comes to be, or -1.
   */
  carryTo(order: RowOrder, seed: number, keep = -1): VisibleRows {
    const folded = new Uint8Array(order.count);
    const found = new FoundAgain(this.order.tree, order.tree, seed);
    let foldedCount = 0;
    const old = this.order;
    for (let place = 0, left = this.#foldedCount; left > 0; place++) {
      if (this.#folded[place] === 0) continue;
      left--;
      const position = old.positionAt(place);
      if (position < 0) continue;
      const next = found.positionOf(old.tree.indexAt[position]!);
      if (next < 0) continue;
      const nextPlace = order.placeOf(next);
      // Eviction may have taken its children: nothing is left to fold.
      if (order.belowAt(nextPlace) === 0 || folded[nextPlace] === 1) continue;
      folded[nextPlace] = 1;
      foldedCount++;
    }
    const keepPlace = keep < 0 ? -1 : order.placeOf(keep);
    foldedCount += foldGroups(order, folded, this.#turnedGroups(found), keepPlace);
    return new VisibleRows(order, folded, foldedCount);
  }

  /** Shows the nodes at some places and what is above them alone, still under their folds; undefined: everything again. */
  restrictTo(places: Uint32Array | undefined): void {
    if (places === undefined) {
      this.#kept = undefined;
    } else {
      const kept = new Uint8Array(this.order.count);
      for (const place of places) this.#keep(kept, place);
      this.#kept = kept;
    }
    this.#rebuild();
  }

  get tree(): DisplayTree {
    return this.order.tree;
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  /** Place of the node in a row; `row` must be in `[0, rowCount)`. */
  placeAt(row: number): number {
    return this.#places === undefined ? row : this.#places[row]!;
  }

  /** Position of the span in a row, or -1 for a group. */
  positionAt(row: number): number {
    return this.order.positionAt(this.placeAt(row));
  }

  /** Row of a span by its position; -1 while something above is folded. */
  rowOf(position: number): number {
    return this.rowOfPlace(this.order.placeOf(position));
  }

  rowOfPlace(place: number): number {
    const places = this.#places;
    if (places === undefined) return place;
    let low = 0;
    let high = this.#rowCount - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const found = places[middle]!;
      if (found === place) return middle;
      if (found < place) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  /** The node nearest above a place, or itself, that has a row; -1 when there is none. */
  shownAbove(place: number): number {
    let shown = place;
    while (shown >= 0 && this.rowOfPlace(shown) < 0) shown = this.order.parentAt(shown);
    return shown;
  }

  /** Where the row of a place stands among those below the same node. Walks a family once until the rows are others. */
  siblingPlace(place: number): SiblingPlace {
    this.#siblings ??= new RowSiblings(this.order, (at) => this.#mayHaveRow(at));
    return this.#siblings.of(place);
  }

  /** Whether a node has a row when nothing above it is folded. */
  #mayHaveRow(place: number): boolean {
    if (this.#kept?.[place] === 0) return false;
    const { groups } = this.order;
    if (groups === undefined || this.#folded[place] === 0) return true;
    return groups.kind[this.order.groupAt(place)] !== NODE.messages;
  }

  /** Whether a span (by position) is open. */
  isExpanded(position: number): boolean {
    return this.isOpen(this.order.placeOf(position));
  }

  isOpen(place: number): boolean {
    return this.#folded[place] === 0;
  }

  /** Whether a node has something to show below: messages that have no row are not. */
  hasBelow(place: number): boolean {
    const below = this.order.belowAt(place);
    const messages = this.order.messagesOf(place);
    if (messages < 0 || this.#folded[messages] === 0) return below > 0;
    return below > this.order.belowAt(messages) + 1;
  }

  /** Folds or unfolds a span, with `recursive` everything below it too. Answers whether anything changed. */
  setExpanded(position: number, expanded: boolean, recursive: boolean): boolean {
    return this.setOpen(this.order.placeOf(position), expanded, recursive);
  }

  setOpen(place: number, open: boolean, recursive: boolean): boolean {
    const past = recursive ? place + this.order.belowAt(place) + 1 : place + 1;
    return this.#setRange(place, past, open);
  }

  /** Folds or unfolds everything. */
  setAllExpanded(expanded: boolean): boolean {
    return this.#setRange(0, this.order.count, expanded);
  }

  /** Unfolds what is above a span so that it has a row. Answers whether anything changed. */
  reveal(position: number): boolean {
    return this.revealPlace(this.order.placeOf(position));
  }

  revealPlace(place: number): boolean {
    let changed = this.#kept !== undefined && this.#keep(this.#kept, place);
    for (let at = this.order.parentAt(place); at >= 0; at = this.order.parentAt(at)) {
      changed = this.#set(at, true) || changed;
    }
    if (changed) this.#rebuild();
    return changed;
  }

  #keep(kept: Uint8Array, place: number): boolean {
    if (kept[place] === 1) return false;
    for (let at = place; at >= 0 && kept[at] === 0; at = this.order.parentAt(at)) kept[at] = 1;
    return true;
  }

  #setRange(from: number, past: number, open: boolean): boolean {
    const { order } = this;
    const { groups } = order;
    let changed = false;
    for (let place = from; place < past; place++) {
      // Messages have rows only when one of them was asked for: opening all that is above does not.
      const group = groups === undefined ? -1 : order.groupAt(place);
      if (group >= 0 && open && place !== from && groups?.kind[group] === NODE.messages) continue;
      changed = this.#set(place, open) || changed;
    }
    if (changed) this.#rebuild();
    return changed;
  }

  #set(place: number, open: boolean): boolean {
    const folded = open || this.order.belowAt(place) === 0 ? 0 : 1;
    if (this.#folded[place] === folded) return false;
    this.#folded[place] = folded;
    this.#foldedCount += folded === 1 ? 1 : -1;
    return true;
  }

  #rebuild(): void {
    this.#siblings = undefined;
    const { order } = this;
    const { count, groups } = order;
    const hides = groups?.kind.includes(NODE.messages) ?? false;
    const kept = this.#kept;
    if (this.#foldedCount === 0 && kept === undefined) {
      this.#places = undefined;
      this.#rowCount = count;
      return;
    }
    const places = this.#places ?? new Uint32Array(count);
    const folded = this.#folded;
    let row = 0;
    for (let place = 0; place < count;) {
      const isFolded = folded[place] === 1;
      // Below what has no row nothing has one.
      if (kept?.[place] === 0) {
        place += order.belowAt(place) + 1;
        continue;
      }
      if (!(isFolded && hides && groups?.kind[order.groupAt(place)] === NODE.messages)) places[row++] = place;
      place += isFolded ? order.belowAt(place) + 1 : 1;
    }
    this.#places = places;
    this.#rowCount = row;
  }

  /** What names, in the new columns, the groups that are not as they begin. */
  #turnedGroups(found: FoundAgain): ReadonlySet<number> {
    const { groups } = this.order;
    const turned = new Set<number>();
    if (groups === undefined) return turned;
    for (let group = 0; group < groups.count; group++) {
      const kind = groups.kind[group]!;
      if ((this.#folded[groups.place[group]!] === 1) === beginsFolded(kind)) continue;
      const index = found.indexOf(groups.firstIndex[group]!);
      if (index >= 0) turned.add(nameOf(kind, index));
    }
    return turned;
  }
}

/** A group is named by its kind and the member that arrived first, by index in the columns. */
function nameOf(kind: number, firstIndex: number): number {
  return firstIndex * 4 + kind;
}

function beginsFolded(kind: number): boolean {
  return kind !== NODE.missing;
}

/** Folds groups as they begin, but for those that were turned and those above `keepPlace`; answers how many are folded. */
function foldGroups(order: RowOrder, folded: Uint8Array, turned: ReadonlySet<number>, keepPlace: number): number {
  const { groups } = order;
  if (groups === undefined) return 0;
  let count = 0;
  for (let group = 0; group < groups.count; group++) {
    const place = groups.place[group]!;
    const kind = groups.kind[group]!;
    const isTurned = turned.size > 0 && turned.has(nameOf(kind, groups.firstIndex[group]!));
    if (beginsFolded(kind) === isTurned) continue;
    if (keepPlace > place && keepPlace <= place + order.belowAt(place)) continue;
    folded[place] = 1;
    count++;
  }
  return count;
}

/** Spans of one revision of a trace in the next. */
class FoundAgain {
  readonly #from: DisplayTree;
  readonly #to: DisplayTree;
  readonly #seed: number;
  #ids: IdIndex | undefined;

  constructor(from: DisplayTree, to: DisplayTree, seed: number) {
    this.#from = from;
    this.#to = to;
    this.#seed = seed;
  }

  /** Index in the new columns of the span of an old index, or -1. */
  indexOf(index: number): number {
    const { idHi, idLo, count } = this.#to;
    const hi = this.#from.idHi[index]!;
    const lo = this.#from.idLo[index]!;
    // Columns grow at their end: as a rule a span keeps its index.
    if (index < count && idLo[index] === lo && idHi[index] === hi) return index;
    this.#ids ??= new IdIndex(idHi, idLo, count, this.#seed);
    return this.#ids.find(hi, lo);
  }

  positionOf(index: number): number {
    const found = this.indexOf(index);
    return found < 0 ? -1 : this.#to.positionOf[found]!;
  }
}
