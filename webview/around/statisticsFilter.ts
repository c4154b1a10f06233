import { inQuotes } from '../../src/core/query/filterQuotes.ts';
import type { StatisticsRow } from '../../src/protocol/aroundApi.ts';
import type { StatisticsShape } from './statisticsModel.ts';

/**
 * The traces that have spans of a line of the table, in the filter language; undefined where the language has no word for
 * what the table is by, and for values that were put together. Values only as quoted texts: they come from senders.
 */
export function filterOfRow({ by, key }: Pick<StatisticsShape, 'by' | 'key'>, row: StatisticsRow): string | undefined {
  if (row.special === 'others') return undefined;
  const field = by === 'name' || by === 'service' ? by : by === 'attribute' ? inQuotes(key) : undefined;
  if (field === undefined) return undefined;
  if (row.special === '') return `${field}=${inQuotes(row.value)}`;
  return by === 'attribute' ? `any(not has:${inQuotes(key)})` : undefined;
}
