import { TextMatcher } from '../find/textMatcher.ts';
import { ReadCache } from '../store/blockCodec.ts';
import type { Segment } from '../store/segment.ts';
import { SegmentSearch } from '../store/segmentSearch.ts';
import { logHandles } from '../store/spanLogs.ts';
import { LEAST_TRACE_DIGITS } from '../store/textSearch.ts';
import { SPAN_BIT } from '../store/storeReader.ts';
import type { StoreState } from '../store/storeState.ts';
import { spanIdOf } from '../store/traceSummaries.ts';
import { SegmentStep } from './columnSteps.ts';
import { PAUSE_EVERY, type FilterStep } from './filterStep.ts';
import { BySegment } from './segmentSpans.ts';

/** Opened units: spans are asked in the order they lie in. */
const CACHE_BYTES = 2 ** 20;

/**
 * A free text, in any case, wherever finding in a trace looks for it: the same word finds the same spans in the list and in
 * a trace. See {@link SegmentSearch} for the places.
 */
export function textStep(state: StoreState, text: string): FilterStep {
  if (text === '') return new SegmentStep(state, { cost: 0, pauseEvery: PAUSE_EVERY }, () => true);
  const query = { text, matchCase: false, wholeWord: false, regex: false };
  const matcher = new TextMatcher(query, () => {
    throw new Error('a text is no expression');
  });
  const cache = new ReadCache(state.codec, CACHE_BYTES);
  const searches = new BySegment((segment) => new SegmentSearch(segment, matcher, cache, 0));
  const { idPrefix } = matcher;
  const asksTrace = idPrefix.length >= LEAST_TRACE_DIGITS;
  const hasLog = (segment: Segment, index: number, handle: number): boolean => {
    const traceId = state.traces.idOf(segment.spans.trace[index]!);
    return logHandles(state, { traceId, spanId: spanIdOf(state, handle) }).some((log) => {
      const of = state.ring.segmentOf(log);
      return of !== undefined && searches.of(of).askLog(log - of.base) !== 0;
    });
  };
  return new SegmentStep(state, { cost: 60, pauseEvery: PAUSE_EVERY }, (segment, index, handle) => {
    const search = searches.of(segment);
    const { bits, trace } = segment.spans;
    return (
      search.askNamed(index) !== 0 ||
      (asksTrace && state.traces.idOf(trace[index]!).startsWith(idPrefix)) ||
      search.askSpan(index) !== 0 ||
      ((bits[index]! & SPAN_BIT.hasLogs) !== 0 && hasLog(segment, index, handle))
    );
  });
}
