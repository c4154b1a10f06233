import { hashIds } from './handleIndex.ts';
import { SUPERSEDED } from './spanColumns.ts';
import type { StoreState } from './storeState.ts';

/**
 * Gives back what the trace table and the lists of handles took for traces that are gone. Without it one flood of small
 * traces would take its room from the spans for good, as it counts against the same limit. Costs a pass over the held
 * spans, after three of four traces went.
 */
export function compactTraces(state: StoreState): void {
  const { traces } = state;
  traces.compactLists();
  if (!traces.isSparse) return;
  const isLast = (slot: number, atMs: number): boolean => traces.isHeld(slot) && traces.lastArrivalMs[slot] === atMs;
  state.settling.keepLast(isLast);
  state.settlingRootless.keepLast(isLast);
  const moved = traces.compact();
  state.changes.renumber(moved);
  state.settling.renumber(moved);
  state.settlingRootless.renumber(moved);
  state.columns.renumber(moved);
  renumberSpans(state, moved);
}

function renumberSpans(state: StoreState, moved: Uint32Array): void {
  const { ring, spanIndex, traces } = state;
  for (const { base, spans } of ring.segments) {
    for (let index = 0; index < spans.count; index++) {
      const from = spans.trace[index]!;
      if (from < traces.count) continue;
      const to = moved[from]!;
      spans.trace[index] = to;
      if ((spans.bits[index]! & SUPERSEDED) !== 0) continue;
      const idHi = spans.idHi[index]!;
      const idLo = spans.idLo[index]!;
      const hash = hashIds(from, idHi, idLo, state.seed);
      const handle = base + index;
      let at = spanIndex.first(hash);
      while (at >= 0 && spanIndex.handleAt(at) !== handle) at = spanIndex.next(hash, at);
      if (at >= 0) spanIndex.remove(at);
      spanIndex.add(hashIds(to, idHi, idLo, state.seed), handle);
    }
  }
}
