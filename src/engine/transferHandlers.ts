import type { TraceSummary } from '../core/model/trace.ts';
import { OtlpDecodeError } from '../core/otlp/decodeError.ts';
import { FilterError } from '../core/query/filterError.ts';
import { matchesTrace } from '../core/query/matchesTrace.ts';
import { parseFilter } from '../core/query/parseFilter.ts';
import type { TraceFilter } from '../core/query/traceFilter.ts';
import type { StoreReader } from '../core/store/storeReader.ts';
import type { Handlers } from '../protocol/channel.ts';
import { EXPORT_BYTES, EXPORT_TRACES, type EngineMethods, type TraceQueryAnswer } from '../protocol/engineApi.ts';
import { ProtocolError } from '../protocol/errors.ts';
import { Params } from './params.ts';
import type { IngestSink } from './receiver/intake.ts';

type TransferMethod = 'traces/query' | 'traces/export' | 'traces/import';

const MAX_LIST = 100_000;
const MAX_PLACE = Number.MAX_SAFE_INTEGER;

/** Finding traces by a filter, and taking whole ones out of the store and into it. */
export function transferHandlers(
  store: StoreReader,
  ingest: IngestSink,
): Pick<Handlers<EngineMethods>, TransferMethod> {
  return {
    'traces/query': (params) => {
      const read = new Params('traces/query', params);
      return query(store, filterOf(read.text('filter')), read.integer('limit', 0, MAX_LIST));
    },
    'traces/export': (params) => {
      const read = new Params('traces/export', params);
      const ids = read.traceIds('traceIds', EXPORT_TRACES);
      const place = read.inside('from');
      const from = { trace: place.integer('trace', 0, EXPORT_TRACES), at: place.integer('at', 0, MAX_PLACE) };
      const maxBytes = Math.min(read.integer('maxBytes', 1, MAX_PLACE), EXPORT_BYTES);
      return read.oneOf('signal', ['traces', 'logs']) === 'traces'
        ? store.exportSpans(ids, from, maxBytes)
        : store.exportLogs(ids, from, maxBytes);
    },
    'traces/import': (params) => {
      const read = new Params('traces/import', params);
      const signal = read.oneOf('signal', ['traces', 'logs', 'metrics']);
      try {
        return ingest.ingest(signal, read.bytes('body'));
      } catch (error) {
        if (!(error instanceof OtlpDecodeError)) throw error;
        throw new ProtocolError('invalid', `not valid OTLP protobuf: ${error.message} (byte ${error.offset})`);
      }
    },
  };
}

function filterOf(text: string): TraceFilter {
  try {
    return parseFilter(text);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    throw new ProtocolError('invalid', error.message);
  }
}

function query(store: StoreReader, filter: TraceFilter, limit: number): TraceQueryAnswer {
  const total = store.traceCount;
  if (filter.terms.length === 0) return { traces: store.list(limit), matched: total, total };
  const traces: TraceSummary[] = [];
  let matched = 0;
  for (const trace of store.list(MAX_PLACE)) {
    if (!matchesTrace(filter, trace)) continue;
    matched++;
    if (traces.length < limit) traces.push(trace);
  }
  return { traces, matched, total };
}
