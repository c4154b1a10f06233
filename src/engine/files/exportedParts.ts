import type { TraceId } from '../../core/model/ids.ts';
import { EXPORT_BYTES, EXPORT_TRACES, type EngineMethods, type ExportPlace } from '../../protocol/engineApi.ts';

/** A request of exported records. */
export interface ExportedPart {
  readonly signal: 'traces' | 'logs';
  readonly body: Uint8Array;
  readonly records: number;
}

/** Asks an engine for a part, over a channel or in the same thread. */
export type AskPart = (
  params: EngineMethods['traces/export'][0],
) => EngineMethods['traces/export'][1] | Promise<EngineMethods['traces/export'][1]>;

/** All spans of the traces, then their log records, part by part. `onTrace` is told how many traces' spans are through. */
export async function* exportedParts(
  ask: AskPart,
  traceIds: readonly TraceId[],
  onTrace?: (done: number) => void,
): AsyncGenerator<ExportedPart> {
  for (const signal of ['traces', 'logs'] as const) {
    for (let first = 0; first < traceIds.length; first += EXPORT_TRACES) {
      const some = traceIds.slice(first, first + EXPORT_TRACES);
      let from: ExportPlace = { trace: 0, at: 0 };
      while (from.trace < some.length) {
        const { body, records, next } = await ask({ traceIds: some, signal, from, maxBytes: EXPORT_BYTES });
        if (records > 0) yield { signal, body, records };
        from = next;
        if (signal === 'traces') onTrace?.(first + next.trace);
      }
    }
  }
}
