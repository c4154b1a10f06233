import { buildDisplayTree, type DisplayTree } from '../core/layout/displayTree.ts';
import { criticalFrom, errorFrom, firstChildFrom, parentFrom, siblingFrom } from '../core/layout/rowSteps.ts';
import type { RowOrder } from '../core/layout/rowOrder.ts';
import { VisibleRows } from '../core/layout/visibleRows.ts';
import type { TraceId } from '../core/model/ids.ts';
import type { TraceSummary } from '../core/model/trace.ts';
import type { StoreReader } from '../core/store/storeReader.ts';
import type { RowId, RowOptions } from '../protocol/rowApi.ts';
import type { RowWindow, StepKind, ViewInfo } from '../protocol/viewApi.ts';
import { ProtocolError } from '../protocol/errors.ts';
import { placeOfRow, rowIdAt } from './rowIds.ts';
import { makeRowWindow } from './rowWindow.ts';
import { TraceLayout } from './traceLayout.ts';

/** A relayout is at most a fifth of the engine's time: it is followed by four times as long without one. */
const REST_PER_WORK = 4;
const SHORTEST_REST_MS = 100;

/** Every span has a row. */
const ALL_ROWS: RowOptions = { foldAlike: 0, messagesAsRows: true };

/** The present layout of a trace, shared by the views that show it. */
interface Layout {
  readonly traceId: TraceId;
  readonly views: Set<View>;
  now: TraceLayout;
}

/** Places of the rows that are shown with those above them; undefined when all are. */
export type OnlyRows = (order: RowOrder) => Uint32Array | undefined;

interface View {
  readonly viewId: number;
  readonly layout: Layout;
  readonly options: RowOptions;
  rows: VisibleRows;
  /** What of the rows is shown, asked anew with each layout. */
  only: OnlyRows | undefined;
  /** The row named last, by request or as anchor: a relayout does not fold it away. */
  inSight: RowId | '';
  /** Grows with every change of the rows: relayout, fold, settling. */
  revision: number;
  assembling: boolean;
}

export interface ViewsDeps {
  readonly store: StoreReader;
  /** Monotonic milliseconds, for the cost of relayouts. */
  readonly elapsed: () => number;
  /** Any number nobody outside can know; guards id lookups against made-up ids. */
  readonly seed: number;
  /** Id of the first view; a random one keeps ids given out by an engine that is gone from naming views of this one. */
  readonly firstId?: number;
  /** Told of a trace that could not be laid out anew; its views keep the rows they have. */
  readonly onFailure: (traceId: TraceId, error: unknown) => void;
}

/**
 * The open waterfalls of all clients, which share the tree of a trace; see `ClientViews` for whose is whose. Tree and folds of each. Requests name spans and are answered from the tree of the view's
 * revision; traces that change are laid out again when {@link Views.relayout} is called, not before.
 */
export class Views {
  readonly #deps: ViewsDeps;
  readonly #views = new Map<number, View>();
  readonly #layouts = new Map<TraceId, Layout>();
  readonly #stale = new Set<Layout>();
  #nextId: number;
  #restUntil = 0;

  constructor(deps: ViewsDeps) {
    this.#deps = deps;
    this.#nextId = deps.firstId ?? 1;
  }

  open(traceId: TraceId, options: RowOptions = ALL_ROWS): ViewInfo {
    const summary = this.#deps.store.summary(traceId);
    if (!summary) throw new ProtocolError('notFound', `trace ${traceId} is not held`);
    const layout = this.#layouts.get(traceId) ?? this.#newLayout(traceId);
    if (this.#stale.has(layout)) this.#relayout(layout);
    const view: View = {
      viewId: this.#nextId++,
      layout,
      options,
      rows: VisibleRows.of(orderFor(layout, options, summary)),
      only: undefined,
      inSight: '',
      revision: 1,
      assembling: summary.assembling,
    };
    layout.views.add(view);
    this.#views.set(view.viewId, view);
    return infoOf(view, summary);
  }

  close(viewId: number): void {
    const view = this.#views.get(viewId);
    if (!view) return;
    this.#views.delete(viewId);
    view.layout.views.delete(view);
    if (view.layout.views.size === 0) this.#forget(view.layout);
  }

  info(viewId: number): ViewInfo {
    const { view, summary } = this.#use(viewId);
    return infoOf(view, summary);
  }

  /** The tree a view shows now; it stays as it is when the view goes on to another. */
  tree(viewId: number): { readonly tree: DisplayTree; readonly revision: number } {
    const { view } = this.#use(viewId);
    return { tree: view.rows.tree, revision: view.revision };
  }

  /** Rows of a view in order, whether shown or not. */
  order(viewId: number): RowOrder {
    return this.#use(viewId).view.rows.order;
  }

  /** Places of some rows; shorter at the end. */
  places(viewId: number, from: number, count: number): { readonly revision: number; readonly places: Uint32Array } {
    const { view } = this.#use(viewId);
    const { rows } = view;
    const length = Math.max(0, Math.min(count, rows.rowCount - from));
    return { revision: view.revision, places: Uint32Array.from({ length }, (_, row) => rows.placeAt(from + row)) };
  }

  /** Shows some rows only, with those above them; to be called again when they are others. Undefined: all. */
  only(viewId: number, only: OnlyRows | undefined): ViewInfo {
    const { view, summary } = this.#use(viewId);
    if (only !== undefined || view.only !== undefined) {
      view.only = only;
      view.rows.restrictTo(only?.(view.rows.order));
      view.revision++;
    }
    return infoOf(view, summary);
  }

  rows(viewId: number, from: number, count: number, anchor: RowId | '', columns: readonly string[] = []): RowWindow {
    const { view, summary } = this.#use(viewId);
    const anchorAt = anchor === '' ? -1 : placeOfRow(view.rows.order, anchor);
    if (anchorAt >= 0) view.inSight = anchor;
    return makeRowWindow(this.#deps.store, view.layout.now, view.rows, {
      viewId,
      revision: view.revision,
      from,
      count,
      anchorRow: anchorAt < 0 ? -1 : view.rows.rowOfPlace(anchorAt),
      settled: !summary.assembling,
      columns,
    });
  }

