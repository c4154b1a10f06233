import type { RowId } from '../../src/protocol/rowApi.ts';
import type { StepKind, ViewInfo } from '../../src/protocol/viewApi.ts';
import type { Host } from '../protocol/host.ts';
import type { Fold } from './foldLog.ts';
import { hasFlag, rowIdOf, type RowRef } from './rowCache.ts';
import { WHOLE_TRACE_ROWS, type RowSync } from './rowSync.ts';

/** Key presses waiting for the engine; more are dropped rather than run on after the key was let go. */
const MOST_QUEUED = 4;

const NOTHING: Readonly<Record<StepKind, string>> = {
  nextError: 'No error after this span.',
  previousError: 'No error before this span.',
  nextCritical: 'Nothing here is on a critical path.',
  previousCritical: 'Nothing here is on a critical path.',
  nextSibling: 'This is the last sibling.',
  previousSibling: 'This is the first sibling.',
  parent: 'This span has no parent here.',
  firstChild: 'This span has no children.',
};

/** What moving needs of the waterfall it moves in. */
export interface MovesDeps {
  readonly host: Pick<Host, 'request'>;
  readonly sync: RowSync;
  /** The view that may be acted on. */
  readonly view: () => ViewInfo | undefined;
  readonly selected: () => RowId | '';
  readonly select: (rowId: RowId) => void;
  /** Something was folded or unfolded. */
  readonly onFold: (fold: Fold) => void;
  readonly selectRow: (row: number) => Promise<void>;
  readonly goTo: (rowId: RowId, row: number, info: ViewInfo) => Promise<void>;
  /** A step found nothing to go to; worded for the notice line. */
  readonly onNothingThere: (message: string) => void;
  readonly onRefused: (error: unknown) => void;
}

/** Folding, and moving the selection by rows and by relations. Everything names spans; the engine says where they are. */
export class WaterfallMoves {
  readonly #deps: MovesDeps;
  #queue: Promise<void> = Promise.resolve();
  #queued = 0;

  constructor(deps: MovesDeps) {
    this.#deps = deps;
  }

  /** Moves the selection by rows; without one, to the first row in sight. */
  moveBy(rows: number): Promise<void> {
    return this.#inOrder(() => {
      const selected = this.#selectedRow;
      const { sync } = this.#deps;
      return this.#deps.selectRow(selected ? selected.row + rows : sync.scroll.visibleRows(sync.rows.rowCount).first);
    });
  }

  /** Folds or unfolds. A selection that is folded away moves to the folded span. */
  async fold(spanId: RowId, expanded: boolean, recursive: boolean): Promise<void> {
    const { host, sync } = this.#deps;
    const info = this.#deps.view();
    if (!info) return;
    try {
      const selected = this.#deps.selected();
      let next = await host.request('view/fold', { viewId: info.viewId, spanId, expanded, recursive });
      this.#deps.onFold({ rowId: spanId, expanded, recursive });
      if (!expanded && selected !== '' && selected !== spanId) {
        const at = await host.request('view/locate', { viewId: info.viewId, spanId: selected, reveal: false });
        next = at.info;
        if (at.row < 0) this.#deps.select(spanId);
      }
      if (this.#deps.view()?.viewId !== info.viewId) return;
      sync.want(next);
      await sync.sync(spanId);
    } catch (error) {
      this.#deps.onRefused(error);
    }
  }

  /** Folds or unfolds everything, from the rows without a parent down. */
  async foldAll(expanded: boolean): Promise<void> {
    const info = this.#deps.view();
    if (!info) return;
    for (const spanId of await this.#topSpans(info)) await this.fold(spanId, expanded, true);
  }

  /** Goes where the engine says. */
  step(step: StepKind): Promise<void> {
    return this.#inOrder(() => this.#step(step));
  }

  /** Left: folds an open row, else goes to the parent. */
  foldOrParent(): Promise<void> {
    return this.#inOrder(async () => {
      const selected = this.#selectedRow;
      if (!selected) return;
      const open = hasFlag(selected, 'hasChildren') && hasFlag(selected, 'expanded');
      await (open ? this.fold(rowIdOf(selected), false, false) : this.#step('parent'));
    });
  }

  /** Right: unfolds a folded row, else goes to the first child. */
  unfoldOrChild(): Promise<void> {
    return this.#inOrder(async () => {
      const selected = this.#selectedRow;
      if (!selected || !hasFlag(selected, 'hasChildren')) return;
      const open = hasFlag(selected, 'expanded');
      await (open ? this.#step('firstChild') : this.fold(rowIdOf(selected), true, false));
    });
  }

  toggleFold(): Promise<void> {
    return this.#inOrder(async () => {
      const selected = this.#selectedRow;
      if (!selected || !hasFlag(selected, 'hasChildren')) return;
      await this.fold(rowIdOf(selected), !hasFlag(selected, 'expanded'), false);
    });
  }

  get #selectedRow(): RowRef | undefined {
    const selected = this.#deps.selected();
    return selected === '' ? undefined : this.#deps.sync.rows.find(selected);
  }

  /** Key presses act one after the other: each sees what the one before did, however slow the link. */
  #inOrder(act: () => Promise<void>): Promise<void> {
    if (this.#queued >= MOST_QUEUED) return this.#queue;
    this.#queued++;
    this.#queue = this.#queue.then(act).finally(() => {
      this.#queued--;
    });
    return this.#queue;
  }

  async #step(step: StepKind): Promise<void> {
    const info = this.#deps.view();
    const spanId = this.#deps.selected();
    if (!info || spanId === '') return;
    try {
      const found = await this.#deps.host.request('view/step', { viewId: info.viewId, spanId, step });
      if (this.#deps.view()?.viewId !== info.viewId) return;
      if (found.spanId === '') this.#deps.onNothingThere(NOTHING[step]);
      else await this.#deps.goTo(found.spanId, found.row, found.info);
    } catch (error) {
      this.#deps.onRefused(error);
    }
  }

  async #topSpans(info: ViewInfo): Promise<readonly RowId[]> {
    const { rows } = this.#deps.sync;
    const tops: RowId[] = [];
    for (let row = 0; row < Math.min(rows.rowCount, WHOLE_TRACE_ROWS); row++) {
      if (!rows.at(row)) await this.#deps.sync.fetchAround(info, row);
      const ref = rows.at(row);
      if (!ref) break;
      if (ref.window.depth[ref.index] === 0) tops.push(rowIdOf(ref));
    }
    return tops;
  }
}
