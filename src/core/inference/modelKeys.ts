import { looksLikeContent } from './contentGuess.ts';
import { evidence } from './mergedTables.ts';

const EVIDENCE = evidence();
const FAMILIES = new RegExp(
  `^(?:${EVIDENCE.prefixes.map(escaped).join('|')}|(?:${EVIDENCE.lists.map(escaped).join('|')})\\d)`,
);

/**
 * Whether a span that carries `key` (on itself or on one of its events) is worth reading with `readModelCall`: it stands in
 * a dialect's table, or names a model's content in words of its own. Bare words such as `input` count: a service that
 * writes them means its data. HTTP bodies, `query`, `result`, `response` and `user.id` do not: any web or database span
 * may carry those. Cheap: meant to be asked once per interned key.
 */
export function isModelKey(key: string): boolean {
  return EVIDENCE.keys.has(key) || FAMILIES.test(key) || looksLikeContent(key);
}

/** Whether a span that carries `key` is read for what went in and came out, though it may be any function's. */
export function isCallKey(key: string): boolean {
  return EVIDENCE.plain.has(key);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
