import { ASGI_MESSAGE, NEVER_ALIKE, SPAN_BIT } from '../store/storeReader.ts';
import type { DisplayTree } from './displayTree.ts';
import { NODE, type BuiltOrder, type GroupNodes, type NodeKind, type RowOrderOptions } from './rowNodes.ts';

const STATUS_ERROR = 2;
const ROOT = -1;

/** Nodes that are no spans, while their members are gathered; by column, since there may be one for every span. */
class Groups {
  count = 0;
  kind = new Uint8Array(0);
  /** Node above: position of a span, −2 − number of a group, or {@link ROOT}. */
  parent = new Int32Array(0);
  firstPosition = new Uint32Array(0);
  members = new Uint32Array(0);
  firstIndex = new Uint32Array(0);
  idHi = new Uint32Array(0);
  idLo = new Uint32Array(0);

  add(kind: NodeKind, parent: number, firstPosition: number, idHi: number, idLo: number): number {
    const group = this.count++;
    if (group === this.kind.length) this.#resize(Math.max(64, group * 2));
    this.kind[group] = kind;
    this.parent[group] = parent;
    this.firstPosition[group] = firstPosition;
    this.firstIndex[group] = 0xffffffff;
    this.idHi[group] = idHi;
    this.idLo[group] = idLo;
    return group;
  }

  #resize(size: number): void {
    const wider = (from: Uint32Array): Uint32Array<ArrayBuffer> => {
      const to = new Uint32Array(size);
      to.set(from);
      return to;
    };
    const kind = new Uint8Array(size);
    kind.set(this.kind);
    this.kind = kind;
    const parent = new Int32Array(size);
    parent.set(this.parent);
    this.parent = parent;
    this.firstPosition = wider(this.firstPosition);
    this.members = wider(this.members);
    this.firstIndex = wider(this.firstIndex);
    this.idHi = wider(this.idHi);
    this.idLo = wider(this.idLo);
  }
}

/**
 * Finds what is to be put together and numbers the nodes anew. Groups are found list by list (the children of a span,
 * the roots, the orphans of one parent); then sizes are summed up from the last position and places given from the
 * first, so that no recursion is needed and every pass is linear.
 */
export class RowOrderBuilder {
  readonly #tree: DisplayTree;
  readonly #options: RowOrderOptions;
  readonly #groups = new Groups();
  readonly #messagesOf = new Map<number, number>();
  /** By position: the node above, as {@link Groups.parent} names it. Made with the first group. */
  #above: Int32Array | undefined;
  /** Members of a list by what they are alike in; stamped, so that it is not cleared for every list. */
  readonly #seen: Uint32Array;
  readonly #membersOf: Uint32Array;
  readonly #groupOf: Uint32Array;
  #stamp = 0;

  constructor(tree: DisplayTree, options: RowOrderOptions) {
    this.#tree = tree;
    this.#options = options;
    const kinds = options.foldAlike > 0 ? tree.alikeCount : 0;
    this.#seen = new Uint32Array(kinds);
    this.#membersOf = new Uint32Array(kinds);
    this.#groupOf = new Uint32Array(kinds);
  }

