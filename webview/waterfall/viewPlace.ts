import { readFolds, type Fold } from './foldLog.ts';
import { parseSpanId, type SpanId } from '../../src/core/model/ids.ts';

/** Where the user looks in an open trace, small enough to be kept by a page that may go at any time. */
export interface ViewPlace {
  /** The engine's view, which knows what is folded; -1 for none. Another engine does not know it. */
  readonly viewId: number;
  /** The range that is shown, ns from the trace's start; both 0 for all of it. */
  readonly beginNs: number;
  readonly endNs: number;
  /** The first span on screen, and how far its row's top is below the screen's, in pixels (negative: above). */
  readonly topSpan: SpanId | '';
  readonly topPx: number;
  /** What was folded by hand, for an engine that does not know the view. */
  readonly folds: readonly Fold[];
}

export const NO_PLACE: ViewPlace = { viewId: -1, beginNs: 0, endNs: 0, topSpan: '', topPx: 0, folds: [] };

/** Reads a place that an earlier page left; whatever does not fit is as if nothing had been left. */
export function readViewPlace(raw: unknown): ViewPlace {
  if (typeof raw !== 'object' || raw === null) return NO_PLACE;
  const fields = raw as Readonly<Record<string, unknown>>;
  const number = (key: string): number => {
    const value = fields[key];
    return typeof value === 'number' && Number.isFinite(value) ? value : 0;
  };
  const [beginNs, endNs] = [number('beginNs'), number('endNs')];
  const viewId = fields['viewId'];
  const topSpan = fields['topSpan'];
  return {
    viewId: Number.isSafeInteger(viewId) && (viewId as number) >= 0 ? (viewId as number) : -1,
    ...(beginNs >= 0 && endNs > beginNs ? { beginNs, endNs } : { beginNs: 0, endNs: 0 }),
    topSpan: (typeof topSpan === 'string' && parseSpanId(topSpan)) || '',
    topPx: Math.abs(number('topPx')) < 10_000 ? number('topPx') : 0,
    folds: readFolds(fields['folds']),
  };
}
