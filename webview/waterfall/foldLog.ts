import { parseSpanId } from '../../src/core/model/ids.ts';
import { isGroupId, type RowId } from '../../src/protocol/rowApi.ts';
import type { ViewInfo } from '../../src/protocol/viewApi.ts';
import type { Host } from '../protocol/host.ts';

/** One thing done to the folds of a view. */
export interface Fold {
  readonly rowId: RowId;
  readonly expanded: boolean;
  /** With everything below it. */
  readonly recursive: boolean;
}

/** Kept at most: it is part of what a page leaves behind each time the place changes. */
const MOST_FOLDS = 200;
const GROUP = /^(?:alike|messages|missing):[\w:-]{1,100}$/;

/** What was folded by hand, in order, so that another engine's view of the same trace can be folded alike. */
export class FoldLog {
  #folds: readonly Fold[] = [];

  get folds(): readonly Fold[] {
    return this.#folds;
  }

  begin(folds: readonly Fold[]): void {
    this.#folds = folds;
  }

  add(fold: Fold): void {
    // What came after something done to all that is below a row may not be put before it.
    const others = this.#folds.filter(({ rowId, recursive }) => rowId !== fold.rowId || (recursive && !fold.recursive));
    this.#folds = [...others, fold].slice(-MOST_FOLDS);
  }

  /** Folds a new view alike; rows that are not in it (any more) are passed over. */
  async replay(host: Pick<Host, 'request'>, info: ViewInfo): Promise<ViewInfo> {
    let now = info;
    for (const { rowId: spanId, expanded, recursive } of this.#folds) {
      now = await host.request('view/fold', { viewId: info.viewId, spanId, expanded, recursive }).catch(() => now);
    }
    return now;
  }
}

/** Reads what an earlier page kept; what does not fit is left out. */
export function readFolds(raw: unknown): readonly Fold[] {
  if (!Array.isArray(raw)) return [];
  return (raw as readonly unknown[]).slice(-MOST_FOLDS).flatMap((each): readonly Fold[] => {
    const { rowId, expanded, recursive } = (typeof each === 'object' && each !== null ? each : {}) as Partial<
      Record<keyof Fold, unknown>
    >;
    const id = typeof rowId === 'string' ? checkedRowId(rowId) : undefined;
    return id === undefined ? [] : [{ rowId: id, expanded: expanded === true, recursive: recursive === true }];
  });
}

function checkedRowId(text: string): RowId | undefined {
  const id = text as RowId;
  if (isGroupId(id)) return GROUP.test(id) ? id : undefined;
  return parseSpanId(text) ?? undefined;
}