  /** Undefined when there is nothing to put together. */
  build(): BuiltOrder | undefined {
    if (this.#options.settled && this.#tree.orphans.index.length > 0) this.#findMissing();
    if (!this.#options.messagesAsRows) this.#findMessages();
    if (this.#options.foldAlike > 0 && this.#tree.alikeCount > 0) this.#findAlike();
    return this.#above === undefined ? undefined : this.#number(this.#above);
  }

  #put(position: number, group: number): void {
    this.#above ??= this.#tree.parentAt.slice();
    this.#above[position] = -2 - group;
    const index = this.#tree.indexAt[position]!;
    const { members, firstIndex } = this.#groups;
    members[group]!++;
    if (index < firstIndex[group]!) firstIndex[group] = index;
  }

  #newGroup(kind: NodeKind, parent: number, firstPosition: number, idHi = 0, idLo = 0): number {
    return this.#groups.add(kind, parent, firstPosition, idHi, idLo);
  }

  /** Puts orphans below a node for the parent they name. Roots come by start, so do the orphans of each. */
  #findMissing(): void {
    const { index: orphans, missing, missingCount, missingHi, missingLo } = this.#tree.orphans;
    // By position: number of the missing parent + 1; 0 for other spans.
    const missingAt = new Uint32Array(this.#tree.count);
    for (let at = 0; at < orphans.length; at++) missingAt[this.#tree.positionOf[orphans[at]!]!] = missing[at]! + 1;
    const groupOf = new Int32Array(missingCount).fill(-1);
    for (let position = 0; position < this.#tree.count; position += this.#tree.descendants[position]! + 1) {
      const parent = missingAt[position]! - 1;
      if (parent < 0) continue;
      if (groupOf[parent] === -1) {
        groupOf[parent] = this.#newGroup(NODE.missing, ROOT, position, missingHi[parent], missingLo[parent]);
      }
      this.#put(position, groupOf[parent]!);
    }
  }

  /** Messages that failed or have something below stay rows. */
  #findMessages(): void {
    const { bits, indexAt, parentAt, status, descendants, count } = this.#tree;
    const exception = SPAN_BIT.hasException;
    for (let position = 0; position < count; position++) {
      const index = indexAt[position]!;
      const own = bits[index]!;
      if ((own & ASGI_MESSAGE) === 0 || (own & exception) !== 0 || status[index] === STATUS_ERROR) continue;
      const parent = parentAt[position]!;
      if (parent < 0 || descendants[position] !== 0) continue;
      let group = this.#messagesOf.get(parent);
      if (group === undefined) {
        group = this.#newGroup(NODE.messages, parent, position);
        this.#messagesOf.set(parent, group);
      }
      this.#put(position, group);
    }
  }

  #findAlike(): void {
    const { count, descendants } = this.#tree;
    const { foldAlike } = this.#options;
    // A list that is shorter than what is asked for costs nothing: spans below tell how long it can be at most.
    for (let position = 0; position < count; position++) {
      if (descendants[position]! >= foldAlike) this.#groupChildren(position);
    }
    this.#groupRoots();
    const { kind, members, count: groups } = this.#groups;
    for (let group = 0; group < groups; group++) {
      if (kind[group] !== NODE.missing || members[group]! < foldAlike) continue;
      this.#groupOrphans();
      break;
    }
  }

  #groupChildren(parent: number): void {
    const { descendants } = this.#tree;
    const past = parent + descendants[parent]! + 1;
    let length = 0;
    for (let child = parent + 1; child < past; child += descendants[child]! + 1) length++;
    if (length < this.#options.foldAlike) return;
    this.#groupList(parent, parent + 1, past);
  }

