import { readListSettings, type ListSettings } from '../list/listSettings.ts';
import { parseSpanId, parseTraceId } from '../../src/core/model/ids.ts';
import { traceView, type TraceView } from '../around/traceViews.ts';
import { readRowColumns, type RowColumn } from '../waterfall/rowColumns.ts';
import type { PanelState } from '../../src/protocol/panelApi.ts';
import { readViewPlace, type ViewPlace } from '../waterfall/viewPlace.ts';

/** Where the parts of the panel are split, in pixels, and which of them are shown. */
export interface PanelSizes {
  readonly listWidth: number;
  readonly nameWidth: number;
  readonly detailsHeight: number;
  readonly detailsWidth: number;
  /** `auto`: as the host says, and hidden when the panel is narrow. */
  readonly list: 'auto' | 'shown' | 'hidden';
  readonly detailsShown: boolean;
}

export const DEFAULT_SIZES: PanelSizes = {
  listWidth: 240,
  nameWidth: 300,
  detailsHeight: 280,
  detailsWidth: 440,
  list: 'auto',
  detailsShown: true,
};

/** What `setState` keeps: small, and of no use to anyone else. */
export interface SavedState extends PanelState {
  readonly sizes: PanelSizes;
  /** How the trace list is shown. */
  readonly list: ListSettings;
  /** Clock times in UTC instead of the machine's zone. */
  readonly utc: boolean;
  /** Text of model calls as it was sent instead of rendered Markdown. */
  readonly rawText: boolean;
  /** Service names in the order of their colours. */
  readonly services: readonly string[];
  /** The details' tabs chosen last, on spans without and with model content; empty for the first there is. */
  readonly tab: string;
  readonly modelTab: string;
  /** The view of the trace that was shown. */
  readonly view: TraceView;
  /** Whether the critical path is drawn. */
  readonly critical: boolean;
  /** Whether the editor follows the selection. */
  readonly follow: boolean;
  /** Columns of the waterfall's rows. */
  readonly columns: readonly RowColumn[];
  /** Where the trace was looked at. */
  readonly place: ViewPlace;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function pixels(value: unknown, fallback: number): number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 40 && value <= 10_000 ? value : fallback;
}

function tabId(value: unknown): string {
  return typeof value === 'string' && /^[a-z]{1,20}$/.test(value) ? value : '';
}

/** Reads what an earlier panel, perhaps of another version, left behind; whatever does not fit is its default. */
export function readSavedState(raw: unknown): SavedState {
  const state = isRecord(raw) ? raw : {};
  const sizes = isRecord(state['sizes']) ? state['sizes'] : {};
  const traceId = typeof state['traceId'] === 'string' ? (parseTraceId(state['traceId']) ?? '') : '';
  const spanId = typeof state['spanId'] === 'string' ? (parseSpanId(state['spanId']) ?? '') : '';
  const list = sizes['list'];
  const services: readonly unknown[] = Array.isArray(state['services']) ? state['services'] : [];
  return {
    traceId,
    spanId: traceId === '' ? '' : spanId,
    sizes: {
      listWidth: pixels(sizes['listWidth'], DEFAULT_SIZES.listWidth),
      nameWidth: pixels(sizes['nameWidth'], DEFAULT_SIZES.nameWidth),
      detailsHeight: pixels(sizes['detailsHeight'], DEFAULT_SIZES.detailsHeight),
      detailsWidth: pixels(sizes['detailsWidth'], DEFAULT_SIZES.detailsWidth),
      list: list === 'shown' || list === 'hidden' ? list : 'auto',
      detailsShown: sizes['detailsShown'] !== false,
    },
    list: readListSettings(state['list']),
    utc: state['utc'] === true,
    rawText: state['rawText'] === true,
    services: services.filter((name) => typeof name === 'string'),
    tab: tabId(state['tab']),
    modelTab: tabId(state['modelTab']),
    view: traceView(state['view']),
    critical: state['critical'] !== false,
    follow: state['follow'] === true,
    columns: readRowColumns(state['columns']),
    place: readViewPlace(traceId === '' ? undefined : state['place']),
  };
}
