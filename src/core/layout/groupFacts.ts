import { SPAN_BIT } from '../store/storeReader.ts';
import type { RowOrder } from './rowOrder.ts';

/** Stretches a group's extent is divided into for its density. */
export const DENSITY_STEPS = 200;
/** Errors whose time is told, so that each can be seen in a bar some hundred pixels wide. */
const MOST_ERROR_TIMES = 64;
const MOST_SERVICES = 16;
const STATUS_ERROR = 2;

/** What the members of a group have in common. Times are nanoseconds from the trace's start. */
export interface GroupFacts {
  readonly count: number;
  readonly beginNs: number;
  readonly endNs: number;
  /** Sum of the members' durations, and of their self times. */
  readonly totalNs: number;
  readonly selfNs: number;
  /** Of the members' durations; percentiles by nearest rank. */
  readonly minNs: number;
  readonly medianNs: number;
  readonly p95Ns: number;
  readonly maxNs: number;
  /** Spans in error among the members and below them, and where the first of them are. */
  readonly errorCount: number;
  readonly errorTimes: readonly number[];
  readonly unfinishedCount: number;
  /** How many members ran in each of {@link DENSITY_STEPS} equal parts of the extent, 255 for the most. */
  readonly density: Uint8Array<ArrayBuffer>;
  /** Of the members, in order of first appearance, as the tree numbers them. */
  readonly services: readonly number[];
  /** Kinds of the members, or-ed as `1 << kind`. */
  readonly kinds: number;
}

/** Sums up groups of one order of rows when they are looked at; each once. */
export class GroupBook {
  readonly #order: RowOrder;
  readonly #facts = new Map<number, GroupFacts>();
  /** By position: errors before it. */
  #errorsBefore: Uint32Array | undefined;

  constructor(order: RowOrder) {
    this.#order = order;
  }

  /** Linear in the members, but for the first: counting errors is linear in the trace. */
  factsOf(group: number): GroupFacts {
    let facts = this.#facts.get(group);
    if (facts === undefined) {
      facts = this.#sumUp(group);
      this.#facts.set(group, facts);
    }
    return facts;
  }

  #sumUp(group: number): GroupFacts {
    const { tree, groups } = this.#order;
    const { indexAt, offsetNs, durationNs, bits, service, kind, descendants, selfNs } = tree;
    const positions = this.#order.spansBelow(groups!.place[group]!);
    const durations = new Float64Array(positions.length);
    const errorsBefore = (this.#errorsBefore ??= this.#countErrors());
    let [beginNs, endNs, totalNs, ownNs, errorCount, unfinishedCount, kinds] = [Infinity, 0, 0, 0, 0, 0, 0];
    const services = new Set<number>();
    for (let at = 0; at < positions.length; at++) {
      const position = positions[at]!;
      const index = indexAt[position]!;
      const begin = offsetNs[index]!;
      const duration = durationNs[index]!;
      durations[at] = duration;
      beginNs = Math.min(beginNs, begin);
      endNs = Math.max(endNs, begin + duration);
      totalNs += duration;
      ownNs += selfNs[position]!;
      errorCount += errorsBefore[position + descendants[position]! + 1]! - errorsBefore[position]!;
      if ((bits[index]! & SPAN_BIT.unfinished) !== 0) unfinishedCount++;
      if (services.size < MOST_SERVICES) services.add(service[index]!);
      kinds |= 1 << kind[index]!;
    }
    return {
      count: positions.length,
      beginNs,
      endNs,
      totalNs,
      selfNs: ownNs,
      ...spread(durations),
      errorCount,
      errorTimes: errorCount === 0 ? [] : this.#errorTimes(positions),
      unfinishedCount,
      density: this.#density(positions, beginNs, endNs),
      services: [...services],
      kinds,
    };
  }

