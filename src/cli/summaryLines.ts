import { formatClock, formatDuration, UNIT_SPACE } from '../core/layout/formatDuration.ts';
import type { TraceSummary } from '../core/model/trace.ts';
import { tableLines, type Column } from './table.ts';
import { colored, printable, type Terminal } from './terminal.ts';

const MAX_SERVICES_WIDTH = 40;
const HEAD = ['TRACE', 'START', 'DURATION', 'SPANS', 'ERRORS', 'SERVICES', 'NAME'] as const;

/** A duration as everywhere in Spanline, with plain spaces: terminals break lines anyway, and grep finds it. */
export function durationText(durationNs: number): string {
  return formatDuration(durationNs).replaceAll(UNIT_SPACE, ' ');
}

/** Traces as a table, one line each. `withHead` false for lines that follow others. */
export function summaryLines(terminal: Terminal, traces: readonly TraceSummary[], withHead = true): string[] {
  const paintError = (cell: string, row: number): string =>
    (traces[row]?.errorCount ?? 0) > 0 ? colored(terminal, 'red', cell) : cell;
  const columns: Column[] = HEAD.map((title) => ({
    title,
    align: title === 'DURATION' || title === 'SPANS' || title === 'ERRORS' ? 'right' : 'left',
    ...(title === 'ERRORS' && { paint: paintError }),
    ...(title === 'TRACE' && { paint: (cell: string) => colored(terminal, 'dim', cell) }),
  }));
  const rows = traces.map((trace) => [
    trace.traceId,
    formatClock(trace.start, { utc: false, withMillis: true }),
    (trace.assembling ? '≥ ' : '') + durationText(trace.durationNs),
    String(trace.spanCount),
    String(trace.errorCount),
    printable(trace.services.join(', '), MAX_SERVICES_WIDTH),
    printable(trace.name, 1000),
  ]);
  const lines = tableLines(columns, rows, terminal.columns, (head) => colored(terminal, 'bold', head));
  return withHead ? lines : lines.slice(1);
}
