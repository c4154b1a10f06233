import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useRoom } from './useRoom.ts';

/** One column of a {@link RowGrid}. */
export interface GridColumn {
  readonly id: string;
  readonly title: string;
  readonly tooltip: string;
  /** A CSS grid track: `minmax(120px, 1fr)`, `80px`. */
  readonly width: string;
  readonly numeric?: boolean;
  /** Columns of a lower rank go first when the grid is narrow; those without one never. */
  readonly hideBelowPx?: number;
}

export interface RowGridProps {
  /** Begins the ids of its rows. */
  readonly id: string;
  readonly label: string;
  readonly columns: readonly GridColumn[];
  readonly rowCount: number;
  /** Row the keyboard is on, -1 for none. */
  readonly active: number;
  readonly onActive: (row: number) => void;
  /** A row was chosen: by a click, or by Enter. */
  readonly onChoose: (row: number, by: 'click' | 'enter') => void;
  /** The cells of a row by column id; undefined while it is on its way. */
  readonly cells: (row: number) => Readonly<Record<string, ComponentChildren>> | undefined;
  readonly rowClass?: (row: number) => string;
  /** Rows in sight, so that they can be fetched. */
  readonly onVisible?: (from: number, to: number) => void;
  readonly sort?: { readonly column: string; readonly descending: boolean };
  readonly onSort?: (column: string) => void;
  /** Handed the function that moves the keyboard here, and nothing once this is gone. */
  readonly bindFocus?: ((focus: (() => void) | undefined) => void) | undefined;
}

export const GRID_ROW_PX = 22;
const ROWS_AROUND = 8;
/** Of the style sheet: between columns, and at both ends of a row together. */
const COLUMN_GAP_PX = 8;
const ROW_PADDING_PX = 24;

/** Below this width a row of these columns is scrolled sideways: the pixels that their tracks name, and what is between. */
function leastWidth(columns: readonly GridColumn[]): number {
  const tracks = columns.reduce((sum, { width }) => sum + Number(/(\d+)px/.exec(width)?.[1] ?? 0), 0);
  return tracks + COLUMN_GAP_PX * (columns.length - 1) + ROW_PADDING_PX;
}

/** A table of rows of one height, of which only those in sight are elements; arrow keys move, a click or Enter chooses. */
export function RowGrid(props: RowGridProps) {
  const { rowCount, active, cells, sort } = props;
  const grid = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const [topPx, setTopPx] = useState(0);
  const room = useRoom(scroller, { width: 800, height: 400 });
  const { width } = useRoom(grid, room);
  const columns = props.columns.filter(({ hideBelowPx = 0 }) => width >= hideBelowPx);
  const first = Math.max(0, Math.floor(topPx / GRID_ROW_PX) - ROWS_AROUND);
  const last = Math.min(rowCount, Math.ceil((topPx + room.height) / GRID_ROW_PX) + ROWS_AROUND);

  useEffect(() => {
    props.bindFocus?.(() => grid.current?.focus({ preventScroll: true }));
    return () => props.bindFocus?.(undefined);
  }, []);
  useEffect(() => props.onVisible?.(first, last), [first, last, rowCount]);

  const go = (to: number): void => {
    const row = Math.min(Math.max(0, to), rowCount - 1);
    const element = scroller.current;
    if (row < 0 || !element) return;
    const at = row * GRID_ROW_PX;
    if (at < element.scrollTop) element.scrollTop = at;
    else if (at + GRID_ROW_PX > element.scrollTop + element.clientHeight) {
      element.scrollTop = at + GRID_ROW_PX - element.clientHeight;
    }
    props.onActive(row);
  };
  const page = Math.max(1, Math.floor(room.height / GRID_ROW_PX) - 1);
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => go(active + 1),
    ArrowUp: () => go(active - 1),
    PageDown: () => go(active + page),
    PageUp: () => go(active - page),
    Home: () => go(0),
    End: () => go(rowCount - 1),
    Enter: () => {
      if (active >= 0) props.onChoose(active, 'enter');
    },
  };
  const minWidth = `${leastWidth(columns)}px`;
  const style = { gridTemplateColumns: columns.map(({ width }) => width).join(' ') };

  return (
    <div
      class="rows"
      role="grid"
      tabIndex={0}
      ref={grid}
      aria-label={props.label}
      aria-rowcount={rowCount + 1}
      aria-activedescendant={active >= first && active < last ? `${props.id}-${active}` : undefined}
      onKeyDown={(event) => {
        // Buttons of the head have Enter for themselves.
        if (event.target !== grid.current || event.ctrlKey || event.metaKey || event.altKey) return;
        const run = keys[event.key];
        if (!run) return;
        event.preventDefault();
        run();
      }}
    >
      <div class="rows-head" role="row" aria-rowindex={1} style={{ ...style, minWidth }}>
        {columns.map(({ id, title, tooltip, numeric }) => (
          <span
            key={id}
            role="columnheader"
            class={numeric === true ? 'numeric' : ''}
            title={tooltip}
            aria-sort={sort?.column === id ? (sort.descending ? 'descending' : 'ascending') : undefined}
          >
            {props.onSort ? (
              <button type="button" class="rows-sort" title={tooltip} onClick={() => props.onSort?.(id)}>
                {title}
                {sort?.column === id && (
                  <span class={`codicon codicon-arrow-${sort.descending ? 'down' : 'up'}`} aria-hidden="true" />
                )}
              </button>
            ) : (
              title
            )}
          </span>
        ))}
      </div>
      <div
        class="rows-scroller"
        role="rowgroup"
        tabIndex={-1}
        style={{ minWidth }}
        ref={scroller}
        onScroll={(event) => setTopPx(event.currentTarget.scrollTop)}
      >
        <div role="presentation" class="rows-content" style={{ height: `${rowCount * GRID_ROW_PX}px` }}>
          {Array.from({ length: Math.max(0, last - first) }, (_, offset) => {
            const row = first + offset;
            const content = cells(row);
            return (
              <div
                key={row}
                id={`${props.id}-${row}`}
                role="row"
                aria-rowindex={row + 2}
                aria-selected={row === active}
                class={`rows-row${row === active ? ' selected' : ''} ${props.rowClass?.(row) ?? ''}`}
                style={{ ...style, transform: `translateY(${row * GRID_ROW_PX}px)` }}
                onClick={() => {
                  grid.current?.focus({ preventScroll: true });
                  props.onActive(row);
                  props.onChoose(row, 'click');
                }}
              >
                {columns.map(({ id, numeric }) => (
                  <span key={id} role="gridcell" class={numeric === true ? 'numeric' : ''}>
                    {content?.[id]}
                  </span>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
