import { parseSpanId, parseTraceId, type SpanId, type TraceId } from '../core/model/ids.ts';
import type { StoreReader } from '../core/store/storeReader.ts';
import { idsInText } from './idsInText.ts';

export interface IdMatch {
  readonly traceId: TraceId;
  readonly spanId: SpanId | '';
  readonly name: string;
}

const MOST_MATCHES = 50;

/**
 * Held traces and spans that a pasted text names, best first: a span with its trace (both ids in the text), whole trace
 * ids, span ids, then beginnings of ids. At most 50, each once; a trace whose span was found is not listed again.
 */
export function findMatches(store: StoreReader, text: string): readonly IdMatch[] {
  const { whole, half, prefixes } = idsInText(text);
  const matches = new Map<string, IdMatch>();
  const add = (match: IdMatch): void => {
    const key = match.traceId + match.spanId;
    if (matches.size < MOST_MATCHES && !matches.has(key)) matches.set(key, match);
  };
  const traceIds = [...whole, ...half.map((id) => id.padStart(32, '0'))]
    .map(parseTraceId)
    .filter((id) => id !== undefined);
  const spanIds = half.map(parseSpanId).filter((id) => id !== undefined);
  const traced = new Set<TraceId>();
  for (const traceId of traceIds) {
    for (const spanId of spanIds) {
      const handle = store.handleOf({ traceId, spanId });
      if (handle === undefined) continue;
      traced.add(traceId);
      add({ traceId, spanId, name: store.nameOf(handle) });
    }
  }
  for (const traceId of traceIds) {
    const summary = traced.has(traceId) ? undefined : store.summary(traceId);
    if (summary) add({ traceId, spanId: '', name: summary.name });
  }
  for (const prefix of [...half, ...prefixes]) {
    for (const span of store.findSpans(prefix, MOST_MATCHES)) add(span);
    for (const trace of store.findTraces(prefix, MOST_MATCHES)) add({ ...trace, spanId: '' });
  }
  return [...matches.values()];
}
