import type { AttributeDifference } from '../core/compare/compareAttributes.ts';
import { inQuotes } from '../core/query/filterQuotes.ts';

/**
 * What parts A from B best, in the filter language: the value (or the want of one) that A has more often, or the side of
 * the cut where its numbers lie; of spans of that name, or of a resource when the name is empty. Values only as quoted
 * texts: they come from senders.
 */
export function attributeFilter(found: AttributeDifference, spanName: string): string {
  const { column } = found;
  const home = spanName === '' ? 'resource' : 'span';
  // Other characters than those of names need quotes, which stand for an attribute wherever it is.
  const isPlain = /^[A-Za-z_][\w.-]*$/.test(column.key);
  const key = isPlain ? `${home}.${column.key}` : inQuotes(column.key);
  const has = `has:${isPlain ? column.key : inQuotes(column.key)}`;
  const place = spanName === '' ? '' : `name=${inQuotes(spanName)} `;
  if (found.kind === 'numeric') {
    return `any(${place}${key}${found.above ? '>' : '<='}${numberText(found.cut)})`;
  }
  const shareA = (count: number): number => count / Math.max(1, found.a.present + found.a.missing);
  const shareB = (count: number): number => count / Math.max(1, found.b.present + found.b.missing);
  const best = found.values
    .filter(({ text }) => text !== '')
    .map(({ text, a, b }) => ({ text, more: shareA(a) - shareB(b) }))
    .sort((one, other) => other.more - one.more)[0];
  if (best && best.more > 0) return `any(${place}${key}=${inQuotes(best.text)})`;
  const isMissing = shareA(found.a.missing) > shareB(found.b.missing);
  return isMissing ? `none(${place}${has})` : `any(${place}${has})`;
}

/** Whole numbers as they are, others with six digits: the cut lies between two values. */
function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}
