import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ATTRIBUTE_GROUP } from '../../src/core/list/listQuery.ts';
import type { TraceId } from '../../src/core/model/ids.ts';
import type { HeldPause } from '../../src/core/layout/heldTime.ts';
import type { TraceListRow } from '../../src/protocol/listApi.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import type { Store } from '../state/store.ts';
import { useStore } from '../state/useStore.ts';
import { Icon } from '../ui/Icon.tsx';
import { heldRow, type HeldRow } from './listScroll.ts';
import { columnOf, sortedBy } from './listSettings.ts';
import { ListHeader } from './ListHeader.tsx';
import { contextOf, ListRow, rowKey, type RowLook } from './ListRow.tsx';
import { NothingListed } from './NothingListed.tsx';
import type { TraceListModel } from './traceListModel.ts';

/** From this width on a list has columns. */
const WIDE_PX = 420;
const WIDE_ROW_PX = 24;
const NARROW_ROW_PX = 44;
const ROWS_AROUND = 8;
const AGO_MS = 1000;

/** Ids of the row of heads and of the other rows. */
const HEADS_ID = 'list-heads';
const ROWS_ID = 'list-rows';

export interface TraceListViewProps {
  readonly model: TraceListModel;
  readonly pauses: Store<readonly HeldPause[]>;
  readonly selected: TraceId | '';
  readonly paused: boolean;
  readonly utc: boolean;
  readonly widthPx: number;
  /** Single letters act. */
  readonly letterKeys: boolean;
  readonly onUtc: (utc: boolean) => void;
  readonly onOpen: (traceId: TraceId, focus: boolean) => void;
  readonly onHide: (traceId: TraceId) => void;
  readonly onResume: () => void;
  /** Compares what is listed with what is left out. */
  readonly onWhy: () => void;
  /** Shows how numbers of the listed calls are distributed. */
  readonly onDistribution: () => void;
  /** Compares a group, by its head's key, with the others. */
  readonly onWhyGroup: (key: string) => void;
}

