import { resized } from '../store/resized.ts';
import type { TraceRows } from '../store/traceRows.ts';
import { ListGroups } from './listGroups.ts';
import type { HeldTime, ListQuery } from './listQuery.ts';
import { groupTextOf, isInBrush } from './listSets.ts';
import { rankOf } from './percentileRank.ts';
import { SlotOrder } from './slotOrder.ts';
import { TextRanks } from './textRanks.ts';

/** What a list is of, beside its query. */
export interface ListScope {
  /** Whether the filter takes the trace. */
  readonly matches: (slot: number) => boolean;
  /** Whether it is of a program of another window; such traces are folded. */
  readonly isOther: (slot: number) => boolean;
  /** Traces that came later wait; undefined when none do. */
  readonly lastBorn: number | undefined;
  /** Traces that a debugger held are left out of percentiles. */
  readonly held: readonly HeldTime[];
}

/** Where a trace stands. */
export const PLACE = { none: 0, member: 1, noise: 2, other: 3, waiting: 4 } as const;

/** Figures over the members a brush leaves. Durations in nanoseconds, -1 without a settled trace. */
export interface ListFigures {
  readonly count: number;
  readonly errors: number;
  /** Settled and not held by a debugger: percentiles are theirs. */
  readonly measured: number;
  readonly p50Ns: number;
  readonly p95Ns: number;
  readonly p99Ns: number;
}

/** Slots looked at between two questions whether it is time to let others go on. */
const SLICE = 512;

/**
 * One list, kept in order: the members by the query's sort, and by duration for percentiles; noise, and traces of other
 * programs, newest first. A change costs what changed, and a pass over numbers.
 */
export class TraceListView {
  readonly rows: TraceRows;
  readonly query: ListQuery;
  readonly #scope: ListScope;
  place = new Uint8Array(0);
  /** Snapshots of slots with a place, as the orders have them. */
  startNs = new Float64Array(0);
  durationNs = new Float64Array(0);
  hasErrors = new Uint8Array(0);
  isMeasured = new Uint8Array(0);
  rule = new Uint8Array(0);
  readonly counts = new Uint32Array(5);
  /** Noise by rule number. */
  readonly ruleCounts = new Uint32Array(256);
  readonly main: SlotOrder;
  readonly byDuration: SlotOrder;
  readonly noise: SlotOrder;
  readonly others: SlotOrder;
  readonly groups: ListGroups | undefined;
  readonly #ranks: TextRanks | undefined;
  readonly #text: string[] = [];
  #isChanged = new Uint8Array(0);
  #pending: number[] = [];
  #pendingAll = true;
  /** While all is looked at: the next slot. */
  #cursor = -1;
  /** Grows whenever something stands elsewhere. */
  revision = 0;
  #figures: ListFigures | undefined;

  constructor(rows: TraceRows, query: ListQuery, scope: ListScope) {
    this.rows = rows;
    this.query = query;
    this.#scope = scope;
    const newestFirst = (slot: number): number => -this.startNs[slot]!;
    this.main = new SlotOrder(newestFirst);
    this.byDuration = new SlotOrder(newestFirst);
    this.noise = new SlotOrder(newestFirst);
    this.others = new SlotOrder(newestFirst);
    this.#ranks = query.sort === 'name' || query.sort === 'services' ? new TextRanks() : undefined;
    this.groups = query.group === '' ? undefined : new ListGroups(this, groupTextOf(rows, query.group));
  }

  /** What {@link TraceRows.takeChanges} said; taken up at the next {@link step}. */
  changed(slots: 'all' | readonly number[]): void {
    if (slots === 'all' || this.#pending.length + slots.length > Math.max(4096, this.rows.end)) {
      this.#pendingAll = true;
      this.#pending = [];
      this.#cursor = -1;
    } else for (const slot of slots) this.#pending.push(slot);
  }

