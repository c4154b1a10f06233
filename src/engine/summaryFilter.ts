import { FilterError } from '../core/query/filterError.ts';
import { matchesTrace } from '../core/query/matchesTrace.ts';
import { parseFilter } from '../core/query/parseFilter.ts';
import type { TraceRows } from '../core/store/traceRows.ts';
import { ProtocolError } from '../protocol/errors.ts';

/** What a filter asks of traces by slot, over their summaries. Throws `invalid` with what is wrong with the text. */
export function summaryFilter(text: string, rows: TraceRows): (slot: number) => boolean {
  try {
    const filter = parseFilter(text);
    return (slot) => matchesTrace(filter, rows.summary(slot));
  } catch (error) {
    if (error instanceof FilterError) throw new ProtocolError('invalid', error.message);
    throw error;
  }
}