  fold(viewId: number, rowId: RowId, expanded: boolean, recursive: boolean): ViewInfo {
    const { view, summary } = this.#use(viewId);
    if (view.rows.setOpen(placeIn(view, rowId), expanded, recursive)) view.revision++;
    return infoOf(view, summary);
  }

  locate(viewId: number, rowId: RowId, reveal: boolean): { row: number; info: ViewInfo } {
    const { view, summary } = this.#use(viewId);
    const place = placeOfRow(view.rows.order, rowId);
    const row = place < 0 ? -1 : this.#rowOf(view, place, reveal);
    return { row, info: infoOf(view, summary) };
  }

  step(viewId: number, rowId: RowId, step: StepKind): { spanId: RowId | ''; row: number; info: ViewInfo } {
    const { view, summary } = this.#use(viewId);
    const to = stepFrom(view, placeIn(view, rowId), step);
    if (to < 0) return { spanId: '', row: -1, info: infoOf(view, summary) };
    const row = this.#rowOf(view, to, true);
    return { spanId: rowIdAt(view.rows.order, to), row, info: infoOf(view, summary) };
  }

  /** Marks what is laid out of these traces as old. */
  touch(traceIds: Iterable<TraceId>): void {
    if (this.#layouts.size === 0) return;
    for (const traceId of traceIds) {
      const layout = this.#layouts.get(traceId);
      if (layout) this.#stale.add(layout);
    }
  }

  /** When the next relayout is due (by `elapsed`), or undefined when all views are up to date. */
  get relayoutDue(): number | undefined {
    return this.#stale.size === 0 ? undefined : this.#restUntil;
  }

  /** Lays stale traces out anew as far as the rest since the last time allows; answers the views that changed. */
  relayout(): readonly ViewInfo[] {
    const changed: ViewInfo[] = [];
    const begin = this.#deps.elapsed();
    if (this.#stale.size === 0 || begin < this.#restUntil) return changed;
    for (const layout of this.#stale) {
      try {
        if (this.#relayout(layout)) changed.push(...this.#infosOf(layout));
      } catch (error) {
        // This runs on a timer: an error let through here would end the engine with all its traces.
        this.#deps.onFailure(layout.traceId, error);
      }
      // The rest of many small ones follows in the same turn, that of a large one after the pause it has earned.
      if (this.#deps.elapsed() - begin > SHORTEST_REST_MS / REST_PER_WORK) break;
    }
    this.#restAfter(begin);
    return changed;
  }

  /** Views whose trace stopped (or started again) assembling: flags of their rows are others now. */
  takeSettled(): readonly ViewInfo[] {
    const changed: ViewInfo[] = [];
    for (const view of this.#views.values()) {
      const summary = this.#deps.store.summary(view.layout.traceId);
      if (!summary || summary.assembling === view.assembling) continue;
      view.assembling = summary.assembling;
      this.#carry(view, summary);
      changed.push(infoOf(view, summary));
    }
    return changed;
  }

  #use(viewId: number): { view: View; summary: TraceSummary } {
    const view = this.#views.get(viewId);
    if (!view) throw new ProtocolError('notFound', `view ${viewId} is not open`);
    const summary = this.#deps.store.summary(view.layout.traceId);
    if (!summary) {
      this.#drop(view.layout);
      throw new ProtocolError('notFound', `trace ${view.layout.traceId} is no longer held`);
    }
    return { view, summary };
  }

  #rowOf(view: View, place: number, reveal: boolean): number {
    if (reveal) {
      view.inSight = rowIdAt(view.rows.order, place);
      if (view.rows.revealPlace(place)) view.revision++;
    }
    return view.rows.rowOfPlace(place);
  }

  /** Takes the folds of a view over to the present layout. */
  #carry(view: View, summary: TraceSummary): void {
    const order = orderFor(view.layout, view.options, summary);
    const seenAt = view.inSight === '' ? -1 : placeOfRow(view.rows.order, view.inSight);
    const isSeen = seenAt >= 0 && view.rows.rowOfPlace(seenAt) >= 0;
    const keep = view.inSight === '' || !isSeen ? -1 : placeOfRow(order, view.inSight);
    view.rows = view.rows.carryTo(order, this.#deps.seed, keep < 0 ? -1 : order.positionAt(keep));
    const only = view.only?.(order);
    if (only !== undefined) view.rows.restrictTo(only);
    view.revision++;
  }

  #newLayout(traceId: TraceId): Layout {
    const now = this.#build(traceId);
    if (!now) throw new ProtocolError('notFound', `trace ${traceId} is not held`);
    const layout: Layout = { traceId, views: new Set(), now };
    this.#layouts.set(traceId, layout);
    return layout;
  }

  /** Answers whether the rows of its views are others now. */
  #relayout(layout: Layout): boolean {
    this.#stale.delete(layout);
    const columns = this.#deps.store.columns(layout.traceId);
    if (columns && columns.revision === layout.now.tree.revision) return false;
    const now = columns ? this.#build(layout.traceId) : undefined;
    const summary = this.#deps.store.summary(layout.traceId);
    if (!now || !summary) {
      this.#drop(layout);
      return false;
    }
    layout.now = now;
    for (const view of layout.views) this.#carry(view, summary);
    return true;
  }

