import { formatCount } from '../text/formatCount.ts';
import type { JsonNode } from './jsonNode.ts';

/*
 * How trees show what instrument/ records of values that are no JSON (docs/launch.md): arrays, tables, other objects, and what was
 * left out.
 */

/** A node in a line of its own words. */
export interface RecordedNode {
  /** As the sender wrote it: may hold anything. */
  readonly text: string;
  /** What opens below it; none for what has nothing more. */
  readonly inner?: ObjectNode;
  /** It stands for members that are not here. */
  readonly isLeftOut?: true;
}

type ObjectNode = JsonNode & { readonly kind: 'object' };

/** Undefined for plain objects. */
export function recordedNode(node: ObjectNode): RecordedNode | undefined {
  const [first] = node.entries;
  if (first?.[0].startsWith('$') !== true) return undefined;
  const [key, value] = first;
  switch (key) {
    case '$object': {
      const shown = textAt(node, 'repr');
      const type = value.kind === 'string' ? value.text : '';
      return type === '' ? undefined : { text: shown === '' ? type : `${type} ${shown}` };
    }
    case '$tensor':
      return value.kind === 'object' && node.entries.length === 1
        ? { text: tensorText(value), inner: value }
        : undefined;
    case '$table':
      return value.kind === 'object' && node.entries.length === 1
        ? { text: tableText(value), inner: value }
        : undefined;
    case '$cut':
      return node.entries.length === 1 ? { text: leftOutText(value), isLeftOut: true } : undefined;
    default:
      return undefined;
  }
}

/** What a count under `$cut` says. */
export function leftOutText(count: JsonNode): string {
  const number = count.kind === 'scalar' ? Number(count.text) : NaN;
  if (!Number.isFinite(number)) return 'more, not recorded';
  return `${number.toLocaleString('en-US')} more, not recorded`;
}

const CUT_TEXT = /\u2026\{"\$cut":(\d{1,15})\}$/;

/** A text that was cut when it was recorded, and the characters it lacks; undefined for one that is whole. */
export function cutText(text: string): { readonly text: string; readonly lacks: number } | undefined {
  const found = text.endsWith('}') ? CUT_TEXT.exec(text.slice(-40)) : null;
  return found === null ? undefined : { text: text.slice(0, -found[0].length), lacks: Number(found[1]) };
}

function at(node: ObjectNode, key: string): JsonNode | undefined {
  return node.entries.find(([name]) => name === key)?.[1];
}

function textAt(node: ObjectNode, key: string): string {
  const value = at(node, key);
  return value?.kind === 'string' || value?.kind === 'scalar' ? value.text : '';
}

function tensorText(tensor: ObjectNode): string {
  const shape = at(tensor, 'shape');
  const lengths = shape?.kind === 'array' ? shape.items.map((item) => (item.kind === 'scalar' ? item.text : '?')) : [];
  const words = [textAt(tensor, 'dtype'), lengths.length === 0 ? 'scalar' : lengths.join(' \u00d7 ')];
  for (const [key, label] of [
    ['min', 'min'],
    ['max', 'max'],
    ['mean', 'mean'],
    ['nan', 'NaN'],
  ] as const) {
    const text = textAt(tensor, key);
    if (text === '' || text === 'null' || (key === 'nan' && text === '0')) continue;
    const number = Number(text);
    words.push(`${label} ${Number.isInteger(number) ? text : String(Number(number.toPrecision(5)))}`);
  }
  return words.filter((word) => word !== '').join(', ');
}

function tableText(table: ObjectNode): string {
  const columns = at(table, 'columns');
  const names =
    columns?.kind === 'array' ? columns.items.map((item) => (item.kind === 'string' ? item.text : '?')) : [];
  const count = Number(textAt(table, 'row_count'));
  return `table, ${formatCount(Number.isFinite(count) ? count : 0, 'row', 'rows')}: ${names.join(', ')}`;
}
