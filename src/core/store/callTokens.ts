import type { Steps } from '../statistics/steps.ts';
import type { Segment } from './segment.ts';
import { NONE } from './spanColumns.ts';
import type { StoreState } from './storeState.ts';
import { markCallers, MOST_CLIMB, tokensAt } from './traceTokens.ts';

/** Spans whose bytes are read between two yields. */
const READS_PER_STEP = 256;
/** For tokens: not read yet, and none named. */
const [UNREAD, UNNAMED] = [0, -1];

/** Tokens that spans name, read once from their bytes. */
export class CallTokens {
  /** By span: its tokens and one, {@link UNREAD} or {@link UNNAMED}. */
  private readonly columns = new WeakMap<Segment, Float64Array>();

  /**
   * Tells each span above a leaf model call, and the call itself, of the tokens of that call; what a caller says of the same
   * tokens is left out. `handles` are of spans that may be model calls; `added` is a new set for each leaf.
   */
  *addUp(
    state: StoreState,
    handles: readonly number[],
    add: (handle: number, tokens: number, added: Set<unknown>) => void,
  ): Steps<void> {
    const byTrace = new Map<number, Map<number, number>>();
    for (const [position, handle] of handles.entries()) {
      if (position % READS_PER_STEP === READS_PER_STEP - 1) yield;
      const segment = state.segmentOf(handle);
      const tokens = segment === undefined ? undefined : this.at(segment, handle - segment.base);
      if (segment === undefined || tokens === undefined) continue;
      const slot = segment.spans.trace[handle - segment.base]!;
      const calls = byTrace.get(slot) ?? new Map<number, number>();
      byTrace.set(slot, calls);
      calls.set(handle, tokens);
    }
    let told = 0;
    for (const calls of byTrace.values()) {
      const callers = new Set<number>();
      for (const call of calls.keys()) {
        if (++told % READS_PER_STEP === 0) yield;
        markCallers(state, slotOf(state, call), call, calls, callers);
      }
      for (const [call, tokens] of calls) {
        if (++told % READS_PER_STEP === 0) yield;
        if (callers.has(call)) continue;
        const added = new Set<unknown>();
        let handle = call;
        for (let climbed = 0; climbed < MOST_CLIMB && handle !== NONE; climbed++) {
          add(handle, tokens, added);
          handle = parentOf(state, handle);
        }
      }
    }
  }

  private at(segment: Segment, index: number): number | undefined {
    let column = this.columns.get(segment);
    if (column === undefined || column.length <= index) {
      const grown = new Float64Array(Math.max(segment.spans.count, Math.min(2 * (index + 1), segment.spans.capacity)));
      if (column) grown.set(column);
      column = grown;
      this.columns.set(segment, column);
    }
    const known = column[index]!;
    if (known !== UNREAD) return known === UNNAMED ? undefined : known - 1;
    const tokens = tokensAt(segment, index);
    column[index] = tokens === undefined ? UNNAMED : tokens + 1;
    return tokens;
  }
}

function slotOf(state: StoreState, handle: number): number {
  const segment = state.segmentOf(handle);
  return segment?.spans.trace[handle - segment.base] ?? 0;
}

function parentOf(state: StoreState, handle: number): number {
  const segment = state.segmentOf(handle);
  if (segment === undefined) return NONE;
  const index = handle - segment.base;
  const { spans } = segment;
  const [hi, lo] = [spans.parentHi[index]!, spans.parentLo[index]!];
  return (hi | lo) === 0 ? NONE : state.handleIn(spans.trace[index]!, hi, lo);
}
