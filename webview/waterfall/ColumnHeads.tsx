import { visibleLine } from '../../src/core/text/visibleText.ts';
import { Menu, type MenuItem } from '../ui/Menu.tsx';
import { Splitter } from '../ui/Splitter.tsx';
import {
  attributeColumn,
  columnKind,
  isAttribute,
  LEAST_COLUMN_PX,
  MOST_COLUMN_PX,
  ROW_COLUMNS,
  toggledColumn,
  type RowColumn,
} from './rowColumns.ts';

interface ColumnsProps {
  readonly columns: readonly RowColumn[];
  readonly onColumns: (columns: readonly RowColumn[]) => void;
}

/** Keys of the selected span offered as columns; more are typed. */
const MOST_OFFERED = 12;

/** Chooses the columns. `offered` are keys of attributes that are at hand. */
export function ColumnsMenu({
  columns,
  onColumns,
  offered,
}: ColumnsProps & { readonly offered: () => readonly string[] }) {
  return <Menu icon="table" label="Columns" items={() => itemsOf(columns, onColumns, offered())} />;
}

function itemsOf(
  columns: readonly RowColumn[],
  onColumns: ColumnsProps['onColumns'],
  offered: readonly string[],
): readonly MenuItem[] {
  const has = (key: string): boolean => columns.some((column) => column.key === key);
  const check = (key: string, label: string): MenuItem => ({
    kind: 'check',
    label: visibleLine(label),
    checked: has(key),
    run: () => onColumns(toggledColumn(columns, key)),
  });
  const chosen = columns.map(({ key }) => key).filter(isAttribute);
  const others = offered.flatMap((key) => attributeColumn(key) ?? []).filter((key) => !has(key));
  return [
    { kind: 'title', label: 'Columns' },
    ...ROW_COLUMNS.map(({ key, title }) => check(key, title)),
    { kind: 'title', label: 'Attributes' },
    ...[...chosen, ...others.slice(0, MOST_OFFERED)].map((key) => check(key, columnKind(key).title)),
    {
      kind: 'text',
      label: 'Column for an attribute of spans or their resource',
      placeholder: 'Add attribute…',
      run: (text) => {
        const key = attributeColumn(text);
        if (key !== undefined && !has(key)) onColumns(toggledColumn(columns, key));
      },
    },
  ];
}

/** The titles of the columns that have room, each with a sash at its right edge. */
export function ColumnHeads({ shown, columns, onColumns }: ColumnsProps & { readonly shown: readonly RowColumn[] }) {
  return (
    <>
      {shown.map(({ key, widthPx }) => {
        const { title, isNumber } = columnKind(key);
        const text = visibleLine(title);
        return (
          <span
            key={key}
            class={`wf-column-head${isNumber ? ' number' : ''}`}
            role="columnheader"
            aria-label={text}
            style={{ width: `${widthPx}px` }}
          >
            <span class="wf-column-title" title={text}>
              {text}
            </span>
            <Splitter
              orientation="vertical"
              label={`Width of the column ${text}`}
              size={widthPx}
              least={LEAST_COLUMN_PX}
              most={MOST_COLUMN_PX}
              onResize={(to) =>
                onColumns(columns.map((column) => (column.key === key ? { ...column, widthPx: to } : column)))
              }
            />
          </span>
        );
      })}
    </>
  );
}