  /**
   * Takes up changes. `isOver` says when others must have their turn; false when not all was taken up, and the list still
   * stands as before.
   */
  step(isOver: () => boolean): boolean {
    if (this.#pendingAll && !this.#lookAtAll(isOver)) return false;
    if (this.#pending.length > 0) this.#takeUp();
    return true;
  }

  /** Traces at a {@link PLACE}, whatever the brush says. */
  countAt(place: number): number {
    return this.counts[place]!;
  }

  get figures(): ListFigures {
    return (this.#figures ??= figuresOf(this));
  }

  /** Members that came after the trace with this number. */
  countBornAfter(born: number): number {
    if (born >= this.rows.births) return 0;
    let count = 0;
    const { slots } = this.main;
    for (let i = 0; i < this.main.count; i++) if (this.rows.bornOf(slots[i]!) > born) count++;
    return count;
  }

  /** Whether a slot is a member that the brush leaves. */
  readonly isListed = (slot: number): boolean =>
    this.place[slot] === PLACE.member && isInBrush(this.query.brush, this.startMs(slot), this.durationNs[slot]!);

  readonly #isMeasuredAndListed = (slot: number): boolean => this.isMeasured[slot] === 1 && this.isListed(slot);

  readonly #isNoise = (slot: number): boolean => this.place[slot] === PLACE.noise;

  readonly #isOther = (slot: number): boolean => this.place[slot] === PLACE.other;

  /** Looks at every slot, then sorts; goes on where it stopped. */
  #lookAtAll(isOver: () => boolean): boolean {
    const { rows } = this;
    if (this.#cursor < 0) {
      this.#cursor = 0;
      this.counts.fill(0);
      this.ruleCounts.fill(0);
      this.place = new Uint8Array(0);
      this.groups?.reset();
      this.#text.length = 0;
    }
    this.#grow();
    while (this.#cursor < rows.end) {
      const until = Math.min(rows.end, this.#cursor + SLICE);
      for (let slot = this.#cursor; slot < until; slot++) this.#look(slot);
      this.#cursor = until;
      if (this.#cursor < rows.end && isOver()) return false;
    }
    const { end } = rows;
    if (this.#ranks) this.#ranks.reset(this.#members(this.isListed, (slot) => this.#text[slot] ?? ''));
    const none = new Uint32Array(0);
    const from = (isIn: (slot: number) => boolean): Uint32Array => {
      const slots = new Uint32Array(end);
      let count = 0;
      for (let slot = 0; slot < end; slot++) if (isIn(slot)) slots[count++] = slot;
      return count === 0 ? none : slots.slice(0, count);
    };
    this.main.rebuild(from(this.isListed), end, this.#keyOf);
    this.byDuration.rebuild(from(this.#isMeasuredAndListed), end, (slot) => this.durationNs[slot]!);
    this.noise.rebuild(from(this.#isNoise), end, (slot) => -this.startNs[slot]!);
    this.others.rebuild(from(this.#isOther), end, (slot) => -this.startNs[slot]!);
    this.#pendingAll = false;
    this.#cursor = -1;
    this.#moved();
    return true;
  }

  *#members(isIn: (slot: number) => boolean, textOf: (slot: number) => string): Iterable<string> {
    for (let slot = 0; slot < this.rows.end; slot++) if (isIn(slot)) yield textOf(slot);
  }

  #takeUp(): void {
    this.#grow();
    const { end } = this.rows;
    const isChanged = this.#isChanged;
    const changed: number[] = [];
    for (const slot of this.#pending) {
      if (slot >= isChanged.length || isChanged[slot] === 1) continue;
      isChanged[slot] = 1;
      changed.push(slot);
    }
    this.#pending = [];
    for (const slot of changed) {
      this.#look(slot);
      // No number is left between two names: all is sorted anew at the next step.
      if (this.#ranks && this.isListed(slot) && this.#ranks.rankOf(this.#text[slot] ?? '') === undefined) {
        this.changed('all');
      }
    }
    this.main.update(changed, isChanged, end, this.isListed, this.#keyOf);
    this.byDuration.update(changed, isChanged, end, this.#isMeasuredAndListed, (slot) => this.durationNs[slot]!);
    this.noise.update(changed, isChanged, end, this.#isNoise, (slot) => -this.startNs[slot]!);
    this.others.update(changed, isChanged, end, this.#isOther, (slot) => -this.startNs[slot]!);
    for (const slot of changed) isChanged[slot] = 0;
    if (this.groups?.isStale === true) this.changed('all');
    this.#moved();
  }

  #moved(): void {
    this.revision++;
    this.#figures = undefined;
    this.groups?.moved();
  }

  /** Takes a slot's figures anew. */
  #look(slot: number): void {
    const { rows } = this;
    const before = this.place[slot]!;
    this.counts[before]!--;
    if (before === PLACE.noise) this.ruleCounts[this.rule[slot]!]!--;
    const place = this.#placeOf(slot);
    this.place[slot] = place;
    this.counts[place]!++;
    if (place === PLACE.none || place === PLACE.waiting) return;
    this.startNs[slot] = rows.startNs(slot);
    this.durationNs[slot] = rows.durationNs(slot);
    if (place === PLACE.noise) this.ruleCounts[(this.rule[slot] = rows.noise(slot))]!++;
    if (place !== PLACE.member) return;
    this.hasErrors[slot] = rows.errors(slot) > 0 ? 1 : 0;
    this.isMeasured[slot] = rows.isSettled(slot) && !this.#wasHeld(slot) ? 1 : 0;
    if (this.#ranks) {
      this.#text[slot] = this.query.sort === 'name' ? rows.name(slot) : rows.services(slot).join('\n');
    }
    this.groups?.look(slot);
  }

  #placeOf(slot: number): number {
    const { rows } = this;
    const scope = this.#scope;
    if (!rows.isShown(slot)) return PLACE.none;
    if (scope.lastBorn !== undefined && rows.bornOf(slot) > scope.lastBorn) return PLACE.waiting;
    if (!scope.matches(slot)) return PLACE.none;
    if (scope.isOther(slot)) return PLACE.other;
    return rows.noise(slot) > 0 ? PLACE.noise : PLACE.member;
  }

  /** Milliseconds since the epoch at which a listed trace starts. */
  startMs(slot: number): number {
    return this.rows.originMs + this.startNs[slot]! / 1e6;
  }

  #wasHeld(slot: number): boolean {
    const { held } = this.#scope;
    if (held.length === 0) return false;
    const from = this.startMs(slot);
    const to = from + this.durationNs[slot]! / 1e6;
    return held.some(({ fromMs, toMs }) => fromMs <= to && (toMs === null || toMs >= from));
  }

  readonly #keyOf = (slot: number): number => {
    const key = this.#plainKeyOf(slot);
    return this.query.descending ? -key : key;
  };

  #plainKeyOf(slot: number): number {
    switch (this.query.sort) {
      case 'start':
        return this.startNs[slot]!;
      case 'duration':
        return this.durationNs[slot]!;
      case 'spans':
        return this.rows.spans(slot);
      case 'errors':
        return this.rows.errors(slot);
      case 'name':
      case 'services':
        return this.#ranks?.rankOf(this.#text[slot] ?? '') ?? 0;
    }
  }

  #grow(): void {
    const { end } = this.rows;
    if (this.place.length >= end) return;
    const room = Math.max(256, Math.ceil(end * 1.5));
    this.place = resized(this.place, room);
    this.hasErrors = resized(this.hasErrors, room);
    this.isMeasured = resized(this.isMeasured, room);
    this.rule = resized(this.rule, room);
    this.startNs = resized(this.startNs, room);
    this.durationNs = resized(this.durationNs, room);
    this.#isChanged = new Uint8Array(room);
  }
}

function figuresOf(view: TraceListView): ListFigures {
  const { main, byDuration } = view;
  let errors = 0;
  for (let i = 0; i < main.count; i++) errors += view.hasErrors[main.slots[i]!]!;
  const at = (share: number): number => durationAt(view, share);
  return { count: main.count, errors, measured: byDuration.count, p50Ns: at(0.5), p95Ns: at(0.95), p99Ns: at(0.99) };
}

/** The nearest-rank percentile, nanoseconds; -1 when nothing was measured. */
function durationAt(view: TraceListView, share: number): number {
  const { byDuration } = view;
  if (byDuration.count === 0) return -1;
  return view.durationNs[byDuration.slots[rankOf(share, byDuration.count)]!]!;
}
