import type { StatisticsRow } from '../../src/protocol/aroundApi.ts';

const NS_PER_MS = 1e6;

/** How a group is called that has no value of its own. */
export function groupText({ value, special }: StatisticsRow): string {
  if (special === 'absent') return '(none)';
  return special === 'others' ? '(other values)' : value;
}

/** The table as RFC 4180 text with a head line, times in milliseconds. */
export function statisticsCsv(field: string, rows: readonly StatisticsRow[]): string {
  const head = [field, 'count', 'errors', 'total ms', 'self ms', 'p50 ms', 'p95 ms', 'max ms'];
  const lines = rows.map((row) => [
    groupText(row),
    ...[row.count, row.errors].map(String),
    ...[row.totalNs, row.selfNs, row.p50Ns, row.p95Ns, row.maxNs].map((ns) => String(ns / NS_PER_MS)),
  ]);
  return [head, ...lines].map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
}

/** Text of senders is hostile: a spreadsheet would take a leading `=`, `+`, `-` or `@` for a formula. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(?:\.\d+)?(?:e-?\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
