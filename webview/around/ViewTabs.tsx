import { useRef } from 'preact/hooks';
import { TRACE_VIEWS, type TraceView } from './traceViews.ts';

/** Id of the element that shows the chosen view. */
export const VIEW_PANEL_ID = 'trace-view';

export interface ViewTabsProps {
  readonly active: TraceView;
  /** The keys that turn to a view are told in the tooltips. */
  readonly letterKeys: boolean;
  readonly onSelect: (view: TraceView) => void;
}

/** The views of the open trace; arrow keys move between them, as the ARIA tabs pattern says. */
export function ViewTabs({ active, letterKeys, onSelect }: ViewTabsProps) {
  const list = useRef<HTMLDivElement>(null);
  const go = (to: number): void => {
    const next = TRACE_VIEWS[(to + TRACE_VIEWS.length) % TRACE_VIEWS.length];
    if (!next) return;
    onSelect(next.view);
    list.current?.querySelector<HTMLElement>(`#view-${next.view}`)?.focus();
  };
  const at = TRACE_VIEWS.findIndex(({ view }) => view === active);
  const keys: Readonly<Record<string, () => void>> = {
    ArrowRight: () => go(at + 1),
    ArrowLeft: () => go(at - 1),
    Home: () => go(0),
    End: () => go(TRACE_VIEWS.length - 1),
  };
  return (
    <div class="view-tabs" role="tablist" aria-label="Views of the trace" ref={list}>
      {TRACE_VIEWS.map(({ view, title, tooltip }, index) => (
        <button
          key={view}
          id={`view-${view}`}
          type="button"
          role="tab"
          class="tab"
          title={letterKeys ? `${tooltip} (${index + 1})` : tooltip}
          aria-selected={view === active}
          aria-controls={VIEW_PANEL_ID}
          tabIndex={view === active ? 0 : -1}
          onClick={() => onSelect(view)}
          onKeyDown={(event) => {
            const run = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
            if (!run) return;
            event.preventDefault();
            run();
          }}
        >
          {title}
        </button>
      ))}
    </div>
  );
}
