import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { formatClock, formatDuration } from '../../src/core/layout/formatDuration.ts';
import type { TraceId } from '../../src/core/model/ids.ts';
import type { TraceSummary } from '../../src/core/model/trace.ts';
import { useStore } from '../state/useStore.ts';
import { formatCount } from '../text/formatCount.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { Icon } from '../ui/Icon.tsx';
import type { TraceListModel } from './traceListModel.ts';

const ENTRY_PX = 44;
const ENTRIES_AROUND = 6;

export interface TraceListViewProps {
  readonly model: TraceListModel;
  readonly selected: TraceId | '';
  readonly paused: boolean;
  readonly onOpen: (traceId: TraceId, focus: boolean) => void;
  readonly onResume: () => void;
}

/** The list of traces, newest first. Only the entries in sight are elements; the entry at the top stays where it is. */
export function TraceListView({ model, selected, paused, onOpen, onResume }: TraceListViewProps) {
  const { traces, total, waiting } = useStore(model.list);
  const unseen = useStore(model.unseen);
  const scroller = useRef<HTMLDivElement>(null);
  const [topPx, setTopPx] = useState(0);
  const [heightPx, setHeightPx] = useState(400);
  const anchor = useRef<{ readonly traceId: TraceId; readonly index: number } | undefined>(undefined);

  /** What must stay where it is when the list changes: the entry at the top. */
  const remember = (element: HTMLElement): void => {
    const index = Math.min(Math.floor(element.scrollTop / ENTRY_PX), traces.length - 1);
    const trace = traces[index];
    anchor.current = trace && { traceId: trace.traceId, index };
  };

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setHeightPx(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    const element = scroller.current;
    const held = anchor.current;
    if (!element) return;
    if (held && element.scrollTop > 0) {
      const index = traces.findIndex((trace) => trace.traceId === held.traceId);
      if (index >= 0 && index !== held.index) element.scrollTop += (index - held.index) * ENTRY_PX;
    }
    remember(element);
  }, [traces]);

  const first = Math.max(0, Math.floor(topPx / ENTRY_PX) - ENTRIES_AROUND);
  const last = Math.min(traces.length, Math.ceil((topPx + heightPx) / ENTRY_PX) + ENTRIES_AROUND);
  const index = traces.findIndex((trace) => trace.traceId === selected);
  const go = (to: number): void => {
    const trace = traces[Math.min(Math.max(0, to), traces.length - 1)];
    const element = scroller.current;
    if (!trace || !element) return;
    const at = traces.indexOf(trace) * ENTRY_PX;
    if (at < element.scrollTop) element.scrollTop = at;
    else if (at + ENTRY_PX > element.scrollTop + element.clientHeight)
      element.scrollTop = at + ENTRY_PX - element.clientHeight;
    onOpen(trace.traceId, false);
  };
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => go(index + 1),
    ArrowUp: () => go(index < 0 ? 0 : index - 1),
    Home: () => go(0),
    End: () => go(traces.length - 1),
    Enter: () => {
      if (selected !== '') onOpen(selected, true);
    },
  };

  return (
    <div class="list">
      <div class="list-head">
        <span class="list-title">Traces</span>
        <span class="dim">{total.toLocaleString('en-US')}</span>
        {paused ? (
          <button type="button" class="pill" onClick={onResume} title="Show what arrived and go on">
            {waiting > 0 ? `${waiting.toLocaleString('en-US')} new · resume` : 'Paused · resume'}
          </button>
        ) : (
          unseen > 0 && (
            <button
              type="button"
              class="pill"
              onClick={() => {
                if (scroller.current) scroller.current.scrollTop = 0;
              }}
            >
              {unseen.toLocaleString('en-US')} new
            </button>
          )
        )}
      </div>
      <div
        class="list-scroller"
        ref={scroller}
        role="listbox"
        tabIndex={0}
        aria-label="Traces"
        aria-activedescendant={index >= first && index < last ? `trace-${index}` : undefined}
        onScroll={(event) => {
          const element = event.currentTarget;
          setTopPx(element.scrollTop);
          remember(element);
          model.setAtTop(element.scrollTop === 0);
          if (element.scrollTop + element.clientHeight > element.scrollHeight - element.clientHeight) model.more();
        }}
        onKeyDown={(event) => {
          const run = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
          if (!run) return;
          event.preventDefault();
          run();
        }}
      >
        <div class="list-content" style={{ height: `${traces.length * ENTRY_PX}px` }} role="presentation">
          {traces.slice(first, last).map((trace, offset) => (
            <Entry
              key={trace.traceId}
              trace={trace}
              index={first + offset}
              count={traces.length}
              selected={trace.traceId === selected}
              onOpen={onOpen}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

interface EntryProps {
  readonly trace: TraceSummary;
  readonly index: number;
  readonly count: number;
  readonly selected: boolean;
  readonly onOpen: (traceId: TraceId, focus: boolean) => void;
}

function Entry({ trace, index, count, selected, onOpen }: EntryProps) {
  const name = visibleLine(trace.name) || '(no name)';
  const clock = formatClock(trace.start, { utc: false, withMillis: false });
  const services = trace.services.map(visibleLine);
  const duration = `${trace.assembling ? '≥\u00a0' : ''}${formatDuration(trace.durationNs)}`;
  return (
    <div
      id={`trace-${index}`}
      class={`list-entry${selected ? ' selected' : ''}`}
      role="option"
      aria-selected={selected}
      aria-posinset={index + 1}
      aria-setsize={count}
      style={{ transform: `translateY(${index * ENTRY_PX}px)` }}
      title={`${name}\n${services.join(', ')}\n${formatCount(trace.spanCount, 'span', 'spans')}${trace.errorCount > 0 ? `, ${formatCount(trace.errorCount, 'error', 'errors')}` : ''}`}
      data-vscode-context={JSON.stringify({
        webviewSection: 'trace',
        preventDefaultContextMenuItems: true,
        traceId: trace.traceId,
      })}
      onClick={() => onOpen(trace.traceId, false)}
      onDblClick={() => onOpen(trace.traceId, true)}
    >
      <div class="list-line">
        <span class="list-name">{name}</span>
        <span class="list-duration">{duration}</span>
      </div>
      <div class="list-line dim">
        <span class="list-clock">{clock}</span>
        <span class="list-services">{services.join(', ')}</span>
        {trace.errorCount > 0 && (
          <span class="list-errors" title={formatCount(trace.errorCount, 'error', 'errors')}>
            <Icon name="error" />
            {trace.errorCount.toLocaleString('en-US')}
          </span>
        )}
        <span class="list-spans">{formatCount(trace.spanCount, 'span', 'spans')}</span>
      </div>
    </div>
  );
}
