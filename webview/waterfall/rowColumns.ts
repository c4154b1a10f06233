import { formatDuration } from '../../src/core/layout/formatDuration.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { MOST_COLUMNS, TOKENS_COLUMN } from '../../src/protocol/rowApi.ts';
import { durationOf, groupOf, hasFlag, offsetOf, type RowRef } from './rowCache.ts';
import { selfHeldOf } from './heldTime.ts';
import { durationText, shareText, type TraceWords } from './rowWords.ts';

/** A column between names and bars. `key` is one of {@link ROW_COLUMNS}, or `@` and a key of attributes. */
export interface RowColumn {
  readonly key: string;
  readonly widthPx: number;
}

interface ColumnKind {
  readonly key: string;
  readonly title: string;
  /** Numbers stand at the right, so that they can be compared. */
  readonly isNumber: boolean;
}

export const ROW_COLUMNS: readonly ColumnKind[] = [
  { key: 'start', title: 'Start', isNumber: true },
  { key: 'duration', title: 'Duration', isNumber: true },
  { key: 'self', title: 'Self', isNumber: true },
  { key: 'share', title: '% of trace', isNumber: true },
  { key: 'tokens', title: 'Tokens', isNumber: true },
  { key: 'service', title: 'Service', isNumber: false },
];

const ATTRIBUTE = '@';
const USUAL_PX = 84;
const ATTRIBUTE_PX = 120;
export const LEAST_COLUMN_PX = 40;
export const MOST_COLUMN_PX = 600;
const LONGEST_KEY = 200;

export function columnKind(key: string): ColumnKind {
  return ROW_COLUMNS.find((kind) => kind.key === key) ?? { key, title: key.slice(1), isNumber: false };
}

export function isAttribute(key: string): boolean {
  return key.startsWith(ATTRIBUTE);
}

/** Columns with one more or, when it is there, without it. Beyond {@link MOST_COLUMNS} none is added. */
export function toggledColumn(columns: readonly RowColumn[], key: string): readonly RowColumn[] {
  if (columns.some((column) => column.key === key)) return columns.filter((column) => column.key !== key);
  if (columns.length >= MOST_COLUMNS) return columns;
  return [...columns, { key, widthPx: isAttribute(key) ? ATTRIBUTE_PX : USUAL_PX }];
}

/** The column of a key of attributes as typed; undefined when that is none. */
export function attributeColumn(typed: string): string | undefined {
  const key = typed.trim();
  return key === '' || key.length > LONGEST_KEY ? undefined : ATTRIBUTE + key;
}

/** What is asked of the engine for these columns, in their order; the others are made of what rows have anyway. */
export function askedColumns(columns: readonly RowColumn[]): readonly string[] {
  return columns.flatMap(({ key }) => {
    if (key === 'tokens') return [TOKENS_COLUMN];
    return isAttribute(key) ? [key.slice(1)] : [];
  });
}

/** The columns, from the left, that leave at least `leastPx` of a width for the rest. */
export function fittingColumns(columns: readonly RowColumn[], widthPx: number, leastPx: number): readonly RowColumn[] {
  let left = widthPx - leastPx;
  const fitting: RowColumn[] = [];
  for (const column of columns) {
    left -= column.widthPx;
    if (left < 0) break;
    fitting.push(column);
  }
  return fitting;
}

/** The text of a cell; empty while the row's window was asked for other columns. */
export function cellText(ref: RowRef, key: string, words: TraceWords): string {
  const group = groupOf(ref);
  if (key === 'start') return offsetOf(ref) === 0 ? '0' : formatDuration(offsetOf(ref));
  // Of a span that was not received nothing else is known.
  if (group?.kind === 'missing') return '';
  switch (key) {
    case 'duration':
      return durationText(ref, words);
    case 'self':
      return formatDuration((ref.window.selfNs[ref.index] ?? 0) - selfHeldOf(ref, words.held));
    case 'share':
      return hasFlag(ref, 'unfinished') ? '' : shareText(group?.totalNs ?? durationOf(ref), words.extentNs);
    case 'service':
      return visibleLine(words.services[ref.window.service[ref.index] ?? 0] ?? '');
    case 'tokens':
      return grouped(askedText(ref, TOKENS_COLUMN));
    default:
      return visibleLine(askedText(ref, key.slice(1)));
  }
}

function askedText({ window, index }: RowRef, column: string): string {
  return window.cells[window.columns.indexOf(column)]?.[index] ?? '';
}

function grouped(count: string): string {
  return count === '' ? '' : Number(count).toLocaleString('en-US');
}

/** Reads what an earlier panel left behind. */
export function readRowColumns(raw: unknown): readonly RowColumn[] {
  if (!Array.isArray(raw)) return [];
  const columns: RowColumn[] = [];
  for (const each of raw as readonly unknown[]) {
    if (typeof each !== 'object' || each === null) continue;
    const { key, widthPx } = each as Readonly<Record<string, unknown>>;
    const known =
      typeof key === 'string' &&
      key.length <= LONGEST_KEY + 1 &&
      (ROW_COLUMNS.some((kind) => kind.key === key) || (isAttribute(key) && key.length > 1));
    if (!known || columns.length === MOST_COLUMNS || columns.some((column) => column.key === key)) continue;
    const width = typeof widthPx === 'number' && Number.isFinite(widthPx) ? widthPx : USUAL_PX;
    columns.push({ key, widthPx: Math.min(Math.max(LEAST_COLUMN_PX, Math.round(width)), MOST_COLUMN_PX) });
  }
  return columns;
}
