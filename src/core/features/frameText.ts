import type { Cell } from './cell.ts';

/** A printed table, by column. */
export interface FrameText {
  readonly names: readonly string[];
  readonly columns: readonly (readonly Cell[])[];
  readonly rows: number;
  /** An ellipsis stood for rows or columns. */
  readonly elided: boolean;
}

const MOST_LINES = 20_000;
const SIZE = /^\[?(\d+) rows x (\d+) columns\]?$/;
const ELLIPSIS = /^(?:\.\.\.?|\u2026)$/;
/** Last line of a printed series. */
const SERIES_END = /^(?:Name: .*, )?(?:Length: \d+, )?dtype: (\w+)/;

/**
 * Reads what pandas prints of a DataFrame (right-aligned columns under their names, wide ones in several blocks) or a
 * Series (name and value by line). Undefined for other text. Cells with spaces are read by the end of their column.
 */
export function readFrameText(text: string): FrameText | undefined {
  const lines = text.trimEnd().split('\n', MOST_LINES + 1);
  if (lines.length < 2) return undefined;
  return readSeries(lines) ?? readFrame(lines);
}

function readSeries(lines: readonly string[]): FrameText | undefined {
  if (!SERIES_END.test(lines.at(-1)?.trim() ?? '')) return undefined;
  const names: string[] = [];
  const columns: Cell[][] = [];
  let elided = false;
  for (const line of lines.slice(0, -1)) {
    const match = /^(\S(?:.*?\S)?)\s{2,}(\S.*)$/.exec(line.trimEnd());
    if (match === null) {
      if (/^\s*\.\.\.?\s*/.test(line)) elided = true;
      else if (line.trim() !== '') return undefined;
      continue;
    }
    if (ELLIPSIS.test(match[1] ?? '')) {
      elided = true;
      continue;
    }
    names.push(match[1] ?? '');
    columns.push([cellOf(match[2] ?? '')]);
  }
  return names.length === 0 ? undefined : { names, columns, rows: 1, elided };
}

function readFrame(lines: readonly string[]): FrameText | undefined {
  const names: string[] = [];
  const columns: Cell[][] = [];
  let rows = -1;
  let elided = false;
  let sized = false;
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? '';
    if (line.trim() === '' || SIZE.test(line.trim())) {
      sized ||= SIZE.test(line.trim());
      at++;
      continue;
    }
    const block = readBlock(lines, at);
    if (block === undefined) return undefined;
    if (rows >= 0 && block.rows !== rows) return undefined;
    rows = block.rows;
    elided ||= block.elided;
    names.push(...block.names);
    columns.push(...block.columns.map((column) => [...column]));
    at = block.next;
  }
  return names.length === 0 || rows < 1 || (names.length === 1 && !sized && rows === 1 && !/\d/.test(lines[1] ?? ''))
    ? undefined
    : { names, columns, rows, elided };
}

/** A head and the lines below it, up to an empty line. */
function readBlock(lines: readonly string[], start: number): (FrameText & { readonly next: number }) | undefined {
  // The column of row names has no name: a head begins with space.
  const head = (lines[start] ?? '').replace(/\\\s*$/, '');
  if (!/^\s+\S/.test(head)) return undefined;
  const heads = Array.from(head.matchAll(/\S+/g), (match) => ({ name: match[0], end: match.index + match[0].length }));
  const cells: string[][] = heads.map(() => []);
  /** Columns whose end a word goes across: they are a part of the next one's name. */
  const isPart = heads.map(() => false);
  let at = start + 1;
  let elided = false;
  for (; at < lines.length && (lines[at] ?? '').trim() !== ''; at++) {
    const line = lines[at] ?? '';
    if (SIZE.test(line.trim())) break;
    const index = /^\s*(?:\S+)/.exec(line)?.[0].length ?? 0;
    if (ELLIPSIS.test(line.trim().split(/\s+/, 1)[0] ?? '')) {
      elided = true;
      continue;
    }
    // A line that ends elsewhere than its head is no row of this table.
    if (line.trimEnd().length > (heads.at(-1)?.end ?? 0) + 1) return undefined;
    heads.forEach(({ end }, column) => {
      const from = column === 0 ? index : (heads[column - 1]?.end ?? 0);
      if (/^\S\S/.test(line.slice(end - 1, end + 1))) isPart[column] = true;
      cells[column]?.push(line.slice(Math.max(index, from), end).trimStart());
    });
  }
  const rows = cells[0]?.length ?? 0;
  const names: string[] = [];
  const columns: Cell[][] = [];
  let prefix = '';
  let before = 0;
  heads.forEach(({ name }, column) => {
    if (ELLIPSIS.test(name)) {
      elided = true;
      return;
    }
    const texts = cells[column] ?? [];
    // A name of two words has its values below the second.
    if (column < heads.length - 1 && (isPart[column] === true || texts.every((text) => text.trim() === ''))) {
      prefix += `${name} `;
      before = column;
      return;
    }
    names.push(prefix + name);
    columns.push(texts.map((text, row) => cellOf(prefix === '' ? text : joined(cells, before, row, text))));
    prefix = '';
  });
  return rows === 0 ? undefined : { names, columns, rows, elided, next: at };
}

/** A cell in two pieces, as it was printed. */
function joined(cells: readonly (readonly string[])[], before: number, row: number, text: string): string {
  const start = cells[before]?.[row] ?? '';
  return start === '' ? text : `${start}${text}`;
}

function cellOf(untrimmed: string): Cell {
  const text = untrimmed.trim();
  if (text === '' || text === 'None' || text === '<NA>' || text === 'NaT') return null;
  if (text === 'NaN' || text === 'nan') return NaN;
  if (text === 'inf' || text === '-inf') return text === 'inf' ? Infinity : -Infinity;
  if (text === 'True' || text === 'False') return text === 'True';
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
}
