/** The views of an open trace. */
export type TraceView = 'waterfall' | 'steps' | 'flame' | 'statistics' | 'graph' | 'logs';

export interface TraceViewTab {
  readonly view: TraceView;
  readonly title: string;
  readonly tooltip: string;
}

/** In the order of their tabs; the keys 1, 2, … turn to them. */
export const TRACE_VIEWS: readonly TraceViewTab[] = [
  { view: 'waterfall', title: 'Waterfall', tooltip: 'Spans by time and parent' },
  {
    view: 'steps',
    title: 'Steps',
    tooltip: 'Model and tool calls in order of time: what is new in each, arguments, results',
  },
  { view: 'flame', title: 'Flame', tooltip: 'Where the time went: call paths as boxes in boxes' },
  { view: 'statistics', title: 'Statistics', tooltip: 'Spans counted and summed by name, service or attribute' },
  { view: 'graph', title: 'Graph', tooltip: 'Services and what they call: calls, errors, latency' },
  { view: 'logs', title: 'Logs', tooltip: 'Log records and events of all spans in order of time' },
];

/** Reads a view that an earlier page, perhaps of another version, was left in. */
export function traceView(value: unknown): TraceView {
  return TRACE_VIEWS.find(({ view }) => view === value)?.view ?? 'waterfall';
}

/** The part of a KeyboardEvent that decides. */
export interface DigitStroke {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/**
 * The view a key turns to. Plain digits, and only while nothing is typed: VS Code keeps Ctrl, Cmd and Alt with digits
 * for editor groups and tabs, and gets them from a webview whatever the page does.
 */
export function viewOfKey(stroke: DigitStroke): TraceView | undefined {
  if (stroke.ctrlKey || stroke.metaKey || stroke.altKey) return undefined;
  return /^[1-9]$/.test(stroke.key) ? TRACE_VIEWS[Number(stroke.key) - 1]?.view : undefined;
}
