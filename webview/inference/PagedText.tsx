import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { CutValue } from '../../src/core/model/attributes.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { CopyButton } from '../details/CopyButton.tsx';
import { formatBytes } from '../text/formatCount.ts';
import { useStore } from '../state/useStore.ts';
import { VirtualScroll, ROW_HEIGHT_PX } from '../waterfall/virtualScroll.ts';
import { CallFind } from './callFind.ts';
import { CallFindBar } from './CallFindBar.tsx';
import { useCallAccess, type CallFound } from './callView.ts';
import { PagedRows } from './pagedRows.ts';
import { SaveButton } from './SaveButton.tsx';
import { shownPlaces } from './shownPlaces.ts';
import { markRanges, rangeOf } from './textMarks.ts';

/** Rows drawn above and below those in sight. */
const SPARE_ROWS = 20;
const MOST_COLUMNS = 400;
const LEAST_COLUMNS = 20;
/** Rows in sight of a long value. */
const SIGHT_ROWS = 24;
/** Space that is not text: padding and the scrollbar. */
const FRAME_PX = 40;

export interface PagedTextProps {
  readonly cut: CutValue;
  /** Names the value. */
  readonly what: string;
  /** What is looked for in the call around it, instead of a find box of its own. */
  readonly found?: CallFound;
  /** Where the match stands that is stepped to. */
  readonly current?: number | undefined;
}

/** A value of any size as text: the rows in sight are fetched, all can be scrolled to, found, copied and saved. */
export function PagedText({ cut, what, found, current: given }: PagedTextProps) {
  const access = useCallAccess();
  const box = useRef<HTMLDivElement>(null);
  const [columns, setColumns] = useState(0);
  useLayoutEffect(() => {
    if (box.current && columns === 0) setColumns(columnsIn(box.current));
  }, [columns]);
  const name = visibleLine(what) || 'value';
  const find = useMemo(() => CallFind.inValue(access.request, access.ref, cut.ref), [access, cut.ref]);
  const state = useStore(find.state);
  const own = state.found?.starts[state.current];
  const current = given ?? own;
  const wanted = found ?? (state.found ? { text: state.text, matchCase: state.matchCase } : undefined);
  return (
    <div class="paged-text" ref={box}>
      <div class="paged-head">
        <span class="dim">{formatBytes(cut.totalBytes)}</span>
        {!found && <CallFindBar find={find} label={`Find in ${name}`} />}
        <CopyButton text="" what={name} cut={cut} />
        <SaveButton value={cut} what={name} />
      </div>
      {columns > 0 && <Rows key={columns} cut={cut} name={name} columns={columns} wanted={wanted} current={current} />}
    </div>
  );
}

/** Columns of the editor's font that fit. */
function columnsIn(box: HTMLElement): number {
  const probe = document.createElement('span');
  probe.className = 'paged-probe';
  probe.textContent = '0'.repeat(100);
  box.append(probe);
  const { width } = probe.getBoundingClientRect();
  probe.remove();
  const fit = Math.floor((box.clientWidth - FRAME_PX) / (width / 100 || 8));
  return Math.min(MOST_COLUMNS, Math.max(LEAST_COLUMNS, fit));
}

interface RowsProps {
  readonly cut: CutValue;
  readonly name: string;
  readonly columns: number;
  readonly wanted: { readonly text: string; readonly matchCase: boolean } | undefined;
  readonly current: number | undefined;
}