  #groupRoots(): void {
    this.#groupList(ROOT, 0, this.#tree.count);
  }

  /** The same for the orphans of every missing parent, in one pass: there may be as many of those as roots. */
  #groupOrphans(): void {
    const { count, descendants, indexAt, alike, alikeCount } = this.#tree;
    const above = this.#above!;
    const keyOf = (position: number): number => {
      const kind = alike[indexAt[position]!]!;
      return above[position]! >= ROOT || kind === NEVER_ALIKE ? -1 : (-2 - above[position]!) * alikeCount + kind;
    };
    const found = new Map<number, { members: number; group: number }>();
    for (let at = 0; at < count; at += descendants[at]! + 1) {
      const key = keyOf(at);
      if (key < 0) continue;
      const entry = found.get(key);
      if (entry) entry.members++;
      else found.set(key, { members: 1, group: -1 });
    }
    for (let at = 0; at < count; at += descendants[at]! + 1) {
      const entry = found.get(keyOf(at));
      if (entry === undefined || entry.members < this.#options.foldAlike) continue;
      if (entry.group < 0) entry.group = this.#newGroup(NODE.alike, above[at]!, at);
      this.#put(at, entry.group);
    }
  }

  /** Puts together what is alike of the siblings from `from` on whose node above is `parent`. */
  #groupList(parent: number, from: number, past: number): void {
    const { descendants, indexAt, alike, parentAt } = this.#tree;
    const seen = this.#seen;
    const membersOf = this.#membersOf;
    const stamp = ++this.#stamp;
    let most = 0;
    for (let at = from; at < past; at += descendants[at]! + 1) {
      if ((this.#above ?? parentAt)[at] !== parent) continue;
      const kind = alike[indexAt[at]!]!;
      if (kind === NEVER_ALIKE) continue;
      if (seen[kind] !== stamp) {
        seen[kind] = stamp;
        membersOf[kind] = 0;
        this.#groupOf[kind] = NEVER_ALIKE;
      }
      most = Math.max(most, ++membersOf[kind]!);
    }
    if (most < this.#options.foldAlike) return;
    for (let at = from; at < past; at += descendants[at]! + 1) {
      if ((this.#above ?? parentAt)[at] !== parent) continue;
      const kind = alike[indexAt[at]!]!;
      if (kind === NEVER_ALIKE || membersOf[kind]! < this.#options.foldAlike) continue;
      if (this.#groupOf[kind] === NEVER_ALIKE) this.#groupOf[kind] = this.#newGroup(NODE.alike, parent, at);
      this.#put(at, this.#groupOf[kind]!);
    }
  }

  #number(above: Int32Array): BuiltOrder {
    const { count } = this.#tree;
    const groups = this.#groups;
    const total = count + groups.count;
    // By node: spans by position, groups behind them.
    const size = new Uint32Array(total);
    const startingAt = groupsByFirst(groups);
    let pending = startingAt.length - 1;
    const add = (parent: number, nodes: number): void => {
      if (parent !== ROOT) size[parent >= 0 ? parent : count - 2 - parent]! += nodes;
    };
    for (let position = count - 1; position >= 0; position--) {
      add(above[position]!, size[position]! + 1);
      // All members of a group that begins here have been counted; a group within another was found after it.
      for (; pending >= 0 && groups.firstPosition[startingAt[pending]!] === position; pending--) {
        const group = startingAt[pending]!;
        add(groups.parent[group]!, size[count + group]! + 1);
      }
    }
    return this.#place(above, size, startingAt);
  }

  #place(above: Int32Array, size: Uint32Array, startingAt: Uint32Array): BuiltOrder {
    const { count } = this.#tree;
    const groups = this.#groups;
    const total = count + groups.count;
    const nodeAt = new Int32Array(total);
    const placeOf = new Uint32Array(count);
    const parentAt = new Int32Array(total);
    const below = new Uint32Array(total);
    const depth = new Uint32Array(total);
    const groupPlace = new Uint32Array(groups.count);
    /** By node: where its next child goes. */
    const next = new Uint32Array(total);
    let rootNext = 0;
    let maxDepth = 0;
    const put = (node: number, parent: number): number => {
      let place: number;
      let parentPlace = -1;
      if (parent === ROOT) {
        place = rootNext;
        rootNext += size[node]! + 1;
      } else {
        const owner = parent >= 0 ? parent : count - 2 - parent;
        parentPlace = parent >= 0 ? placeOf[parent]! : groupPlace[-2 - parent]!;
        place = next[owner]!;
        next[owner] = place + size[node]! + 1;
        const level = depth[parentPlace]! + 1;
        depth[place] = level;
        if (level > maxDepth) maxDepth = level;
      }
      next[node] = place + 1;
      parentAt[place] = parentPlace;
      below[place] = size[node]!;
      nodeAt[place] = node < count ? node : count - 1 - node;
      return place;
    };
    let begun = 0;
    for (let position = 0; position < count; position++) {
      for (; begun < startingAt.length && groups.firstPosition[startingAt[begun]!] === position; begun++) {
        const group = startingAt[begun]!;
        groupPlace[group] = put(count + group, groups.parent[group]!);
      }
      placeOf[position] = put(position, above[position]!);
    }
    return {
      count: total,
      nodeAt,
      placeOf,
      parentAt,
      below,
      depth,
      maxDepth,
      groups: columnsOf(groups, groupPlace),
      messagesOf: this.#messagesOf,
    };
  }
}

/** Numbers of groups by their first position; one that stands within another comes after it. */
function groupsByFirst({ count, firstPosition }: Groups): Uint32Array {
  const order = new Uint32Array(count);
  let isSorted = true;
  for (let group = 0; group < count; group++) {
    order[group] = group;
    if (group > 0 && firstPosition[group - 1]! > firstPosition[group]!) isSorted = false;
  }
  return isSorted ? order : order.sort((a, b) => firstPosition[a]! - firstPosition[b]! || a - b);
}

function columnsOf(groups: Groups, place: Uint32Array): GroupNodes {
  return {
    count: groups.count,
    kind: groups.kind.slice(0, groups.count),
    members: groups.members.slice(0, groups.count),
    firstIndex: groups.firstIndex.slice(0, groups.count),
    place,
    idHi: groups.idHi.slice(0, groups.count),
    idLo: groups.idLo.slice(0, groups.count),
  };
}
