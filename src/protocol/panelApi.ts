import type { SpanId, TraceId } from '../core/model/ids.ts';
import type { SourceResolution } from '../core/model/source.ts';
import type { SpanRef } from '../core/model/span.ts';
import type { EngineEvents, EngineMethods } from './engineApi.ts';
import type { ContentMethods } from './contentApi.ts';
import type { RowOptions } from './rowApi.ts';
import type { PriceTable } from '../core/inference/callPrice.ts';
import type { LooksEvents, LooksMethods, PaletteChoice } from './looksApi.ts';
import type { FilterBook, FilterMethods } from './filterApi.ts';
import type { PanelEngineMethod } from './panelEngine.ts';

/** Fixed actions a panel may ask of the host; nothing from a span names a command. */
export type HostAction =
  | 'clear'
  | 'undoClear'
  | 'pause'
  | 'resume'
  | 'hideContent'
  | 'showContent'
  | 'startReceiver'
  | 'copyEndpoint'
  | 'copyScheduleDelay'
  | 'showLog'
  | 'showStatusMenu'
  | 'openTraceById'
  | 'openPathMappings'
  | 'runExample';

/** What the panel shows, kept by the webview's state and the serializer across reloads. */
export interface PanelState {
  readonly traceId: TraceId | '';
  readonly spanId: SpanId | '';
}

/** What the panel calls: the engine's reading methods, passed through, and the host's own. */
export interface PanelHostMethods
  extends Pick<EngineMethods, PanelEngineMethod>, FilterMethods, LooksMethods, ContentMethods {
  /** First call of a fresh webview; the answer says what to show. `viewId`: a view of the page before, to be kept open. */
  'panel/ready': readonly [{ readonly state: PanelState | null; readonly viewId?: number }, PanelInit];
  /** The trace and span shown now: drives the tree's selection and the context of commands. */
  'panel/selected': readonly [PanelState, void];
  /** Adds a rule that folds traces like this one; the host says so and offers to undo it. */
  'list/hideLikeThis': readonly [{ readonly traceId: TraceId }, void];
  'panel/action': readonly [{ readonly action: HostAction }, void];
  'clipboard/write': readonly [{ readonly text: string; readonly what: string }, void];
  /** Writes a text to a file the user names, at first after `what`; `saved` is its name, empty when dismissed. */
  'value/save': readonly [{ readonly what: string; readonly source: SavedSource }, { readonly saved: string }];
  'source/resolve': readonly [SpanRef, SourceResolution];
  /** Opens the editor; with several equal candidates the host shows a pick list. Answers what happened. */
  'source/open': readonly [SpanRef & { readonly candidate: number; readonly toSide: boolean }, SourceOpened];
  /**
   * Shows the line of a span in an editor that does not take the keyboard. Only a place inside the workspace that no
   * other equals: following never asks. `none` when there is no such place.
   */
  'source/follow': readonly [SpanRef, { readonly result: 'shown' | 'none' }];
  /** Opens the frame that stands at `textStart` of the span's n-th stack trace (host re-reads it; the text is not trusted). */
  'source/openFrame': readonly [SpanRef & { readonly stack: StackRef; readonly textStart: number }, SourceOpened];
  /** Opens the line a log record names (its `code.*`). */
  'source/openLog': readonly [SpanRef & { readonly logIndex: number }, SourceOpened];
  /** Opens the n-th place first from now on, for all spans of this kind; -1 forgets what was chosen for them. */
  'source/prefer': readonly [SpanRef & { readonly candidate: number }, void];
  /** Searches the open folders for the span's name. */
  'source/search': readonly [SpanRef, void];
}

/** A long value of a span by its `CutValue.ref`, or a text the page made. */
export type SavedSource = (SpanRef & { readonly ref: string }) | { readonly text: string };

/** Which stack trace of a span: the n-th event's `exception.stacktrace`, the span's `code.stacktrace`, or the n-th log's. */
export type StackRef =
  | { readonly in: 'event'; readonly index: number }
  | { readonly in: 'span' }
  | { readonly in: 'log'; readonly index: number };

export type SourceOpened =
  | { readonly result: 'opened'; readonly path: string; readonly line: number }
  /** There is no editor (a browser's tab): the page shows the place. */
  | { readonly result: 'shown'; readonly path: string; readonly line: number }
  | { readonly result: 'dismissed' }
  | { readonly result: 'notFound'; readonly tried: readonly string[] };

export interface PanelInit {
  readonly show: PanelState;
  /** The endpoint text for the empty state, e.g. `http://localhost:4318`. */
  readonly endpoint: string;
  readonly letterKeys: boolean;
  /** How rows are put together, as set. */
  readonly rows: RowOptions;
  readonly listVisible: boolean;
  /** The keyboard belongs in the waterfall once the trace is shown. */
  readonly focus: boolean;
  /** `theme` when left out. */
  readonly palette?: PaletteChoice;
  /** What models cost, as the user's setting says; none when left out. */
  readonly prices?: PriceTable;
}

/** What commands ask of the panel. */
export type PanelCommand =
  | 'nextError'
  | 'previousError'
  | 'expandAll'
  | 'collapseAll'
  | 'focusTree'
  | 'zoomToSpan'
  | 'zoomFit'
  | 'followValue'
  | 'find'
  | 'findNext'
  | 'findPrevious';

export interface PanelEvents
  extends Pick<EngineEvents, 'status/changed' | 'traces/changed' | 'view/changed' | 'pauses/changed'>, LooksEvents {
  /** Show this trace (and span): from the tree, a command, or another view. `focus` moves the keyboard there. */
  'panel/show': PanelState & { readonly focus: boolean };
  /** A command that acts on the panel's selection. */
  'panel/command': {
    readonly command: PanelCommand;
  };
  /**
   * Compares traces: `of` is what the page put into the context of a menu, a group's head or a change marker; empty for
   * what is listed or open.
   */
  'panel/why': { readonly of: string };
  /** The engine was restarted, or (`moved`) that of another window answers now: every view id is void, open again. */
  'engine/restarted': { readonly moved: boolean };
  'source/indexChanged': Record<string, never>;
  /** The user changed the prices of models. */
  'panel/prices': { readonly prices: PriceTable };
  /** The user chose other colours. */
  'panel/palette': { readonly palette: PaletteChoice };
  /** Another view of the window has another filter, or keeps other ones. */
  'filter/changed': FilterBook;
}
