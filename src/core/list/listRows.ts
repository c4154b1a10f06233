import type { GroupFigures } from './listGroups.ts';
import { GROUP_KEY } from './listQuery.ts';
import { PLACE } from './traceListView.ts';
import type { TraceListView } from './traceListView.ts';

/** Names of what can be expanded, as pages ask for it; groups have theirs in listQuery.ts. */
export const NOISE_KEY = 'noise:';
export const OTHERS_KEY = 'others';

/** Rows that stand together: a head (but for the plain list) and the members below it when it is expanded. */
interface Block {
  readonly key: string;
  readonly head: ListHead | undefined;
  readonly from: number;
  /** Slots below the head. */
  readonly slots: Uint32Array;
  readonly count: number;
}

export type ListHead =
  | { readonly kind: 'group'; readonly group: GroupFigures }
  | { readonly kind: 'noise'; readonly rule: string; readonly count: number }
  | { readonly kind: 'others'; readonly count: number };

/** A row: a head with whether it is expanded, or a trace. */
export type PlacedRow =
  | { readonly head: ListHead; readonly key: string; readonly expanded: boolean }
  | { readonly slot: number; readonly below: boolean };

/** Which row of a list stands where, for one set of expanded heads. */
export class ListRows {
  readonly #blocks: Block[] = [];
  readonly #view: TraceListView;
  readonly #expanded: ReadonlySet<string>;
  /** All rows. */
  readonly count: number;

  constructor(view: TraceListView, expanded: ReadonlySet<string>) {
    this.#view = view;
    this.#expanded = expanded;
    const { groups, main } = view;
    if (groups) {
      for (const group of groups.figures) {
        const key = GROUP_KEY + group.text;
        this.#add(key, { kind: 'group', group }, () => groups.membersOf(group.text));
      }
    } else this.#add('', undefined, () => main.slots.subarray(0, main.count));
    for (let rule = 1; rule < view.ruleCounts.length; rule++) {
      const count = view.ruleCounts[rule]!;
      if (count === 0) continue;
      const name = view.rows.noiseName(rule);
      this.#add(NOISE_KEY + name, { kind: 'noise', rule: name, count }, () => noiseOf(view, rule));
    }
    const others = view.counts[PLACE.other]!;
    if (others > 0) {
      this.#add(OTHERS_KEY, { kind: 'others', count: others }, () => view.others.slots.subarray(0, view.others.count));
    }
    const last = this.#blocks.at(-1);
    this.count = last ? last.from + last.count : 0;
  }

  /** Traces below the head of a key: their first row and how many there are; none when it is folded or not here. */
  below(key: string): { readonly from: number; readonly count: number } {
    const block = this.#blocks.find((each) => each.key === key && each.head !== undefined);
    return block ? { from: block.from + 1, count: block.count - 1 } : { from: 0, count: 0 };
  }

  /** What is folded out of the list: noise by rule, and other programs' traces. */
  get folds(): readonly { readonly key: string; readonly rule: string; readonly count: number }[] {
    return this.#blocks.flatMap(({ key, head }) => {
      if (head === undefined || head.kind === 'group') return [];
      return [{ key, rule: head.kind === 'noise' ? head.rule : '', count: head.count }];
    });
  }

  /** Rows `from` to before `to`. */
  slice(from: number, to: number): PlacedRow[] {
    const found: PlacedRow[] = [];
    const blocks = this.#blocks;
    let at = this.#blockAt(from);
    for (let row = Math.max(0, from); row < Math.min(to, this.count); row++) {
      while (row >= blocks[at]!.from + blocks[at]!.count) at++;
      const block = blocks[at]!;
      const inside = row - block.from - (block.head ? 1 : 0);
      if (inside < 0 && block.head) {
        found.push({ head: block.head, key: block.key, expanded: this.#expanded.has(block.key) });
      } else found.push({ slot: block.slots[inside]!, below: block.head !== undefined });
    }
    return found;
  }

  /** Row of a trace, or of the head it is folded under; -1 when it is not in the list. */
  rowOf(slot: number): number {
    const view = this.#view;
    if (slot < 0 || slot >= view.place.length) return -1;
    const key = this.#keyOf(slot);
    const block = key === undefined ? undefined : this.#blocks.find((each) => each.key === key);
    if (!block) return -1;
    if (block.head && !this.#expanded.has(block.key)) return block.from;
    const inside = block.head ? block.slots.indexOf(slot) : view.main.indexOf(slot);
    return inside < 0 ? -1 : block.from + inside + (block.head ? 1 : 0);
  }

  #keyOf(slot: number): string | undefined {
    const view = this.#view;
    switch (view.place[slot]) {
      case PLACE.member:
        if (!view.isListed(slot)) return undefined;
        return view.groups ? GROUP_KEY + view.groups.textOf(slot) : '';
      case PLACE.noise:
        return NOISE_KEY + view.rows.noiseName(view.rule[slot]!);
      case PLACE.other:
        return OTHERS_KEY;
      default:
        return undefined;
    }
  }

  #add(key: string, head: ListHead | undefined, slotsOf: () => Uint32Array): void {
    const last = this.#blocks.at(-1);
    const slots = !head || this.#expanded.has(key) ? slotsOf() : NOTHING;
    this.#blocks.push({
      key,
      head,
      from: last ? last.from + last.count : 0,
      slots,
      count: slots.length + (head ? 1 : 0),
    });
  }

  #blockAt(row: number): number {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#blocks[middle]!.from <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

const NOTHING = new Uint32Array(0);

function noiseOf(view: TraceListView, rule: number): Uint32Array {
  const { noise } = view;
  return noise.slots.subarray(0, noise.count).filter((slot) => view.rule[slot] === rule);
}
