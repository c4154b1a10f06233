import { OtlpDecodeError } from '../core/otlp/decodeError.ts';
import type { StoreReader } from '../core/store/storeReader.ts';
import type { Handlers } from '../protocol/channel.ts';
import { EXPORT_BYTES, EXPORT_TRACES, type EngineMethods } from '../protocol/engineApi.ts';
import { ProtocolError } from '../protocol/errors.ts';
import { Params } from './params.ts';
import type { IngestSink } from './receiver/intake.ts';

type TransferMethod = 'traces/export' | 'traces/import';

const MAX_PLACE = Number.MAX_SAFE_INTEGER;

/** Taking whole traces out of the store and into it. */
export function transferHandlers(
  store: StoreReader,
  ingest: IngestSink,
): Pick<Handlers<EngineMethods>, TransferMethod> {
  return {
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
