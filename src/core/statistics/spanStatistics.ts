import type { DisplayTree } from '../layout/displayTree.ts';
import { nearestRank, selectSteps } from './orderStatistic.ts';
import { SPANS_PER_STEP, type Steps } from './steps.ts';

const STATUS_ERROR = 2;
/** No group has a slowest span that is not there. */
const NO_SPAN = -1;

/** A stretch of a trace, nanoseconds from its start; `endNs` is not part of it. */
export interface TimeWindow {
  readonly beginNs: number;
  readonly endNs: number;
}

/**
 * Numbers of groups of spans, by group number. Times in nanoseconds: `totalNs` is the sum of durations (spans that run
 * at the same time count each), `selfNs` of the time in which no child runs. Percentiles are exact, by nearest rank.
 */
export interface SpanStatistics {
  readonly groupCount: number;
  readonly count: Uint32Array;
  readonly errors: Uint32Array;
  readonly totalNs: Float64Array;
  readonly selfNs: Float64Array;
  readonly p50Ns: Float64Array;
  readonly p95Ns: Float64Array;
  readonly maxNs: Float64Array;
  /** Index of the longest span, -1 for a group without spans. */
  readonly slowest: Int32Array;
  /** Service of all its spans, or -1 when there are several. */
  readonly service: Int32Array;
  readonly allSelfNs: number;
  readonly spans: number;
}

/**
 * Statistics of the spans by group: `groupOf[index]` is a span's group, below `groupCount`. With a window only spans
 * that run in it count, and only by what of them lies inside: durations, self times and percentiles are of the clipped
 * spans; a span without length counts when it starts inside. Linear.
 */
export function* spanStatistics(
  tree: DisplayTree,
  groupOf: Uint32Array,
  groupCount: number,
  window?: TimeWindow,
): Steps<SpanStatistics> {
  const clipped = window === undefined ? undefined : yield* clip(tree, window);
  const durationNs = clipped?.durationNs ?? tree.durationNs;
  const selfAt = clipped?.selfNs ?? tree.selfNs;
  const count = new Uint32Array(groupCount);
  const errors = new Uint32Array(groupCount);
  const totalNs = new Float64Array(groupCount);
  const selfNs = new Float64Array(groupCount);
  const maxNs = new Float64Array(groupCount);
  const slowest = new Int32Array(groupCount).fill(NO_SPAN);
  const service = new Int32Array(groupCount).fill(NO_SPAN);
  let allSelfNs = 0;
  let spans = 0;
  for (let index = 0; index < tree.count; index++) {
    if (index % SPANS_PER_STEP === SPANS_PER_STEP - 1) yield;
    const length = durationNs[index]!;
    if (length < 0) continue;
    const group = groupOf[index]!;
    const self = selfAt[tree.positionOf[index]!]!;
    if (count[group] === 0) service[group] = tree.service[index]!;
    else if (service[group] !== tree.service[index]!) service[group] = NO_SPAN;
    count[group]!++;
    if (tree.status[index] === STATUS_ERROR) errors[group]!++;
    totalNs[group]! += length;
    selfNs[group]! += self;
    allSelfNs += self;
    spans++;
    if (slowest[group] === NO_SPAN || length > maxNs[group]!) {
      maxNs[group] = length;
      slowest[group] = index;
    }
  }
  const begin = new Uint32Array(groupCount + 1);
  for (let group = 0; group < groupCount; group++) begin[group + 1] = begin[group]! + count[group]!;
  const lengths = new Float64Array(spans);
  const next = begin.slice();
  for (let index = 0; index < tree.count; index++) {
    if (index % SPANS_PER_STEP === SPANS_PER_STEP - 1) yield;
    if (durationNs[index]! >= 0) lengths[next[groupOf[index]!]!++] = durationNs[index]!;
  }
  const p50Ns = new Float64Array(groupCount);
  const p95Ns = new Float64Array(groupCount);
  let selected = 0;
  for (let group = 0; group < groupCount; group++) {
    const [from, to] = [begin[group]!, begin[group + 1]!];
    if (from === to) continue;
    const p95 = from + nearestRank(to - from, 0.95);
    p95Ns[group] = yield* selectSteps(lengths, from, to, p95);
    p50Ns[group] = yield* selectSteps(lengths, from, p95 + 1, from + nearestRank(to - from, 0.5));
    selected += to - from;
    if (selected > SPANS_PER_STEP) {
      selected = 0;
      yield;
    }
  }
  return { groupCount, count, errors, totalNs, selfNs, p50Ns, p95Ns, maxNs, slowest, service, allSelfNs, spans };
}

