import type { ListQuery } from './listQuery.ts';
import { FAILED_TEST } from './listSets.ts';
import { rankOf } from './percentileRank.ts';
import type { SlotOrder } from './slotOrder.ts';
import { compareTexts } from './textRanks.ts';

/** One group with the figures of its members; durations in nanoseconds, -1 without a settled member. */
export interface GroupFigures {
  readonly text: string;
  readonly count: number;
  readonly errors: number;
  readonly p50Ns: number;
  readonly p95Ns: number;
  /** Of a group of a test's runs how the newest came out, in its sender's word; empty where nothing tells. */
  readonly result: string;
}

/** What groups are made of: a list's orders and the figures they are by. */
interface GroupedList {
  readonly query: ListQuery;
  readonly rows: { readonly end: number };
  readonly main: SlotOrder;
  readonly byDuration: SlotOrder;
  readonly hasErrors: Uint8Array;
  readonly durationNs: Float64Array;
  readonly startNs: Float64Array;
}

/** Members of a list by a text of each. Figures are made of the list's orders in two passes, when asked for. */
export class ListGroups {
  readonly #view: GroupedList;
  readonly #textOf: (slot: number) => string;
  readonly #ids = new Map<string, number>();
  readonly #texts: string[] = [];
  readonly #groupOf: number[] = [];
  readonly #resultOf: ((slot: number) => string) | undefined;
  readonly #results: string[] = [];
  #figures: readonly GroupFigures[] | undefined;
  readonly #members = new Map<number, Uint32Array>();

  /** `resultOf` tells how the test in a slot came out; only of a list by test. */
  constructor(view: GroupedList, textOf: (slot: number) => string, resultOf?: (slot: number) => string) {
    this.#view = view;
    this.#textOf = textOf;
    this.#resultOf = resultOf;
  }

  /** So many groups came and went that it is worth starting anew. */
  get isStale(): boolean {
    return this.#texts.length > 2 * this.#view.rows.end + 1024;
  }

  reset(): void {
    this.#ids.clear();
    this.#texts.length = 0;
    this.#groupOf.length = 0;
    this.moved();
  }

  look(slot: number): void {
    const text = this.#textOf(slot);
    let id = this.#ids.get(text);
    if (id === undefined) {
      id = this.#texts.length;
      this.#ids.set(text, id);
      this.#texts.push(text);
    }
    this.#groupOf[slot] = id;
    if (this.#resultOf) this.#results[slot] = this.#resultOf(slot);
  }

  moved(): void {
    this.#figures = undefined;
    this.#members.clear();
  }

  /** In the list's order: groups stand as their members' figures do. */
  get figures(): readonly GroupFigures[] {
    return (this.#figures ??= this.#measure());
  }

  /** Members of a group in the list's order. */
  membersOf(text: string): Uint32Array {
    const id = this.#ids.get(text);
    if (id === undefined) return new Uint32Array(0);
    let members = this.#members.get(id);
    if (members === undefined) {
      const { slots, count } = this.#view.main;
      const found: number[] = [];
      for (let i = 0; i < count; i++) if (this.#groupOf[slots[i]!] === id) found.push(slots[i]!);
      members = Uint32Array.from(found);
      this.#members.set(id, members);
    }
    return members;
  }

  /** Text of a member's group. */
  textOf(slot: number): string {
    return this.#texts[this.#groupOf[slot] ?? -1] ?? '';
  }

  #measure(): GroupFigures[] {
    const { main, byDuration, hasErrors, durationNs, startNs, query } = this.#view;
    const size = this.#texts.length;
    const counts = new Uint32Array(size);
    const errors = new Uint32Array(size);
    const measured = new Uint32Array(size);
    const seen = new Uint32Array(size);
    const newest = new Int32Array(size).fill(-1);
    const p50 = new Float64Array(size).fill(-1);
    const p95 = new Float64Array(size).fill(-1);
    /** Groups in the order in which the list comes to them. */
    const order: number[] = [];
    for (let i = 0; i < main.count; i++) {
      const slot = main.slots[i]!;
      const id = this.#groupOf[slot]!;
      if (counts[id]!++ === 0) order.push(id);
      errors[id]! += hasErrors[slot]!;
      if (newest[id]! < 0 || startNs[slot]! > startNs[newest[id]!]!) newest[id] = slot;
    }
    for (let i = 0; i < byDuration.count; i++) measured[this.#groupOf[byDuration.slots[i]!]!]!++;
    for (let i = 0; i < byDuration.count; i++) {
      const slot = byDuration.slots[i]!;
      const id = this.#groupOf[slot]!;
      const at = seen[id]!++;
      if (at === rankOf(0.5, measured[id]!)) p50[id] = durationNs[slot]!;
      if (at === rankOf(0.95, measured[id]!)) p95[id] = durationNs[slot]!;
    }
    const groups = order.map((id) => ({
      text: this.#texts[id]!,
      count: counts[id]!,
      errors: errors[id]!,
      p50Ns: p50[id]!,
      p95Ns: p95[id]!,
      result: this.#results[newest[id]!] ?? '',
    }));
    sortGroups(groups, query);
    // A failed test is why one looks.
    return this.#resultOf ? groups.sort((a, b) => failedFirst(a) - failedFirst(b)) : groups;
  }
}

function failedFirst({ result }: GroupFigures): number {
  return result === FAILED_TEST ? 0 : 1;
}

function sortGroups(groups: GroupFigures[], query: ListQuery): void {
  const sign = query.descending ? -1 : 1;
  switch (query.sort) {
    case 'name':
    case 'services':
      groups.sort((a, b) => sign * compareTexts(a.text, b.text));
      break;
    case 'duration':
      groups.sort((a, b) => sign * (a.p95Ns - b.p95Ns));
      break;
    case 'spans':
      groups.sort((a, b) => sign * (a.count - b.count));
      break;
    case 'errors':
      groups.sort((a, b) => sign * (a.errors - b.errors));
      break;
    default:
      // As their first member stands.
      break;
  }
}
