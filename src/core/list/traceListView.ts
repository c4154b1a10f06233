import { resized } from '../store/resized.ts';
import type { Steps } from '../statistics/steps.ts';
import type { TraceRows } from '../store/traceRows.ts';
import { ListGroups } from './listGroups.ts';
import type { HeldTime, ListQuery } from './listQuery.ts';
import { groupTextOf, isInBrush, testResultOf } from './listSets.ts';
import { rankOf } from './percentileRank.ts';
import { SlotOrder } from './slotOrder.ts';
import { SortKeys } from './sortKeys.ts';

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
  readonly #keys: SortKeys;
  /** Texts being brought into order, once all slots are looked at. */
  #ranking: Steps<void> | undefined;
  /** Changed slots being looked at, and the next of them. */
  #taking: { readonly slots: readonly number[]; next: number } | undefined;
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
    this.#keys = new SortKeys(rows, query);
    this.groups = query.group === '' ? undefined : groupsOf(this);
  }

  /** What {@link TraceRows.takeChanges} said; taken up at the next {@link step}. */
  changed(slots: 'all' | readonly number[]): void {
    if (slots === 'all' || this.#pending.length + slots.length > Math.max(4096, this.rows.end)) {
      this.#pendingAll = true;
      this.#pending = [];
      this.#taking = undefined;
      this.#cursor = -1;
    } else for (const slot of slots) this.#pending.push(slot);
  }

  /**
   * Takes up changes. `isOver` says when others must have their turn; false when not all was taken up, and the list still
   * stands as before.
   */
  step(isOver: () => boolean): boolean {
    for (;;) {
      if (this.#pendingAll) {
        if (!this.#lookAtAll(isOver)) return false;
      } else if (this.#taking !== undefined || this.#pending.length > 0) {
        if (!this.#takeUp(isOver)) return false;
      } else return true;
    }
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
      this.#keys.reset();
      this.#ranking = undefined;
    }
    this.#grow();
    while (this.#cursor < rows.end) {
      const until = Math.min(rows.end, this.#cursor + this.#keys.atOnce);
      for (let slot = this.#cursor; slot < until; slot++) this.#look(slot);
      this.#cursor = until;
      if (this.#cursor < rows.end && isOver()) return false;
    }
    const { end } = rows;
    this.#ranking ??= this.#keys.rank(end, this.isListed);
    while (this.#ranking.next().done !== true) if (isOver()) return false;
    this.#ranking = undefined;
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

  /** Looks at what changed, then puts it in its place; goes on where it stopped. */
  #takeUp(isOver: () => boolean): boolean {
    this.#taking ??= { slots: this.#startTaking(), next: 0 };
    const { slots } = this.#taking;
    while (this.#taking.next < slots.length) {
      const until = Math.min(slots.length, this.#taking.next + this.#keys.atOnce);
      for (const slot of slots.slice(this.#taking.next, until)) this.#look(slot);
      this.#taking.next = until;
      if (until < slots.length && isOver()) return false;
    }
    this.#taking = undefined;
    if (!this.#keys.take(slots.filter(this.isListed))) {
      this.changed('all');
      return true;
    }
    const { end } = this.rows;
    const isChanged = this.#isChanged;
    this.main.update(slots, isChanged, end, this.isListed, this.#keyOf);
    this.byDuration.update(slots, isChanged, end, this.#isMeasuredAndListed, (slot) => this.durationNs[slot]!);
    this.noise.update(slots, isChanged, end, this.#isNoise, (slot) => -this.startNs[slot]!);
    this.others.update(slots, isChanged, end, this.#isOther, (slot) => -this.startNs[slot]!);
    for (const slot of slots) isChanged[slot] = 0;
    if (this.groups?.isStale === true) this.changed('all');
    this.#moved();
    return true;
  }

  /** The slots that changed, each once. */
  #startTaking(): readonly number[] {
    this.#grow();
    const isChanged = this.#isChanged;
    isChanged.fill(0);
    const changed: number[] = [];
    for (const slot of this.#pending) {
      if (slot >= isChanged.length || isChanged[slot] === 1) continue;
      isChanged[slot] = 1;
      changed.push(slot);
    }
    this.#pending = [];
    return changed;
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
    this.#keys.look(slot);
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
    // Those without a value come last, whichever way the list is turned.
    if (Number.isNaN(key)) return Infinity;
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
      default:
        return this.#keys.of(slot);
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

function groupsOf(view: TraceListView): ListGroups {
  const { rows, query } = view;
  const resultOf = query.group === 'test' ? testResultOf(rows) : undefined;
  return new ListGroups(view, groupTextOf(rows, query.group), resultOf);
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
