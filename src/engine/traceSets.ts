import { ATTRIBUTE_GROUP, type ListBrush, type ListGroup } from '../core/list/listQuery.ts';
import { groupTextOf, isInBrush } from '../core/list/listSets.ts';
import type { TraceId } from '../core/model/ids.ts';
import type { CancelSignal } from '../protocol/channel.ts';
import type { TraceSet } from '../protocol/compareApi.ts';
import type { EngineStore } from './engineStore.ts';
import type { Params } from './params.ts';
import type { TraceFilters } from './traceFilters.ts';

const MOST_IDS = 1000;
const NS_PER_MS = 1e6;
/** Where the slow trace is no slower than half of the others. */
const AS_SLOW = 0.8;
/** Durations of which one is so many times the other are not of a kind. */
const GAP = 1.5;

/** Ids of a set's traces, in the order of their slots; rejects with `cancelled`, or `invalid` for a filter that is none. */
export async function idsOfSet(
  store: EngineStore,
  filters: TraceFilters,
  set: TraceSet,
  signal: CancelSignal,
): Promise<readonly TraceId[]> {
  const matches = await filters.bring(set.filter, signal);
  const rows = store.rows();
  const only = set.traceIds && new Set(set.traceIds);
  const groupText = set.group ? groupTextOf(rows, set.group.by) : undefined;
  const slots: number[] = [];
  for (let slot = 0; slot < rows.end; slot++) {
    if (!rows.isShown(slot) || rows.noise(slot) !== 0) continue;
    if (only && !only.has(rows.idOf(slot))) continue;
    if (groupText && groupText(slot) !== set.group?.text) continue;
    if (!isInBrush(set.brush, rows.originMs + rows.startNs(slot) / NS_PER_MS, rows.durationNs(slot))) continue;
    if (matches(slot)) slots.push(slot);
  }
  const least =
    set.asSlowAs === null
      ? -Infinity
      : leastAsSlow(
          slots.map((slot) => rows.durationNs(slot)),
          set.asSlowAs,
        );
  return slots.filter((slot) => rows.durationNs(slot) >= least).map((slot) => rows.idOf(slot));
}

/** The shortest duration, ns, that counts as being as slow as `slow` among `durations`; see `TraceSet`. */
function leastAsSlow(durations: readonly number[], slow: number): number {
  const sorted = durations.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const median = Math.max(1, sorted[middle] ?? 0);
  if (median >= slow) return AS_SLOW * slow;
  let [least, widest] = [Math.sqrt(median * slow), GAP];
  for (let at = middle; at + 1 < sorted.length; at++) {
    const [below = 0, above = 0] = sorted.slice(at, at + 2);
    if (above > slow) break;
    const gap = above / Math.max(1, below);
    if (gap > widest) [least, widest] = [above, gap];
  }
  return least;
}

/** A set of traces as a page asks for it. */
export function readTraceSet(read: Params): TraceSet {
  return {
    filter: read.text('filter'),
    brush: read.isNull('brush') ? null : readBrush(read.inside('brush')),
    group: read.isNull('group') ? null : readGroup(read.inside('group')),
    traceIds: read.isNull('traceIds') ? null : read.traceIds('traceIds', MOST_IDS),
    asSlowAs: read.isNull('asSlowAs') ? null : read.number('asSlowAs'),
  };
}

function readBrush(read: Params): ListBrush {
  const side = (key: string): number | null => (read.isNull(key) ? null : read.number(key));
  return { fromMs: side('fromMs'), toMs: side('toMs'), minNs: side('minNs'), maxNs: side('maxNs') };
}

function readGroup(read: Params): NonNullable<TraceSet['group']> {
  const by = read.text('by');
  const text = read.text('text');
  if (by.startsWith(ATTRIBUTE_GROUP)) return { by: by as Exclude<ListGroup, ''>, text };
  return { by: read.oneOf('by', ['name', 'service', 'run', 'process', 'test']), text };
}
