import { heldNs, heldStretches, type HeldPause, type HeldStretch } from '../layout/heldTime.ts';
import type { SpanRef } from '../model/span.ts';
import { nearestRank, select } from '../statistics/orderStatistic.ts';
import { SPANS_PER_STEP, type Steps } from '../statistics/steps.ts';
import type { Segment } from './segment.ts';
import { NONE, SUPERSEDED } from './spanColumns.ts';
import { SPAN_BIT } from './storeReader.ts';
import type { StoreState } from './storeState.ts';
import { spanIdOf } from './traceSummaries.ts';
import type { CallTokens } from './callTokens.ts';
import type { SpanKinds } from './spanKinds.ts';

const TWO_32 = 2 ** 32;
const STATUS_ERROR = 2;
/** Newest calls of a group that are named one by one. */
const LAST_CALLS = 5;
/** Model calls whose tokens are counted, the newest. */
const MOST_MODEL_CALLS = 100_000;

/** Spans of some kinds that count as calls of one place in the code. */
export interface CallGroup {
  /** Of {@link SpanKinds}. */
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
  /** Tokens of the model calls in them and below, each counted once; of the newest only where `tokensPartial`. */
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
  /** Newest first. */
  readonly last: { readonly endMs: number; readonly handle: number }[] = [];

  add(segment: Segment, index: number, startMs: number, held: readonly HeldStretch[]): void {
    const { spans } = segment;
    const handle = segment.base + index;
    const sentNs = spans.durationNs[index]!;
    const durationNs = held.length === 0 ? sentNs : sentNs - heldNs(held, startMs * 1e6, sentNs);
    if (this.count === this.durations.length) {
      const grown = new Float64Array(4 * this.count);
      grown.set(this.durations);
      this.durations = grown;
    }
    this.durations[this.count++] = durationNs;
    if (spans.status[index] === STATUS_ERROR) this.errors++;
    if (durationNs > this.maxNs) [this.maxNs, this.slowest] = [durationNs, handle];
    this.addLast(startMs + sentNs / 1e6, handle);
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

/** What a look at all spans leaves behind for the tokens. */
interface ModelCalls {
  /** Handles of spans that say something of a model, newest segment first. */
  readonly handles: number[];
  /** Traces with a call that counts. */
  readonly slots: Set<number>;
  partial: boolean;
}

/**
 * What groups of kinds of span cost, over all spans that are held and shown; null for a group without calls. Where a
 * service's processes are told apart, calls count as current when the newest process made them and, after an edit, when it
 * started after the edit; else when they began after the edit. `runStarts`: when a service's runs began, milliseconds, oldest
 * first. Time in which a debugger held a program is left out (`pauses`). Spans without an end are passed over, and those that `kinds` was not updated for. Costs one look at a few columns
 * of each span.
 */
export function* callFigures(
  kinds: SpanKinds,
  tokens: CallTokens,
  groups: readonly CallGroup[],
  runStarts: (service: string) => readonly number[],
  pauses: readonly HeldPause[] = [],
): Steps<readonly (CallFigures | null)[]> {
  const { state } = kinds;
  const made = groups.map(({ editedMs }): Group => ({
    current: new Calls(),
    older: new Calls(),
    thisRun: true,
    edited: editedMs > 0,
  }));
  const wanted = wantedKinds(kinds, groups, made, runStarts);
  const models: ModelCalls = { handles: [], slots: new Set(), partial: false };
  const held = heldStretches(pauses, '0', Infinity);
  for (const segment of [...state.ring.segments].reverse()) yield* readSegment(kinds, segment, wanted, models, held);
  const handles = models.handles.filter((handle) => {
    const segment = state.segmentOf(handle);
    return segment !== undefined && models.slots.has(segment.spans.trace[handle - segment.base]!);
  });
  const callsOf = (handle: number): Calls | undefined => {
    const segment = state.segmentOf(handle);
    const index = handle - (segment?.base ?? 0);
    const kind = segment && wanted.get(kinds.kindsIn(segment)?.[index] ?? 0);
    return kind && (startMsOf(segment, index) >= kind.sinceMs ? kind.group.current : kind.group.older);
  };
  yield* tokens.addUp(state, handles, (handle, count, added) => {
    const calls = callsOf(handle);
    if (calls === undefined || added.has(calls)) return;
    added.add(calls);
    calls.tokens += count;
  });
  return made.map((group) => figuresOf(state, group, models.partial));
}

function wantedKinds(
  kinds: SpanKinds,
  groups: readonly CallGroup[],
  made: readonly Group[],
  runStarts: (service: string) => readonly number[],
): ReadonlyMap<number, Wanted> {
  const wanted = new Map<number, Wanted>();
  groups.forEach(({ ids, editedMs }, index) => {
    const group = made[index]!;
    for (const id of ids) {
      const service = kinds.serviceOf(id);
      if (service === undefined) continue;
      const lastRunMs = runStarts(service).at(-1);
      if (lastRunMs === undefined) group.thisRun = false;
      // A process that began before the edit goes on running what was there before.
      const sinceMs = lastRunMs === undefined ? editedMs : lastRunMs >= editedMs ? lastRunMs : Infinity;
      wanted.set(id, { group, sinceMs });
    }
  });
  return wanted;
}

function* readSegment(
  kinds: SpanKinds,
  segment: Segment,
  wanted: ReadonlyMap<number, Wanted>,
  models: ModelCalls,
  held: readonly HeldStretch[],
): Steps<void> {
  const { spans } = segment;
  const { hiddenBy } = kinds.state.traces;
  const ids = kinds.kindsIn(segment);
  if (ids === undefined) return;
  for (let index = Math.min(spans.count, ids.length) - 1, left = SPANS_PER_STEP; index >= 0; index--) {
    if (left-- === 0) {
      left = SPANS_PER_STEP;
      yield;
    }
    const bits = spans.bits[index]!;
    if ((bits & SUPERSEDED) !== 0) continue;
    if ((bits & SPAN_BIT.hasModel) !== 0) {
      if (models.handles.length < MOST_MODEL_CALLS) models.handles.push(segment.base + index);
      else models.partial = true;
    }
    const id = ids[index]!;
    const kind = id === 0 ? undefined : wanted.get(id);
    if (kind === undefined || (bits & SPAN_BIT.unfinished) !== 0) continue;
    const slot = spans.trace[index]!;
    if (hiddenBy[slot] !== 0) continue;
    models.slots.add(slot);
    const startMs = startMsOf(segment, index);
    (startMs >= kind.sinceMs ? kind.group.current : kind.group.older).add(segment, index, startMs, held);
  }
}

function startMsOf({ spans }: Segment, index: number): number {
  return spans.startHi[index]! * (TWO_32 / 1e6) + spans.startLo[index]! / 1e6;
}

function figuresOf(state: StoreState, group: Group, partial: boolean): CallFigures | null {
  const isCurrent = group.current.count > 0;
  const calls = isCurrent ? group.current : group.older;
  const { count, durations, errors, maxNs, tokens, last } = calls;
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
    tokensPartial: partial && tokens > 0,
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