  #build(traceId: TraceId): TraceLayout | undefined {
    const columns = this.#deps.store.columns(traceId);
    return columns ? new TraceLayout(buildDisplayTree(columns, this.#deps.seed)) : undefined;
  }

  #restAfter(begin: number): void {
    const end = this.#deps.elapsed();
    this.#restUntil = end + Math.max(SHORTEST_REST_MS, REST_PER_WORK * (end - begin));
  }

  #infosOf(layout: Layout): ViewInfo[] {
    const summary = this.#deps.store.summary(layout.traceId);
    if (!summary) return [];
    return Array.from(layout.views, (view) => {
      view.assembling = summary.assembling;
      return infoOf(view, summary);
    });
  }

  #drop(layout: Layout): void {
    for (const view of layout.views) this.#views.delete(view.viewId);
    this.#forget(layout);
  }

  #forget(layout: Layout): void {
    this.#layouts.delete(layout.traceId);
    this.#stale.delete(layout);
  }
}

function infoOf(view: View, summary: TraceSummary): ViewInfo {
  const { tree } = view.layout.now;
  return {
    viewId: view.viewId,
    revision: view.revision,
    // The list tells what was sent; the waterfall is as long as what it shows.
    summary: tree.skewedCount === 0 ? summary : { ...summary, start: tree.start.toString(), durationNs: tree.lengthNs },
    rowCount: view.rows.rowCount,
    maxDepth: view.rows.order.maxDepth,
    services: tree.services,
    orphanCount: summary.assembling ? 0 : tree.orphans.index.length,
    cycleCount: tree.cycleCount,
    skewedCount: tree.skewedCount,
  };
}

function orderFor(layout: Layout, options: RowOptions, summary: TraceSummary): RowOrder {
  return layout.now.orderOf({ ...options, settled: !summary.assembling });
}

function placeIn(view: View, rowId: RowId): number {
  const place = placeOfRow(view.rows.order, rowId);
  if (place < 0) throw new ProtocolError('notFound', `${rowId} is not in this view`);
  return place;
}

function stepFrom({ rows, layout }: View, from: number, step: StepKind): number {
  const { order } = rows;
  switch (step) {
    case 'nextError':
      return errorFrom(order, from, 1);
    case 'previousError':
      return errorFrom(order, from, -1);
    case 'nextCritical':
      return criticalFrom(rows, layout.now.critical, from, 1);
    case 'previousCritical':
      return criticalFrom(rows, layout.now.critical, from, -1);
    case 'nextSibling':
      return siblingFrom(rows, from, 1);
    case 'previousSibling':
      return siblingFrom(rows, from, -1);
    case 'parent':
      return parentFrom(order, from);
    case 'firstChild':
      return firstChildFrom(rows, from);
  }
}
