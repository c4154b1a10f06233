import { spanIdText, type SpanId, type TraceId } from '../model/ids.ts';
import type { LinkingSpan, SpanRef } from '../model/span.ts';
import { SUPERSEDED } from './spanColumns.ts';
import { hexWord, traceIdWords, type StoreState } from './storeState.ts';

/** Goes through the spans held that link to a trace; those of traces hidden by `clear` are passed over. */
function eachLinkTo(
  state: StoreState,
  traceId: TraceId,
  take: (spanHi: number, spanLo: number, handle: number) => void,
): void {
  const [t0, t1, t2, t3] = traceIdWords(traceId);
  for (const segment of state.ring.segments) {
    const { links, spans } = segment;
    for (let link = links.nextTo(0, t0, t1, t2, t3); link >= 0; link = links.nextTo(link + 1, t0, t1, t2, t3)) {
      const source = links.sourceOf(link);
      if ((spans.bits[source]! & SUPERSEDED) !== 0 || state.traces.hiddenBy[spans.trace[source]!] !== 0) continue;
      take(links.word(link, 4), links.word(link, 5), segment.base + source);
    }
  }
}

/** Ids of the spans of a trace that spans held here link to. A scan of the links held: 1 ms for a million. */
export function linkedSpans(state: StoreState, traceId: TraceId): ReadonlySet<SpanId> {
  const ids = new Set<SpanId>();
  eachLinkTo(state, traceId, (hi, lo) => ids.add(spanIdText(hi, lo)));
  return ids;
}

/** Spans held that link to a span, in the order they came, at most `limit`; `total` counts all. */
export function linksTo(
  state: StoreState,
  { traceId, spanId }: SpanRef,
  limit: number,
): { readonly spans: readonly LinkingSpan[]; readonly total: number } {
  const [hi, lo] = [hexWord(spanId, 0), hexWord(spanId, 8)];
  const spans: LinkingSpan[] = [];
  let total = 0;
  eachLinkTo(state, traceId, (targetHi, targetLo, handle) => {
    if (targetHi !== hi || targetLo !== lo || total++ >= limit) return;
    const segment = state.segmentOf(handle)!;
    const index = handle - segment.base;
    spans.push({
      traceId: state.traces.idOf(segment.spans.trace[index]!),
      spanId: spanIdText(segment.spans.idHi[index]!, segment.spans.idLo[index]!),
      name: segment.nameOf(index),
      serviceName: segment.serviceOf(index),
    });
  });
  return { spans, total };
}
