import { cutToWidth, padEnd, padStart, widthOf } from './terminal.ts';

/** A column of a table; cells are printable text without colours. */
export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** Cells are coloured after they were aligned. */
  readonly paint?: (cell: string, row: number) => string;
}

const GAP = '  ';

/** Aligned lines with a head; the last column gets what is left of `columns` characters. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  maxWidth: number | undefined,
  paintHead: (head: string) => string,
): string[] {
  const widths = columns.map(({ title }, i) =>
    rows.reduce((most, row) => Math.max(most, widthOf(row[i] ?? '')), title.length),
  );
  const last = columns.length - 1;
  const fixed = widths.slice(0, last).reduce((sum, width) => sum + width + GAP.length, 0);
  const room = maxWidth === undefined ? Infinity : Math.max(10, maxWidth - fixed);
  const line = (cells: readonly string[], row: number): string =>
    columns
      .map(({ align, paint }, i) => {
        const cell = i === last ? cutToWidth(cells[i] ?? '', room) : (cells[i] ?? '');
        const width = widths[i] ?? 0;
        const aligned = align === 'right' ? padStart(cell, width) : i === last ? cell : padEnd(cell, width);
        return row < 0 ? aligned : (paint?.(aligned, row) ?? aligned);
      })
      .join(GAP)
      .trimEnd();
  const head = line(
    columns.map(({ title }) => title),
    -1,
  );
  return [paintHead(head), ...rows.map(line)];
}
