import type { SpanRef } from '../model/span.ts';
import { nearestRank, select } from '../statistics/orderStatistic.ts';
import { SPANS_PER_STEP, type Steps } from '../statistics/steps.ts';
import type { Segment } from './segment.ts';
import { NONE, SUPERSEDED } from './spanColumns.ts';
import { SPAN_BIT } from './storeReader.ts';
import type { StoreState } from './storeState.ts';
import { spanIdOf } from './traceSummaries.ts';
import { tokensAt } from './traceTokens.ts';

const TWO_32 = 2 ** 32;
const STATUS_ERROR = 2;
/** Newest calls of a group that are named one by one. */
const LAST_CALLS = 5;
/** Calls of a group whose tokens are read, the newest: each costs a look at its bytes. */
const MOST_TOKEN_READS = 500;

/** Spans of some kinds that count as calls of one place in the code. */
export interface CallGroup {
  /** Ids of signatures. */
  readonly ids: readonly number[];
  /** When that code was edited last, milliseconds since the epoch; 0 for not. */
  readonly editedMs: number;
}

/** Calls of one place in the code. Durations by nearest rank, exact. */
export interface CallFigures {
  readonly calls: number;
  readonly errors: number;
  readonly p50Ns: number;
  readonly p95Ns: number;
  readonly maxNs: number;
  /** Tokens that the spans themselves name; a sum of the newest calls only where `tokensPartial`. */
  readonly tokens: number;
  readonly tokensPartial: boolean;
  /** `current`: of the code as it stands; `edited`: all calls are from before its last edit; `run`: all are of earlier runs. */
  readonly state: 'current' | 'edited' | 'run';
  /** They are those of the process that runs now, as resources tell. */
  readonly thisRun: boolean;
  /** End of the last call, milliseconds since the epoch. */
  readonly lastMs: number;
  /** Newest first, at most five. */
  readonly last: readonly SpanRef[];
  readonly slowest: SpanRef;
}

/** Calls on one side of the time from which a group counts as current. */
class Calls {
  count = 0;
  errors = 0;
  durations = new Float64Array(64);
  maxNs = -1;
  slowest = NONE;
  tokens = 0;
  tokenReads = 0;
  tokensPartial = false;
  /** Newest first. */
  readonly last: { readonly endMs: number; readonly handle: number }[] = [];

  add(segment: Segment, index: number, startMs: number): void {
    const { spans } = segment;
    const handle = segment.base + index;
    const durationNs = spans.durationNs[index]!;
    if (this.count === this.durations.length) {
      const grown = new Float64Array(4 * this.count);
      grown.set(this.durations);
      this.durations = grown;
    }
    this.durations[this.count++] = durationNs;
    if (spans.status[index] === STATUS_ERROR) this.errors++;
    if (durationNs > this.maxNs) [this.maxNs, this.slowest] = [durationNs, handle];
    this.addLast(startMs + durationNs / 1e6, handle);
    if ((spans.bits[index]! & SPAN_BIT.hasModel) === 0) return;
    if (this.tokenReads++ < MOST_TOKEN_READS) this.tokens += tokensAt(segment, index) ?? 0;
    else this.tokensPartial = true;
  }

  private addLast(endMs: number, handle: number): void {
    const { last } = this;
    if (last.length === LAST_CALLS && endMs <= last[LAST_CALLS - 1]!.endMs) return;
    const place = last.findIndex((each) => each.endMs < endMs);
    last.splice(place < 0 ? last.length : place, 0, { endMs, handle });
    if (last.length > LAST_CALLS) last.pop();
  }
}

interface Group {
  readonly current: Calls;
  readonly older: Calls;
  thisRun: boolean;
  readonly edited: boolean;
}

/** A kind's group, and from when on its calls are of the code and the process that run now. */
interface Wanted {
  readonly group: Group;
  readonly sinceMs: number;
}

/**
 * What groups of kinds of span cost, over all spans that are held and shown; null for a group without calls. Where a
 * service's processes are told apart, calls count as current when the newest process made them and, after an edit, when it
 * started after the edit; else when they began after the edit. `runStarts`: when a service's runs began, milliseconds, oldest
 * first. Spans without an end are passed over. Costs one look at a few columns of each span.
 */
