import type { Steps } from '../statistics/steps.ts';
import type { TraceRows } from '../store/traceRows.ts';
import { ATTRIBUTE_GROUP, type ListQuery } from './listQuery.ts';
import { numberIn, TextRanks } from './textRanks.ts';

/** Slots looked at before others may have their turn: by what a look costs, from columns to reading model calls. */
const OF_COLUMNS = 512;
const OF_ATTRIBUTES = 64;
const OF_TOKENS = 8;
const CHECKED_AT_ONCE = 4096;

/**
 * What traces are sorted by where that is no column of numbers: names, services, processes, tokens, any attribute. Values
 * are taken when a trace is looked at; an attribute's are numbers as long as every trace that has one has a number.
 */
export class SortKeys {
  /** Slots to look at in a go. */
  readonly atOnce: number;
  readonly #query: ListQuery;
  readonly #rows: TraceRows;
  readonly #texts: string[] = [];
  readonly #numbers: number[] = [];
  /** Undefined while the values are numbers. */
  #ranks: TextRanks | undefined;

  constructor(rows: TraceRows, query: ListQuery) {
    this.#rows = rows;
    this.#query = query;
    const { sort, group } = query;
    const isRead = [sort, group].some((each) => each === 'test' || each.startsWith(ATTRIBUTE_GROUP));
    this.atOnce = sort === 'tokens' ? OF_TOKENS : isRead ? OF_ATTRIBUTES : OF_COLUMNS;
  }

  /** Before all are looked at anew. */
  reset(): void {
    this.#texts.length = 0;
    this.#numbers.length = 0;
    this.#ranks = undefined;
  }

  /** Takes the value of a trace. */
  look(slot: number): void {
    const { sort } = this.#query;
    switch (sort) {
      case 'start':
      case 'duration':
      case 'spans':
      case 'errors':
        return;
      case 'tokens':
        this.#numbers[slot] = this.#rows.tokens(slot)?.tokens ?? NaN;
        return;
      case 'name':
        this.#texts[slot] = this.#rows.name(slot);
        return;
      case 'services':
        this.#texts[slot] = this.#rows.services(slot).join('\n');
        return;
      case 'run':
        this.#texts[slot] = this.#rows.run(slot);
        return;
      default:
        this.#texts[slot] = this.#rows.attribute(slot, sort.slice(ATTRIBUTE_GROUP.length));
    }
  }

  /** Once all are looked at: brings the texts of the members among slots `0 .. end` into order. */
  *rank(end: number, isMember: (slot: number) => boolean): Steps<void> {
    const { sort } = this.#query;
    if (this.#texts.length === 0) return;
    const texts = new Set<string>();
    let isNumber = sort.startsWith(ATTRIBUTE_GROUP);
    for (let slot = 0; slot < end; slot++) {
      if (slot % CHECKED_AT_ONCE === CHECKED_AT_ONCE - 1) yield;
      if (!isMember(slot)) continue;
      const text = this.#texts[slot] ?? '';
      if (this.#isMissing(text)) continue;
      texts.add(text);
      if (isNumber) isNumber = !Number.isNaN(numberIn(text));
    }
    if (isNumber) return;
    this.#ranks = new TextRanks();
    yield* this.#ranks.reset(texts);
  }

  /** Makes room for members that changed; false where all has to be sorted anew, as when a text comes among numbers. */
  take(members: readonly number[]): boolean {
    const texts = members.map((slot) => this.#texts[slot] ?? '').filter((text) => !this.#isMissing(text));
    if (this.#texts.length === 0) return true;
    return this.#ranks ? this.#ranks.add(texts) : !texts.some((text) => Number.isNaN(numberIn(text)));
  }

  /** Number of a trace in the order; NaN without a value. */
  of(slot: number): number {
    if (this.#query.sort === 'tokens') return this.#numbers[slot] ?? NaN;
    const text = this.#texts[slot] ?? '';
    if (this.#isMissing(text)) return NaN;
    return this.#ranks ? (this.#ranks.rankOf(text) ?? 0) : numberIn(text);
  }

  /** Every trace has a name and services, be they empty. */
  #isMissing(text: string): boolean {
    return text === '' && this.#query.sort !== 'name' && this.#query.sort !== 'services';
  }
}