/** The list of traces. Only rows in sight are elements; what the user looks at stays where it is when traces come. */
export function TraceListView(props: TraceListViewProps) {
  const { model, selected, paused, utc, widthPx, onOpen } = props;
  const page = useStore(model.page);
  const pauses = useStore(props.pauses);
  const settings = useStore(model.settings);
  const problem = useStore(model.problem);
  const loaded = useStore(model.loaded);
  const scroller = useRef<HTMLDivElement>(null);
  const [topPx, setTopPx] = useState(0);
  const [heightPx, setHeightPx] = useState(400);
  /** The head the keyboard is on; empty while it is on the selected trace. */
  const [head, setHead] = useState('');
  const nowMs = useNow(settings.relative);
  const held = useRef<HeldRow | undefined>(undefined);
  const pointerPx = useRef<number | undefined>(undefined);
  /** Scrolled by us, so that the row under the pointer holds still: undone when the pointer leaves. */
  const pushed = useRef(false);
  const wide = widthPx >= WIDE_PX;
  const rowPx = wide ? WIDE_ROW_PX : NARROW_ROW_PX;

  const look: RowLook = {
    columns: wide ? settings.columns : undefined,
    template: templateOf(settings.columns),
    utc,
    nowMs,
    rowPx,
    pauses,
  };

  /** Tells the model what is in sight and what is to stay where it is. */
  const tellWindow = (): void => {
    const element = scroller.current;
    if (!element) return;
    const { scrollTop, clientHeight } = element;
    held.current = heldRow(model.page.value, scrollTop, rowPx, pointerPx.current);
    model.setWindow(Math.floor(scrollTop / rowPx), Math.ceil((scrollTop + clientHeight) / rowPx), held.current);
  };

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      setHeightPx(element.clientHeight);
      tellWindow();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [rowPx]);

  useEffect(() => {
    model.setSelected(selected);
    if (selected !== '') setHead('');
  }, [selected]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const before = held.current;
    if (page.toTop) element.scrollTop = 0;
    else if (before?.traceId === page.anchor && page.anchorRow >= 0 && page.anchorRow !== before.row) {
      if (element.scrollTop === 0) pushed.current = true;
      element.scrollTop += (page.anchorRow - before.row) * rowPx;
    }
    tellWindow();
  }, [page, rowPx]);

  const first = Math.max(page.from, Math.floor(topPx / rowPx) - ROWS_AROUND);
  const last = Math.min(page.from + page.rows.length, Math.ceil((topPx + heightPx) / rowPx) + ROWS_AROUND);
  const rowAt = (index: number): TraceListRow | undefined => page.rows[index - page.from];
  const headAt = head === '' ? -1 : page.rows.findIndex((row) => rowKey(row) === head);
  const active = headAt >= 0 ? page.from + headAt : page.selectedRow;
  /** The key of the context menu opens it on the list: it is about the row the keyboard is on. */
  const activeRow = rowAt(active);

  const show = (index: number): void => {
    const element = scroller.current;
    if (!element) return;
    const at = index * rowPx;
    if (at < element.scrollTop) element.scrollTop = at;
    else if (at + rowPx > element.scrollTop + element.clientHeight)
      element.scrollTop = at + rowPx - element.clientHeight;
  };
  const go = (to: number): void => {
    const index = Math.min(Math.max(0, to), page.rowCount - 1);
    const row = rowAt(index);
    show(index);
    if (row?.kind === 'trace') {
      setHead('');
      onOpen(row.trace.traceId, false);
    } else if (row) setHead(row.key);
  };
  const fold = (open: boolean): void => {
    const row = rowAt(active);
    if (row && row.kind !== 'trace') model.toggle(row.key, open);
    else if (!open && row?.below === true) {
      for (let at = active - 1; at >= page.from; at--) {
        const above = rowAt(at);
        if (above && above.kind !== 'trace') {
          go(at);
          return;
        }
      }
    }
  };
  const step = Math.max(1, Math.floor(heightPx / rowPx) - 1);
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => go(active + 1),
    ArrowUp: () => go(active < 0 ? 0 : active - 1),
    PageDown: () => go(active + step),
    PageUp: () => go(active - step),
    Home: () => go(0),
    End: () => go(page.rowCount - 1),
    ArrowRight: () => fold(true),
    ArrowLeft: () => fold(false),
    Enter: () => {
      const row = rowAt(active);
      if (row && row.kind !== 'trace') model.toggle(row.key);
      else if (selected !== '') onOpen(selected, true);
    },
    ...(props.letterKeys && {
      h: () => selected !== '' && head === '' && props.onHide(selected),
      w: () => {
        const row = rowAt(active);
        if (row?.kind === 'group') props.onWhyGroup(row.key);
      },
    }),
  };

  return (
    <div class="list">
      <ListHeader
        model={model}
        paused={paused}
        utc={utc}
        onUtc={props.onUtc}
        onResume={props.onResume}
        onWhy={props.onWhy}
        onDistribution={props.onDistribution}
        onTop={() => {
          pointerPx.current = undefined;
          if (scroller.current) scroller.current.scrollTop = 0;
          tellWindow();
        }}
      />
      {wide && <ColumnHeads model={model} template={look.template} />}
      <div
        class="list-scroller"
        ref={scroller}
        role={wide ? 'treegrid' : 'tree'}
        tabIndex={0}
        aria-label="Traces"
        aria-rowcount={wide ? page.rowCount + 1 : undefined}
        aria-owns={wide ? `${HEADS_ID} ${ROWS_ID}` : undefined}
        aria-colcount={wide ? settings.columns.length : undefined}
        data-vscode-context={activeRow && contextOf(activeRow)}
        aria-activedescendant={active >= first && active < last ? `list-row-${String(active)}` : undefined}
        onScroll={(event) => {
          setTopPx(event.currentTarget.scrollTop);
          tellWindow();
        }}
        onWheel={() => {
          pushed.current = false;
        }}
        onPointerMove={(event) => {
          const from = event.currentTarget.getBoundingClientRect().top;
          pointerPx.current = event.pointerType === 'mouse' ? event.clientY - from : undefined;
          tellWindow();
        }}
        onPointerLeave={(event) => {
          pointerPx.current = undefined;
          if (pushed.current) event.currentTarget.scrollTop = 0;
          pushed.current = false;
          tellWindow();
        }}
        onKeyDown={(event) => {
          const run = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
          if (!run) return;
          event.preventDefault();
          pushed.current = false;
          run();
        }}
      >
        <div
          class="list-content"
          id={ROWS_ID}
          style={{ height: `${String(page.rowCount * rowPx)}px` }}
          role={wide ? 'rowgroup' : 'presentation'}
        >
          {page.rows.slice(Math.max(0, first - page.from), Math.max(0, last - page.from)).map((row, offset) => {
            const index = Math.max(first, page.from) + offset;
            return (
              <ListRow
                key={rowKey(row)}
                row={row}
                index={index}
                rowCount={page.rowCount}
                active={index === active}
                fresh={row.kind === 'trace' && row.born > page.before && page.before > 0}
                look={look}
                onWhy={props.onWhyGroup}
                onPick={(focus) => {
                  if (row.kind === 'trace') {
                    setHead('');
                    onOpen(row.trace.traceId, focus);
                  } else if (!focus) {
                    setHead(row.key);
                    model.toggle(row.key);
                  }
                }}
              />
            );
          })}
        </div>
        {loaded && page.rowCount === 0 && <NothingListed problem={problem} model={model} />}
      </div>
    </div>
  );
}

function ColumnHeads({ model, template }: { readonly model: TraceListModel; readonly template: string }) {
  const settings = useStore(model.settings);
  return (
    <div class="list-columns" id={HEADS_ID} role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
      {settings.columns.map((key) => {
        const { title, sort } = columnOf(key);
        const text = visibleLine(title);
        const sorted = settings.sort === sort;
        return (
          <span
            key={key}
            role="columnheader"
            class="list-column-head"
            aria-sort={sorted ? (settings.descending ? 'descending' : 'ascending') : undefined}
          >
            <button
              type="button"
              class={`list-column${sorted ? ' sorted' : ''}${isNumber(key) ? ' list-number' : ''}`}
              title={`Sort by ${sort.startsWith(ATTRIBUTE_GROUP) ? text : text.toLowerCase()}`}
              aria-label={text}
              onClick={() => model.change(sortedBy(settings, sort))}
            >
              <span>{text}</span>
              {sorted && <Icon name={settings.descending ? 'chevron-down' : 'chevron-up'} />}
            </button>
          </span>
        );
      })}
    </div>
  );
}

function isNumber(key: string): boolean {
  return ['duration', 'spans', 'errors', 'tokens'].includes(key);
}

function templateOf(columns: readonly string[]): string {
  return columns
    .map((key) => {
      const { widthPx } = columnOf(key);
      return widthPx === 0 ? 'minmax(100px, 1fr)' : `${String(widthPx)}px`;
    })
    .join(' ');
}

/** The time, each second; undefined while it is not wanted. */
function useNow(wanted: boolean): number | undefined {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!wanted) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), AGO_MS);
    return () => clearInterval(timer);
  }, [wanted]);
  return wanted ? now : undefined;
}