export function* callFigures(
  state: StoreState,
  groups: readonly CallGroup[],
  runStarts: (service: string) => readonly number[],
): Steps<readonly (CallFigures | null)[]> {
  const made = groups.map(({ editedMs }): Group => ({
    current: new Calls(),
    older: new Calls(),
    thisRun: true,
    edited: editedMs > 0,
  }));
  const wanted = wantedKinds(state, groups, made, runStarts);
  const names = new Set(Array.from(wanted.values(), ({ name }) => name));
  // Newest first: what is read of the newest only is.
  for (const segment of [...state.ring.segments].reverse()) yield* readSegment(state, segment, wanted, names);
  return made.map((group) => figuresOf(state, group));
}

function wantedKinds(
  state: StoreState,
  groups: readonly CallGroup[],
  made: readonly Group[],
  runStarts: (service: string) => readonly number[],
): ReadonlyMap<number, Wanted & { readonly name: string }> {
  const groupOf = new Map<number, number>();
  groups.forEach(({ ids }, index) => {
    for (const id of ids) groupOf.set(id, index);
  });
  const wanted = new Map<number, Wanted & { readonly name: string }>();
  for (const { id, hints } of state.signatures.signatures) {
    const index = groupOf.get(id);
    if (index === undefined) continue;
    const group = made[index]!;
    const { editedMs } = groups[index]!;
    const lastRunMs = runStarts(hints.serviceName).at(-1);
    if (lastRunMs === undefined) group.thisRun = false;
    // A process that began before the edit goes on running what was there before.
    const sinceMs = lastRunMs === undefined ? editedMs : lastRunMs >= editedMs ? lastRunMs : Infinity;
    wanted.set(id, { group, sinceMs, name: hints.spanName });
  }
  return wanted;
}

function* readSegment(
  state: StoreState,
  segment: Segment,
  wanted: ReadonlyMap<number, Wanted>,
  names: ReadonlySet<string>,
): Steps<void> {
  const { spans } = segment;
  const { hiddenBy } = state.traces;
  /** By name: 0 not looked at, 1 no, 2 yes. */
  const isWanted = new Uint8Array(segment.names.count);
  const byTuple = new Map<string, Wanted | undefined>();
  for (let index = spans.count - 1, left = SPANS_PER_STEP; index >= 0; index--) {
    if (left-- === 0) {
      left = SPANS_PER_STEP;
      yield;
    }
    const name = spans.name[index]!;
    if (name === NONE || name >= isWanted.length) continue;
    if (isWanted[name] === 0) isWanted[name] = names.has(segment.names.text(name)) ? 2 : 1;
    if (isWanted[name] === 1) continue;
    if ((spans.bits[index]! & (SUPERSEDED | SPAN_BIT.unfinished)) !== 0) continue;
    if (hiddenBy[spans.trace[index]!] !== 0) continue;
    const tuple = `${String(spans.origin[index])} ${String(name)} ${String(spans.code[index])}`;
    let kind = byTuple.get(tuple);
    if (kind === undefined && !byTuple.has(tuple)) {
      kind = wanted.get(state.signatures.find(segment, index)?.id ?? 0);
      byTuple.set(tuple, kind);
    }
    if (kind === undefined) continue;
    const startMs = spans.startHi[index]! * (TWO_32 / 1e6) + spans.startLo[index]! / 1e6;
    (startMs >= kind.sinceMs ? kind.group.current : kind.group.older).add(segment, index, startMs);
  }
}

function figuresOf(state: StoreState, group: Group): CallFigures | null {
  const isCurrent = group.current.count > 0;
  const calls = isCurrent ? group.current : group.older;
  const { count, durations, errors, maxNs, tokens, tokensPartial, last } = calls;
  const at = (q: number): number => select(durations, 0, count, nearestRank(count, q));
  const refs = last.flatMap(({ handle }) => refOf(state, handle));
  const [slowest] = refOf(state, calls.slowest);
  if (count === 0 || slowest === undefined || refs.length === 0) return null;
  return {
    calls: count,
    errors,
    p50Ns: at(0.5),
    p95Ns: at(0.95),
    maxNs,
    tokens,
    tokensPartial,
    state: isCurrent ? 'current' : group.edited ? 'edited' : 'run',
    thisRun: group.thisRun && isCurrent,
    lastMs: Math.round(last[0]?.endMs ?? 0),
    last: refs,
    slowest,
  };
}

/** None when it was evicted since it was looked at. */
function refOf(state: StoreState, handle: number): readonly SpanRef[] {
  const segment = state.segmentOf(handle);
  if (segment === undefined) return [];
  const slot = segment.spans.trace[handle - segment.base]!;
  return [{ traceId: state.traces.idOf(slot), spanId: spanIdOf(state, handle) }];
}
