import type { DisplayTree } from './displayTree.ts';
import type { BuiltOrder, GroupNodes, RowOrderOptions } from './rowNodes.ts';
import { RowOrderBuilder } from './rowOrderBuilder.ts';

/**
 * The rows of a tree when everything is open, in order: spans, and the nodes that stand for several of them. A *place*
 * is a node's number in this order, as a position is a span's in the tree; siblings put together stand where the first
 * of them did. Without such nodes place and position are the same number and nothing is stored.
 */
export class RowOrder {
  readonly tree: DisplayTree;
  readonly options: RowOrderOptions;
  readonly #built: BuiltOrder | undefined;

  private constructor(tree: DisplayTree, options: RowOrderOptions, built: BuiltOrder | undefined) {
    this.tree = tree;
    this.options = options;
    this.#built = built;
  }

  /** Linear in spans, and a few ms at a million when there is nothing to put together. */
  static of(tree: DisplayTree, options: RowOrderOptions): RowOrder {
    return new RowOrder(tree, options, new RowOrderBuilder(tree, options).build());
  }

  get count(): number {
    return this.#built?.count ?? this.tree.count;
  }

  get maxDepth(): number {
    return this.#built?.maxDepth ?? this.tree.maxDepth;
  }

  get groupCount(): number {
    return this.#built?.groups.count ?? 0;
  }

  /** Undefined while nothing is put together. */
  get groups(): GroupNodes | undefined {
    return this.#built?.groups;
  }

  /** Position of the span at a place, or -1 for a group. */
  positionAt(place: number): number {
    return this.#built === undefined ? place : Math.max(-1, this.#built.nodeAt[place]!);
  }

  /** Number of the group at a place, or -1 for a span. */
  groupAt(place: number): number {
    return this.#built === undefined ? -1 : Math.max(-1, -1 - this.#built.nodeAt[place]!);
  }

  placeOf(position: number): number {
    return this.#built === undefined ? position : this.#built.placeOf[position]!;
  }

  /** Nodes below the one at a place, so that `place + below + 1` is the next one not below. */
  belowAt(place: number): number {
    return this.#built === undefined ? this.tree.descendants[place]! : this.#built.below[place]!;
  }

  depthAt(place: number): number {
    return this.#built === undefined ? this.tree.depth[place]! : this.#built.depth[place]!;
  }

  /** Place of the node above, or -1. */
  parentAt(place: number): number {
    return this.#built === undefined ? this.tree.parentAt[place]! : this.#built.parentAt[place]!;
  }

  /** Place of the group of a span's messages, or -1. */
  messagesOf(place: number): number {
    if (this.#built === undefined) return -1;
    const group = this.#built.messagesOf.get(this.#built.nodeAt[place]!);
    return group === undefined ? -1 : this.#built.groups.place[group]!;
  }

  /** Positions of the spans right below a node, in order; those of a group below it are among them. At most `limit`. */
  spansBelow(place: number, limit = Infinity): Uint32Array {
    const past = place + this.belowAt(place) + 1;
    const found = new Uint32Array(Math.min(limit, past - place - 1));
    let count = 0;
    for (let at = place + 1; at < past && count < found.length;) {
      const position = this.positionAt(at);
      if (position >= 0) found[count++] = position;
      at += position >= 0 ? this.belowAt(at) + 1 : 1;
    }
    return found.slice(0, count);
  }
}