function Rows({ cut, name, columns, wanted, current }: RowsProps) {
  const { request, ref } = useCallAccess();
  const rows = useMemo(() => new PagedRows(request, ref, cut.ref, columns), [request, ref, cut.ref, columns]);
  const { total, complete, problem } = useStore(rows.state);
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const scroll = useMemo(() => new VirtualScroll(), []);
  const [top, setTop] = useState(0);
  useEffect(() => {
    void rows.open();
    return () => rows.dispose();
  }, [rows]);
  const height = Math.min(SIGHT_ROWS, Math.max(1, total)) * ROW_HEIGHT_PX;
  scroll.resize(total * ROW_HEIGHT_PX, height);
  const seen = scroll.visibleRows(total);
  const [first, last] = [Math.max(0, seen.first - SPARE_ROWS), Math.min(total - 1, seen.last + SPARE_ROWS)];
  const moveTo = (px: number): void => {
    scroll.moveTo(px);
    if (scroller.current) {
      scroller.current.scrollTop = scroll.nativeTop;
      scroll.nativeMoved(scroller.current.scrollTop);
    }
    setTop(scroll.topPx);
  };
  useEffect(() => {
    if (current === undefined) return undefined;
    let isLatest = true;
    rows.rowAt(current).then(
      (row) => {
        if (!isLatest) return;
        moveTo(scroll.topToReveal(row));
        scroller.current?.scrollIntoView({ block: 'nearest' });
      },
      () => undefined,
    );
    return () => {
      isLatest = false;
    };
  }, [current, rows, complete]);
  const drawn = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => ({
    index: first + at,
    row: rows.row(first + at),
  }));
  useMarks(list, drawn, wanted, current);
  return (
    <>
      <div
        class="paged-rows"
        ref={scroller}
        style={{ height: `${height}px` }}
        tabIndex={0}
        role="region"
        aria-label={`${name}, ${total.toLocaleString('en-US')} rows`}
        onScroll={({ currentTarget }) => {
          if (scroll.nativeScrolled(currentTarget.scrollTop)) setTop(scroll.topPx);
        }}
      >
        <div style={{ height: `${scroll.nativeHeightPx}px` }}>
          <div
            class="paged-list"
            ref={list}
            style={{ transform: `translateY(${scroll.nativeTop + first * ROW_HEIGHT_PX - scroll.topPx}px)` }}
            data-top={top}
          >
            {drawn.map(({ index, row }) => (
              <div key={index} class="paged-row">
                {row === undefined ? '' : visibleLine(row.text)}
              </div>
            ))}
          </div>
        </div>
      </div>
      {!complete && problem === '' && <span class="dim">Counting rows…</span>}
      {problem !== '' && <span class="problem">{visibleLine(problem)}</span>}
    </>
  );
}

interface DrawnRow {
  readonly index: number;
  readonly row: { readonly text: string; readonly start: number } | undefined;
}

/** Marks what is looked for in the rows that are drawn. A match that is wrapped is marked in each of its rows. */
function useMarks(
  list: { readonly current: HTMLElement | null },
  drawn: readonly DrawnRow[],
  wanted: RowsProps['wanted'],
  current: number | undefined,
): void {
  useLayoutEffect(() => {
    const owner = {};
    if (!wanted || wanted.text === '' || !list.current) return undefined;
    const text = drawn.map(({ row }) => row?.text ?? '').join('');
    const found: Range[] = [];
    let marked: Range | undefined;
    const expression = new RegExp(wanted.text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), wanted.matchCase ? 'gu' : 'giu');
    const places: (readonly [number, number])[] = [...text.matchAll(expression)].map(({ index, 0: { length } }) => [
      index,
      index + length,
    ]);
    let before = 0;
    drawn.forEach(({ row }, at) => {
      const node = list.current?.children[at]?.firstChild;
      const length = row?.text.length ?? 0;
      for (const [start, end] of places) {
        if (!row || !node || end <= before || start >= before + length) continue;
        const inside = [Math.max(0, start - before), Math.min(length, end - before)] as const;
        const shown = shownPlaces(row.text, inside);
        const range = rangeOf(node, shown.get(inside[0]) ?? 0, shown.get(inside[1]) ?? 0);
        found.push(range);
        if (current !== undefined && row.start + start - before === current) marked = range;
      }
      before += length;
    });
    markRanges(owner, found, marked);
    return () => markRanges(owner, [], undefined);
  });
}