  #countErrors(): Uint32Array {
    const { count, status, indexAt } = this.#order.tree;
    const before = new Uint32Array(count + 1);
    for (let position = 0; position < count; position++) {
      before[position + 1] = before[position]! + (status[indexAt[position]!] === STATUS_ERROR ? 1 : 0);
    }
    return before;
  }

  #errorTimes(positions: Uint32Array): number[] {
    const { indexAt, status, offsetNs, descendants } = this.#order.tree;
    const before = this.#errorsBefore!;
    const times: number[] = [];
    for (const position of positions) {
      const past = position + descendants[position]! + 1;
      if (before[past] === before[position]) continue;
      for (let at = position; at < past; at++) {
        if (status[indexAt[at]!] !== STATUS_ERROR) continue;
        if (times.push(offsetNs[indexAt[at]!]!) >= MOST_ERROR_TIMES) return times;
      }
    }
    return times;
  }

  #density(positions: Uint32Array, beginNs: number, endNs: number): Uint8Array<ArrayBuffer> {
    const { indexAt, offsetNs, durationNs } = this.#order.tree;
    const perNs = endNs > beginNs ? DENSITY_STEPS / (endNs - beginNs) : 0;
    // Members that cover a step from end to end are counted by where they come and go; the ends in part.
    const comes = new Float64Array(DENSITY_STEPS + 1);
    const parts = new Float64Array(DENSITY_STEPS + 1);
    for (const position of positions) {
      const index = indexAt[position]!;
      const from = Math.min(DENSITY_STEPS - 1e-6, (offsetNs[index]! - beginNs) * perNs);
      const to = Math.min(DENSITY_STEPS, Math.max(from, from + durationNs[index]! * perNs));
      const [first, last] = [Math.floor(from), Math.floor(to)];
      if (first === last) {
        // Of no length to speak of, it still ran.
        parts[first]! += Math.max(to - from, 1e-3);
        continue;
      }
      parts[first]! += first + 1 - from;
      parts[last]! += to - last;
      comes[first + 1]!++;
      comes[last]!--;
    }
    let running = 0;
    let most = 0;
    for (let step = 0; step < DENSITY_STEPS; step++) {
      running += comes[step]!;
      parts[step]! += running;
      most = Math.max(most, parts[step]!);
    }
    const density = new Uint8Array(DENSITY_STEPS);
    // What ran at all is to be seen.
    for (let step = 0; step < DENSITY_STEPS; step++) density[step] = Math.ceil((parts[step]! / most) * 255);
    return density;
  }
}

/** Changes the order of `values`. */
function spread(values: Float64Array): Pick<GroupFacts, 'minNs' | 'medianNs' | 'p95Ns' | 'maxNs'> {
  const rank = (share: number): number => Math.max(0, Math.ceil(values.length * share) - 1);
  return {
    medianNs: selectNth(values, rank(0.5)),
    p95Ns: selectNth(values, rank(0.95)),
    minNs: values.reduce((least, value) => Math.min(least, value), Infinity),
    maxNs: values.reduce((most, value) => Math.max(most, value), 0),
  };
}

/** The value that stands at `nth` in ascending order (Hoare's selection, median of three); linear as a rule. */
function selectNth(values: Float64Array, nth: number): number {
  let left = 0;
  let right = values.length - 1;
  let rounds = 0;
  while (right > left) {
    // Values drawn up to defeat the choice of pivots.
    if (++rounds > 64) return values.subarray(left, right + 1).sort()[nth - left]!;
    const [a, b, c] = [values[left]!, values[(left + right) >>> 1]!, values[right]!];
    const pivot = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    let [low, high] = [left, right];
    while (low <= high) {
      while (values[low]! < pivot) low++;
      while (values[high]! > pivot) high--;
      if (low <= high) {
        const value = values[low]!;
        values[low++] = values[high]!;
        values[high--] = value;
      }
    }
    if (nth <= high) right = high;
    else if (nth >= low) left = low;
    else break;
  }
  return values[nth]!;
}
