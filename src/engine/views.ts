import { buildDisplayTree, type DisplayTree } from '../core/layout/displayTree.ts';
import { errorFrom, firstChildFrom, parentFrom, positionOfId, siblingFrom } from '../core/layout/treeSteps.ts';
import { VisibleRows } from '../core/layout/visibleRows.ts';
import type { SpanId, TraceId } from '../core/model/ids.ts';
import type { TraceSummary } from '../core/model/trace.ts';
import type { StoreReader } from '../core/store/storeReader.ts';
import type { RowWindow, StepKind, ViewInfo } from '../protocol/viewApi.ts';
import { ProtocolError } from '../protocol/errors.ts';
import { makeRowWindow, spanIdText } from './rowWindow.ts';

/** A relayout is at most a fifth of the engine's time: it is followed by four times as long without one. */
const REST_PER_WORK = 4;
const SHORTEST_REST_MS = 100;

/** The present tree of a trace, shared by the views that show it. */
interface Layout {
  readonly traceId: TraceId;
  readonly views: Set<View>;
  tree: DisplayTree;
}

interface View {
  readonly viewId: number;
  readonly layout: Layout;
  rows: VisibleRows;
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

  open(traceId: TraceId): ViewInfo {
    const summary = this.#deps.store.summary(traceId);
    if (!summary) throw new ProtocolError('notFound', `trace ${traceId} is not held`);
    const layout = this.#layouts.get(traceId) ?? this.#newLayout(traceId);
    if (this.#stale.has(layout)) this.#relayout(layout);
    const view: View = {
      viewId: this.#nextId++,
      layout,
      rows: VisibleRows.unfolded(layout.tree),
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

  rows(viewId: number, from: number, count: number, anchor: SpanId | ''): RowWindow {
    const { view, summary } = this.#use(viewId);
    const anchorAt = anchor === '' ? -1 : positionOf(view, anchor);
    return makeRowWindow(this.#deps.store, view.rows, {
      viewId,
      revision: view.revision,
      from,
      count,
      anchorRow: anchorAt < 0 ? -1 : view.rows.rowOf(anchorAt),
      settled: !summary.assembling,
    });
  }

  fold(viewId: number, spanId: SpanId, expanded: boolean, recursive: boolean): ViewInfo {
    const { view, summary } = this.#use(viewId);
    const position = positionOf(view, spanId);
    if (position < 0) throw new ProtocolError('notFound', `span ${spanId} is not in this view`);
    if (view.rows.setExpanded(position, expanded, recursive)) view.revision++;
    return infoOf(view, summary);
  }

  locate(viewId: number, spanId: SpanId, reveal: boolean): { row: number; info: ViewInfo } {
    const { view, summary } = this.#use(viewId);
    const position = positionOf(view, spanId);
    const row = position < 0 ? -1 : this.#rowOf(view, position, reveal);
    return { row, info: infoOf(view, summary) };
  }

  step(viewId: number, spanId: SpanId, step: StepKind): { spanId: SpanId | ''; row: number; info: ViewInfo } {
    const { view, summary } = this.#use(viewId);
    const { tree } = view.rows;
    const from = positionOf(view, spanId);
    if (from < 0) throw new ProtocolError('notFound', `span ${spanId} is not in this view`);
    const to = stepFrom(tree, from, step);
    if (to < 0) return { spanId: '', row: -1, info: infoOf(view, summary) };
    const index = tree.indexAt[to] ?? 0;
    const row = this.#rowOf(view, to, true);
    return { spanId: spanIdText(tree.idHi[index] ?? 0, tree.idLo[index] ?? 0), row, info: infoOf(view, summary) };
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
      view.revision++;
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

  #rowOf(view: View, position: number, reveal: boolean): number {
    if (reveal && view.rows.reveal(position)) view.revision++;
    return view.rows.rowOf(position);
  }

  #newLayout(traceId: TraceId): Layout {
    const tree = this.#build(traceId);
    if (!tree) throw new ProtocolError('notFound', `trace ${traceId} is not held`);
    const layout: Layout = { traceId, views: new Set(), tree };
    this.#layouts.set(traceId, layout);
    return layout;
  }

  /** Answers whether the rows of its views are others now. */
  #relayout(layout: Layout): boolean {
    this.#stale.delete(layout);
    const columns = this.#deps.store.columns(layout.traceId);
    if (columns && columns.revision === layout.tree.revision) return false;
    const tree = columns ? this.#build(layout.traceId) : undefined;
    if (!tree) {
      this.#drop(layout);
      return false;
    }
    layout.tree = tree;
    for (const view of layout.views) {
      view.rows = view.rows.carryTo(tree, this.#deps.seed);
      view.revision++;
    }
    return true;
  }

  #build(traceId: TraceId): DisplayTree | undefined {
    const columns = this.#deps.store.columns(traceId);
    return columns ? buildDisplayTree(columns, this.#deps.seed) : undefined;
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
  const { tree } = view.layout;
  return {
    viewId: view.viewId,
    revision: view.revision,
    // The list tells what was sent; the waterfall is as long as what it shows.
    summary: tree.skewedCount === 0 ? summary : { ...summary, start: tree.start.toString(), durationNs: tree.lengthNs },
    rowCount: view.rows.rowCount,
    maxDepth: tree.maxDepth,
    services: tree.services,
    orphanCount: summary.assembling ? 0 : tree.orphanCount,
    cycleCount: tree.cycleCount,
    skewedCount: tree.skewedCount,
  };
}

function positionOf(view: View, spanId: SpanId): number {
  const hi = Number.parseInt(spanId.slice(0, 8), 16);
  const lo = Number.parseInt(spanId.slice(8), 16);
  return positionOfId(view.rows.tree, hi, lo);
}

function stepFrom(tree: DisplayTree, from: number, step: StepKind): number {
  switch (step) {
    case 'nextError':
      return errorFrom(tree, from, 1);
    case 'previousError':
      return errorFrom(tree, from, -1);
    case 'nextSibling':
      return siblingFrom(tree, from, 1);
    case 'previousSibling':
      return siblingFrom(tree, from, -1);
    case 'parent':
      return parentFrom(tree, from);
    case 'firstChild':
      return firstChildFrom(tree, from);
  }
}
