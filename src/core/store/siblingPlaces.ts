import type { SourceHints } from '../model/source.ts';
import { NONE } from './spanColumns.ts';
import { isBefore, MAX_SIBLINGS, MAX_SPANS } from './spanHints.ts';
import type { StoreState } from './storeState.ts';

/**
 * Where each span of a trace stands, by its start, among those of its name under its parent: what {@link SourceHints.sibling}
 * says, of all spans at the cost of one look at each. Empty for traces of too many spans.
 */
export function siblingPlaces(
  state: StoreState,
  slot: number,
): ReadonlyMap<number, NonNullable<SourceHints['sibling']>> {
  const places = new Map<number, NonNullable<SourceHints['sibling']>>();
  const total = state.traces.spans[slot]!;
  if (total > MAX_SPANS) return places;
  const groups = new Map<string, number[]>();
  for (let position = 0; position < total; position++) {
    const handle = state.traces.handleAt(slot, position);
    const segment = handle === NONE ? undefined : state.segmentOf(handle);
    if (segment === undefined) continue;
    const index = handle - segment.base;
    const { parentHi, parentLo } = segment.spans;
    const key = `${String(parentHi[index])} ${String(parentLo[index])} ${segment.nameOf(index)}`;
    const group = groups.get(key);
    if (group) group.push(handle);
    else groups.set(key, [handle]);
  }
  for (const group of groups.values()) {
    if (group.length > MAX_SIBLINGS) continue;
    group.sort((a, b) => (startsBefore(state, a, b) ? -1 : 1));
    group.forEach((handle, index) => places.set(handle, { index, count: group.length }));
  }
  return places;
}

function startsBefore(state: StoreState, a: number, b: number): boolean {
  const [left, right] = [state.segmentOf(a)!, state.segmentOf(b)!];
  return isBefore(left.spans, a - left.base, right.spans, b - right.base, a < b);
}
