import type { TraceId } from '../model/ids.ts';
import type { SourceHints } from '../model/source.ts';
import { readHints } from './spanHints.ts';
import type { StoreState } from './storeState.ts';
import { spanIdOf } from './traceSummaries.ts';

/** Spans looked at: services that come later than these are not asked. */
const MOST_SPANS = 20_000;

/** Hints of the first span of each service, in order of arrival; nothing of the trace is put together for it. */
export function readServiceHints(state: StoreState, slot: number, traceId: TraceId, limit: number): SourceHints[] {
  const { traces } = state;
  const most = Math.min(limit, traces.shownServices[slot]!.length);
  const count = Math.min(traces.spans[slot]!, MOST_SPANS);
  const asked = new Set<string>();
  const found: SourceHints[] = [];
  let lastSegment: unknown;
  let lastOrigin = -1;
  for (let position = 0; position < count && asked.size < most; position++) {
    const handle = traces.handleAt(slot, position);
    const segment = state.segmentOf(handle);
    if (segment === undefined) continue;
    const index = handle - segment.base;
    const origin = segment.spans.origin[index]!;
    if (segment === lastSegment && origin === lastOrigin) continue;
    lastSegment = segment;
    lastOrigin = origin;
    const service = segment.serviceOf(index);
    if (asked.has(service)) continue;
    asked.add(service);
    const hints = readHints(state, { traceId, spanId: spanIdOf(state, handle) });
    if (hints) found.push(hints);
  }
  return found;
}