interface Clipped {
  /** By index; -1 for spans outside. */
  readonly durationNs: Float64Array;
  /** By position. */
  readonly selfNs: Float64Array;
}

/** What of every span lies in the window; self time is what no child covers there. */
function* clip(tree: DisplayTree, { beginNs, endNs }: TimeWindow): Steps<Clipped> {
  const { count, indexAt, parentAt, offsetNs } = tree;
  const durationNs = new Float64Array(count).fill(-1);
  yield;
  const selfNs = new Float64Array(count);
  const coveredTo = new Float64Array(count);
  const endAt = new Float64Array(count);
  for (let position = 0; position < count; position++) {
    if (position % SPANS_PER_STEP === SPANS_PER_STEP - 1) yield;
    const index = indexAt[position]!;
    const offset = offsetNs[index]!;
    const begin = Math.max(beginNs, offset);
    const end = Math.min(endNs, offset + tree.durationNs[index]!);
    coveredTo[position] = begin;
    endAt[position] = end;
    const inside = lengthInside(offset, tree.durationNs[index]!, { beginNs, endNs });
    if (inside < 0) continue;
    durationNs[index] = inside;
    selfNs[position] = inside;
    const parent = parentAt[position]!;
    if (parent < 0) continue;
    const from = Math.max(begin, coveredTo[parent]!);
    const to = Math.min(end, endAt[parent]!);
    if (to > from) {
      selfNs[parent] = Math.max(0, selfNs[parent]! - (to - from));
      coveredTo[parent] = to;
    }
  }
  return { durationNs, selfNs };
}

/**
 * Indexes of a group's spans, the longest first and those of one length in order of arrival; `limit` at most. For a
 * window, spans that run in it, by what is inside.
 */
export function* slowestSpans(
  tree: DisplayTree,
  groupOf: Uint32Array,
  group: number,
  limit: number,
  window?: TimeWindow,
): Steps<Uint32Array> {
  const indexes = new Uint32Array(tree.count);
  const shortness = new Float64Array(tree.count);
  let found = 0;
  for (let index = 0; index < tree.count; index++) {
    if (index % SPANS_PER_STEP === SPANS_PER_STEP - 1) yield;
    if (groupOf[index] !== group) continue;
    const length = lengthInside(tree.offsetNs[index]!, tree.durationNs[index]!, window);
    if (length < 0) continue;
    indexes[found] = index;
    shortness[found++] = -length;
  }
  const most = found <= limit ? Infinity : yield* selectSteps(shortness.slice(0, found), 0, found, limit - 1);
  const longer: number[] = [];
  const alike: number[] = [];
  for (let at = 0; at < found; at++) {
    if (at % SPANS_PER_STEP === SPANS_PER_STEP - 1) yield;
    if (shortness[at]! < most) longer.push(at);
    else if (alike.length < limit) alike.push(at);
  }
  longer.sort((a, b) => shortness[a]! - shortness[b]! || a - b);
  longer.push(...alike.slice(0, limit - longer.length));
  return Uint32Array.from(longer, (at) => indexes[at]!);
}

/** How much of a span lies in the window; -1 when it does not run there. */
function lengthInside(offsetNs: number, durationNs: number, window: TimeWindow | undefined): number {
  if (window === undefined) return durationNs;
  const { beginNs, endNs } = window;
  const begin = Math.max(beginNs, offsetNs);
  const end = Math.min(endNs, offsetNs + durationNs);
  return end > begin || (end === begin && offsetNs >= beginNs && offsetNs < endNs) ? end - begin : -1;
}
