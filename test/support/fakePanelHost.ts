import type { Attribute } from '../../src/core/model/attributes.ts';
import type { SpanId, TraceId } from '../../src/core/model/ids.ts';
import type { StreamTiming } from '../../src/core/inference/streamTiming.ts';
import type { ModelCall } from '../../src/core/model/modelCall.ts';
import type { SourceResolution } from '../../src/core/model/source.ts';
import type { LogDetails, SpanDetails, SpanEvent, SpanLink } from '../../src/core/model/span.ts';
import type { ListFigures } from '../../src/core/list/traceListView.ts';
import type { TraceSummary } from '../../src/core/model/trace.ts';
import { scalarText } from '../../src/core/otlp/anyValue.ts';
import { Channel, type Handlers, type Transport } from '../../src/protocol/channel.ts';
import { PAGE_RECORDS, type EngineStatus } from '../../src/protocol/engineApi.ts';
import { CELL } from '../../src/core/layout/minimap.ts';
import type { Minimap } from '../../src/protocol/minimapApi.ts';
import { isGroupId, spanOfRow, type RowId } from '../../src/protocol/rowApi.ts';
import { RowPhaseLists } from '../../src/engine/rowPhases.ts';
import { ROW, type RowWindow, type ViewInfo } from '../../src/protocol/viewApi.ts';
import type { TraceUsage } from '../../src/protocol/timingApi.ts';
import { ProtocolError } from '../../src/protocol/errors.ts';
import { fakeFind } from './fakeFind.ts';
import { fakeCall } from './fakeCall.ts';
import { fakeAround } from './fakeAround.ts';
import { fakeFeatures } from './fakeFeatures.ts';
import { EMPTY_BOOK, type FilterBook } from '../../src/protocol/filterApi.ts';
import type { PanelEvents, PanelHostMethods, PanelInit } from '../../src/protocol/panelApi.ts';

/** One span of a fake trace; times in nanoseconds from the trace's start. */
export interface FakeSpan {
  readonly spanId: SpanId;
  readonly parent: SpanId | '';
  readonly name: string;
  readonly label?: string;
  readonly service: number;
  readonly start: number;
  readonly duration: number;
  readonly error?: boolean;
  readonly unfinished?: boolean;
  readonly attributes?: readonly Attribute[];
  readonly events?: readonly SpanEvent[];
  readonly links?: readonly SpanLink[];
  readonly logs?: readonly LogDetails[];
  readonly call?: ModelCall;
  readonly stream?: StreamTiming;
  readonly source?: SourceResolution;
  readonly statusMessage?: string;
  readonly scopeName?: string;
}

export interface FakeTrace {
  readonly traceId: TraceId;
  readonly services: readonly string[];
  readonly assembling: boolean;
  readonly spans: readonly FakeSpan[];
  /** Nanoseconds since the epoch, decimal. */
  readonly start?: string;
  readonly usage?: TraceUsage;
}

interface FakeRow {
  readonly span: FakeSpan;
  readonly depth: number;
  readonly siblings: readonly FakeSpan[];
  descendants: number;
}

interface FakeView {
  readonly viewId: number;
  readonly traceId: TraceId;
  readonly folded: Set<SpanId>;
  revision: number;
  rows: readonly FakeRow[];
}

/** Hexadecimal ids from small numbers, for drawn-up traces. */
export function fakeSpanId(n: number): SpanId {
  return n.toString(16).padStart(16, '0') as SpanId;
}

export function fakeTraceId(n: number): TraceId {
  return n.toString(16).padStart(32, '0') as TraceId;
}

/**
 * A host for a panel, with made-up traces: keeps the protocol's contract (folds, revisions, anchors, steps), so that the
 * page can be driven without the extension. Records what the page asked for in `calls`.
 */
export class FakePanelHost {
  readonly calls: { readonly method: string; readonly params: unknown }[] = [];
  readonly values = new Map<string, string>();
  readonly #traces = new Map<TraceId, FakeTrace>();
  readonly #views = new Map<number, FakeView>();
  readonly #channel: Channel<object, PanelHostMethods, object, PanelEvents>;
  #status: EngineStatus;
  #nextView = 1;
  #listRevision = 0;
  #hidden = new Set<TraceId>();
  #book: FilterBook = EMPTY_BOOK;
  init: PanelInit;

  constructor(transport: Transport, init: PanelInit, traces: readonly FakeTrace[]) {
    this.init = init;
    for (const trace of traces) this.#traces.set(trace.traceId, trace);
    this.#status = {
      receiver: { kind: 'listening', httpPort: 4318, grpcPort: 4317, hosts: ['127.0.0.1', '::1'] },
      traces: traces.length,
      spans: traces.reduce((sum, trace) => sum + trace.spans.length, 0),
      logs: 0,
      metricPoints: 0,
      heldBytes: 48_000_000,
      evictedSpans: 0,
      rejectedSpans: 0,
      refusedRequests: 0,
      redactedValues: 0,
      problems: [],
      paused: false,
      role: 'owner',
      roleReason: '',
      journal: {
        state: 'off',
        message: '',
        replayedBytes: 0,
        totalBytes: 0,
        diskBytes: 0,
        damagedRecords: 0,
        unwrittenRequests: 0,
      },
      cleared: false,
    };
    this.#channel = new Channel<object, PanelHostMethods, object, PanelEvents>(transport, this.#handlers(), {
      set: (callback, ms) => setTimeout(callback, ms),
      clear: (handle) => clearTimeout(handle as number),
    });
  }

  emit<K extends keyof PanelEvents>(event: K, payload: PanelEvents[K]): void {
    this.#channel.emit(event, payload);
  }

  setStatus(change: Partial<EngineStatus>): void {
    this.#status = { ...this.#status, ...change };
    this.emit('status/changed', this.#status);
  }

  /** Replaces or adds a trace and announces what changed. */
  putTrace(trace: FakeTrace): void {
    this.#traces.set(trace.traceId, trace);
    for (const view of this.#views.values()) {
      if (view.traceId === trace.traceId) {
        this.#layout(view);
        this.emit('view/changed', this.#info(view));
      }
    }
    this.setStatus({ traces: this.#shown().length });
    this.emit('traces/changed', { total: this.#shown().length });
  }

  dropTrace(traceId: TraceId): void {
    this.#traces.delete(traceId);
    this.setStatus({ evictedSpans: this.#status.evictedSpans + 1 });
    this.emit('traces/changed', { total: this.#shown().length });
  }

  /** As from another place than the panel. */
  undoClear(): void {
    this.#hidden = new Set();
    this.emit('traces/changed', { total: this.#shown().length });
  }

  #shown(): FakeTrace[] {
    return [...this.#traces.values()]
      .filter((trace) => !this.#hidden.has(trace.traceId))
      .sort((a, b) => (startOf(a) < startOf(b) ? 1 : -1));
  }

  #handlers(): Handlers<PanelHostMethods> {
    const plain: Handlers<PanelHostMethods> = {
      'panel/ready': ({ state }) =>
        this.init.show.traceId === '' && state ? { ...this.init, show: state } : this.init,
      'panel/selected': () => undefined,
      'pauses/list': () => ({ pauses: [] }),
      'panel/action': ({ action }) => {
        if (action === 'clear') this.#hidden = new Set(this.#traces.keys());
        if (action === 'undoClear') this.undoClear();
        if (action === 'pause' || action === 'resume') this.setStatus({ paused: action === 'pause' });
        this.emit('traces/changed', { total: this.#shown().length });
      },
      'list/hideLikeThis': () => undefined,
      'clipboard/write': () => undefined,
      'value/save': () => ({ saved: '' }),
      'content/turnOn': () => ({ copied: false }),
      'engine/status': () => this.#status,
      'traces/list': ({ limit }) => ({
        traces: this.#shown().slice(0, limit).map(summaryOf),
        total: this.#shown().length,
        waiting: 0,
      }),
      'filter/book': () => this.#book,
      'looks/keep': () => undefined,
      'filter/keep': (book) => {
        this.#book = book;
      },
      'query/check': () => ({ problem: null }),
      'graph/list': () => ({ traces: 0, of: 0, nodes: [], edges: [] }),
      'query/unknownKeys': () => ({ keys: [] }),
      'query/complete': ({ caret }) => ({ from: caret, to: caret, suggestions: [] }),
      'traces/page': (params) => this.#page(params),
      'traces/plot': ({ columns, rows }) => this.#plot(columns, rows),
      'traces/near': ({ area, limit }) => {
        const near = this.#shown()
          .map(summaryOf)
          .filter(({ start, durationNs }) => {
            const startMs = Number(start) / 1e6;
            return (
              startMs >= area.fromMs && startMs <= area.toMs && durationNs >= area.minNs && durationNs <= area.maxNs
            );
          });
        return { traces: near.slice(0, limit), total: near.length };
      },
      'markers/list': () => ({ markers: [] }),
      'view/open': ({ traceId }) => {
        this.#trace(traceId);
        const view: FakeView = { viewId: this.#nextView++, traceId, folded: new Set(), revision: 0, rows: [] };
        this.#views.set(view.viewId, view);
        this.#layout(view);
        return this.#info(view);
      },
      'view/info': ({ viewId }) => this.#info(this.#view(viewId)),
      'view/rows': ({ viewId, from, count, anchor, columns }) =>
        this.#rows(this.#view(viewId), from, count, spanOfRow(anchor), columns ?? []),
      'view/fold': ({ viewId, spanId: rowId, expanded, recursive }) => {
        const view = this.#view(viewId);
        const spanId = spanIn(rowId);
        for (const id of recursive ? this.#below(view, spanId) : [spanId]) {
          if (expanded) view.folded.delete(id);
          else view.folded.add(id);
        }
        this.#layout(view);
        return this.#info(view);
      },
      'view/locate': ({ viewId, spanId: rowId, reveal }) => {
        const view = this.#view(viewId);
        const spanId = spanIn(rowId);
        if (reveal) this.#openAncestors(view, spanId);
        return { row: rowOf(view, spanId), info: this.#info(view) };
      },
      'view/step': ({ viewId, spanId, step }) => this.#step(this.#view(viewId), spanIn(spanId), step),
      'view/minimap': ({ viewId, pixels, lanes }) => {
        const view = this.#view(viewId);
        return fakeMinimap(viewId, this.#below2(this.#trace(view.traceId)), pixels, lanes);
      },
      'view/services': ({ viewId }) => {
        const trace = this.#trace(this.#view(viewId).traceId);
        const count = (fits: (span: FakeSpan) => boolean): Float64Array =>
          Float64Array.from(
            trace.services,
            (_, service) => trace.spans.filter((span) => span.service === service && fits(span)).length,
          );
        const children = childrenOf(trace);
        const selfNs = new Float64Array(trace.services.length);
        for (const span of trace.spans) {
          for (const [at, time] of selfSegments(span, children.get(span.spanId) ?? []).entries()) {
            selfNs[span.service] = (selfNs[span.service] ?? 0) + (at % 2 === 0 ? -time : time);
          }
        }
        return { spans: count(() => true), errors: count((span) => span.error === true), selfNs };
      },
      'view/close': ({ viewId }) => {
        this.#views.delete(viewId);
      },
      'span/details': ({ traceId, spanId }) => detailsOf(this.#trace(traceId), this.#span(traceId, spanId)),
      'timing/usage': ({ traceId }) => this.#trace(traceId).usage ?? { models: [], partial: false },
      'timing/span': ({ traceId, spanId }) => ({
        timing: null,
        stream: this.#span(traceId, spanId).stream ?? null,
      }),
      'span/model': ({ traceId, spanId }) => ({ call: this.#span(traceId, spanId).call ?? null }),
      'span/events': ({ traceId, spanId, from, limit }) => {
        const { events = [] } = this.#span(traceId, spanId);
        return { events: events.slice(from, from + Math.min(limit, PAGE_RECORDS)), total: events.length };
      },
      'span/logs': ({ traceId, spanId, from, limit }) => {
        const { logs = [] } = this.#span(traceId, spanId);
        return { logs: logs.slice(from, from + Math.min(limit, PAGE_RECORDS)), total: logs.length };
      },
      'span/value': ({ ref, offset }) => {
        const text = this.values.get(ref);
        if (text === undefined) throw new ProtocolError('notFound', 'no such value');
        const end = Math.min(text.length, offset + 1000);
        return {
          text: text.slice(offset, end),
          nextOffset: end < text.length ? end : -1,
          totalBytes: text.length,
        };
      },
      ...fakeFind((viewId) => this.#info(this.#view(viewId))),
      ...fakeAround(),
      ...fakeCall(),
      ...fakeFeatures(),
      'source/resolve': ({ traceId, spanId }) =>
        this.#span(traceId, spanId).source ?? {
          candidates: [],
          ambiguous: false,
          tried: ['No code.* attributes on the span.', 'No literal of this name in the open folders.'],
        },
      'source/open': () => ({ result: 'opened', path: '/workspace/app/predict.py', line: 42 }),
      'source/follow': () => ({ result: 'shown' }),
      'source/openFrame': () => ({ result: 'opened', path: '/workspace/app/predict.py', line: 42 }),
      'source/openLog': () => ({ result: 'opened', path: '/workspace/app/predict.py', line: 42 }),
      'source/prefer': () => undefined,
      'source/search': () => undefined,
    };
    const recorded: Record<string, unknown> = {};
    for (const [method, handler] of Object.entries(plain)) {
      recorded[method] = (params: unknown, signal: unknown) => {
        this.calls.push({ method, params });
        return (handler as (params: unknown, signal: unknown) => unknown)(params, signal);
      };
    }
    return recorded as unknown as Handlers<PanelHostMethods>;
  }

  /** Newest first whatever the query says: order, groups and folds are tried over a real engine. */
  #page({
    from: wanted,
    count,
    anchor,
    above,
    selected,
    seen,
  }: PanelHostMethods['traces/page'][0]): PanelHostMethods['traces/page'][1] {
    const shown = this.#shown().map(summaryOf);
    const rowOf = (wantedId: TraceId | ''): number => shown.findIndex(({ traceId }) => traceId === wantedId);
    const from = above >= 0 && rowOf(anchor) >= 0 ? Math.max(0, rowOf(anchor) - above) : wanted;
    return {
      revision: ++this.#listRevision,
      from,
      rows: shown.slice(from, from + count).map((trace) => ({
        kind: 'trace',
        trace,
        born: [...this.#traces.keys()].indexOf(trace.traceId) + 1,
        below: false,
        cells: [],
      })),
      rowCount: shown.length,
      anchorRow: rowOf(anchor),
      selectedRow: rowOf(selected),
      figures: figuresOf(shown),
      total: shown.length,
      waiting: 0,
      others: 0,
      noise: 0,
      held: shown.length,
      folds: [],
      unseen: shown.filter(({ traceId }) => [...this.#traces.keys()].indexOf(traceId) >= seen).length,
      newest: this.#traces.size,
    };
  }

  #plot(columns: number, rows: number): PanelHostMethods['traces/plot'][1] {
    const shown = this.#shown().map(summaryOf).reverse();
    const starts = shown.map(({ start }) => Number(start) / 1e6);
    const fromMs = Math.min(...starts) - 1000;
    const histogram = new Uint32Array(rows);
    histogram[rows >> 1] = shown.length;
    return {
      plot: {
        fromMs,
        toMs: Math.max(...starts) + 1000,
        loNs: 1e6,
        hiNs: 1e10,
        columns,
        rows,
        count: shown.length,
        timeMs: Float64Array.from(starts, (start) => start - fromMs),
        durationNs: Float64Array.from(shown, ({ durationNs }) => durationNs),
        flags: Uint8Array.from(shown, ({ errorCount }) => (errorCount > 0 ? 1 : 0)),
        cellX: new Uint16Array(0),
        cellY: new Uint16Array(0),
        cellCount: new Uint32Array(0),
        cellErrors: new Uint32Array(0),
        histogram,
        histogramErrors: new Uint32Array(rows),
      },
      figures: figuresOf(shown),
      markers: [],
    };
  }

  #trace(traceId: TraceId): FakeTrace {
    const trace = this.#traces.get(traceId);
    if (!trace) throw new ProtocolError('notFound', 'this trace is not held');
    return trace;
  }

  #span(traceId: TraceId, spanId: SpanId): FakeSpan {
    const span = this.#trace(traceId).spans.find((each) => each.spanId === spanId);
    if (!span) throw new ProtocolError('notFound', 'this span is not held');
    return span;
  }

  #view(viewId: number): FakeView {
    const view = this.#views.get(viewId);
    if (!view) throw new ProtocolError('notFound', 'this view is not open');
    this.#trace(view.traceId);
    return view;
  }

  #info(view: FakeView): ViewInfo {
    const trace = this.#trace(view.traceId);
    return {
      viewId: view.viewId,
      revision: view.revision,
      summary: summaryOf(trace),
      rowCount: view.rows.length,
      maxDepth: view.rows.reduce((most, row) => Math.max(most, row.depth), 0),
      services: trace.services,
      orphanCount: 0,
      skewedCount: 0,
      cycleCount: 0,
    };
  }

  #layout(view: FakeView): void {
    const children = childrenOf(this.#trace(view.traceId));
    const rows: FakeRow[] = [];
    const visit = (span: FakeSpan, depth: number, hidden: boolean): number => {
      const row: FakeRow = { span, depth, descendants: 0, siblings: children.get(span.parent) ?? [] };
      if (!hidden) rows.push(row);
      const below = hidden || view.folded.has(span.spanId);
      for (const child of children.get(span.spanId) ?? []) row.descendants += 1 + visit(child, depth + 1, below);
      return row.descendants;
    };
    for (const top of children.get('') ?? []) visit(top, 0, false);
    view.rows = rows;
    view.revision++;
  }

  #below(view: FakeView, spanId: SpanId): SpanId[] {
    const children = childrenOf(this.#trace(view.traceId));
    const ids: SpanId[] = [];
    const visit = (id: SpanId): void => {
      ids.push(id);
      for (const child of children.get(id) ?? []) visit(child.spanId);
    };
    visit(spanId);
    return ids;
  }

  #openAncestors(view: FakeView, spanId: SpanId): void {
    const { spans } = this.#trace(view.traceId);
    let changed = false;
    for (let at = spans.find((span) => span.spanId === spanId); at;) {
      const parent: FakeSpan | undefined = spans.find((span) => span.spanId === at?.parent);
      if (parent && view.folded.delete(parent.spanId)) changed = true;
      at = parent;
    }
    if (changed) this.#layout(view);
  }

  #step(
    view: FakeView,
    spanId: SpanId,
    step: PanelHostMethods['view/step'][0]['step'],
  ): PanelHostMethods['view/step'][1] {
    const trace = this.#trace(view.traceId);
    const span = this.#span(view.traceId, spanId);
    const children = childrenOf(trace);
    const order = this.#below2(trace);
    const siblings = children.get(span.parent) ?? [];
    const at = siblings.indexOf(span);
    const index = order.indexOf(span);
    const found: Record<typeof step, () => FakeSpan | undefined> = {
      nextError: () => order.slice(index + 1).find((each) => each.error),
      previousError: () => order.slice(0, index).findLast((each) => each.error),
      nextCritical: () => undefined,
      previousCritical: () => undefined,
      nextSibling: () => siblings[at + 1],
      previousSibling: () => siblings[at - 1],
      parent: () => trace.spans.find((each) => each.spanId === span.parent),
      firstChild: () => children.get(span.spanId)?.[0],
    };
    const target = found[step]();
    if (target) this.#openAncestors(view, target.spanId);
    return { spanId: target?.spanId ?? '', row: target ? rowOf(view, target.spanId) : -1, info: this.#info(view) };
  }

  #below2(trace: FakeTrace): FakeSpan[] {
    const children = childrenOf(trace);
    const order: FakeSpan[] = [];
    const visit = (span: FakeSpan): void => {
      order.push(span);
      for (const child of children.get(span.spanId) ?? []) visit(child);
    };
    for (const top of children.get('') ?? []) visit(top);
    return order;
  }

  #rows(view: FakeView, from: number, count: number, anchor: SpanId | '', columns: readonly string[]): RowWindow {
    const trace = this.#trace(view.traceId);
    const children = childrenOf(trace);
    const rows = view.rows.slice(from, from + count);
    const selfIndex = [0];
    const selfTimes: number[] = [];
    const eventIndex = [0];
    const eventTimes: number[] = [];
    const selfNs: number[] = [];
    const phases = new RowPhaseLists();
    for (const [row, { span }] of rows.entries()) {
      if (span.call) phases.add(row, span.start, { ...span.call, phases: span.call.phases ?? [], notes: [] });
      const segments = selfSegments(span, children.get(span.spanId) ?? []);
      selfTimes.push(...segments);
      selfIndex.push(selfTimes.length);
      selfNs.push(segments.reduce((sum, time, i) => sum + (i % 2 === 0 ? -time : time), 0));
      for (const event of span.events ?? []) eventTimes.push(span.start + event.offsetNs);
      eventIndex.push(eventTimes.length);
    }
    return {
      viewId: view.viewId,
      revision: view.revision,
      rowCount: view.rows.length,
      from,
      count: rows.length,
      anchorRow: anchor === '' ? -1 : rowOf(view, anchor),
      spanIds: rows.map(({ span }) => span.spanId),
      names: rows.map(({ span }) => span.name),
      labels: rows.map(({ span }) => span.label ?? ''),
      depth: Uint16Array.from(rows, (row) => row.depth),
      siblingPosition: Uint32Array.from(rows, ({ span, siblings }) => siblings.indexOf(span) + 1),
      siblingCount: Uint32Array.from(rows, ({ siblings }) => siblings.length),
      service: Uint16Array.from(rows, ({ span }) => span.service),
      kind: Uint8Array.from(rows, () => 1),
      flags: Uint32Array.from(
        rows,
        ({ span, descendants }) =>
          (descendants > 0 ? ROW.hasChildren : 0) |
          (view.folded.has(span.spanId) ? 0 : ROW.expanded) |
          (span.error ? ROW.error : 0) |
          (span.unfinished ? ROW.unfinished : 0) |
          (span.events?.length ? ROW.hasEvents : 0) |
          (span.call ? ROW.hasModel : 0),
      ),
      offsetNs: Float64Array.from(rows, ({ span }) => span.start),
      durationNs: Float64Array.from(rows, ({ span }) => span.duration),
      skewNs: new Float64Array(rows.length),
      selfNs: Float64Array.from(selfNs),
      descendants: Uint32Array.from(rows, (row) => row.descendants),
      selfIndex: Uint32Array.from(selfIndex),
      selfTimes: Float64Array.from(selfTimes),
      eventIndex: Uint32Array.from(eventIndex),
      eventTimes: Float64Array.from(eventTimes),
      exceptionIndex: new Uint32Array(rows.length + 1),
      exceptionTimes: new Float64Array(0),
      messageIndex: new Uint32Array(rows.length + 1),
      messageTimes: new Float64Array(0),
      criticalIndex: new Uint32Array(rows.length + 1),
      criticalTimes: new Float64Array(0),
      criticalNs: new Float64Array(rows.length),
      groups: [],
      ...(phases.list === undefined ? {} : { phases: phases.list }),
      columns,
      cells: columns.map((column) => rows.map(({ span }) => cellOf(span, column))),
    };
  }
}

function figuresOf(shown: readonly TraceSummary[]): ListFigures {
  const durations = shown.map(({ durationNs }) => durationNs).sort((a, b) => a - b);
  const at = (share: number): number => durations[Math.max(0, Math.ceil(share * durations.length) - 1)] ?? -1;
  return {
    count: shown.length,
    errors: shown.filter(({ errorCount }) => errorCount > 0).length,
    measured: shown.length,
    p50Ns: at(0.5),
    p95Ns: at(0.95),
    p99Ns: at(0.99),
  };
}

/** A thumbnail by painting every span over what is there. */
function fakeMinimap(viewId: number, spans: readonly FakeSpan[], pixels: number, lanes: number): Minimap {
  const used = Math.min(lanes, spans.length);
  const lengthNs = spans.reduce((end, span) => Math.max(end, span.start + span.duration), 0);
  const cells = new Uint8Array(used * pixels);
  const errors = new Uint8Array(pixels);
  const column = (ns: number): number => Math.min(pixels - 1, Math.floor((ns * pixels) / lengthNs));
  for (const [position, span] of spans.entries()) {
    const base = Math.floor((position * used) / spans.length) * pixels;
    const end = column(span.start + span.duration);
    cells.fill(span.error ? CELL.error : span.service + 1, base + column(span.start), base + end + 1);
    if (span.error) errors[end] = 1;
  }
  return { viewId, lengthNs, pixels, lanes: used, cells, errors };
}

/** Nothing is put together here: every row is a span's. */
function spanIn(rowId: RowId): SpanId {
  if (isGroupId(rowId)) throw new ProtocolError('notFound', 'no such row');
  return rowId;
}

function cellOf(span: FakeSpan, column: string): string {
  const value = span.attributes?.find(({ key }) => key === column)?.value;
  return value === undefined ? '' : scalarText(value);
}

function rowOf(view: FakeView, spanId: SpanId): number {
  return view.rows.findIndex((row) => row.span.spanId === spanId);
}

function startOf(trace: FakeTrace): bigint {
  return BigInt(trace.start ?? '1763697792000000000');
}

const childrenCache = new WeakMap<FakeTrace, Map<SpanId | '', FakeSpan[]>>();

function childrenOf(trace: FakeTrace): Map<SpanId | '', FakeSpan[]> {
  const known = childrenCache.get(trace);
  if (known) return known;
  const held = new Set(trace.spans.map((span) => span.spanId));
  const children = new Map<SpanId | '', FakeSpan[]>();
  for (const span of [...trace.spans].sort((a, b) => a.start - b.start)) {
    const parent = span.parent !== '' && held.has(span.parent) ? span.parent : '';
    const list = children.get(parent) ?? [];
    list.push(span);
    children.set(parent, list);
  }
  childrenCache.set(trace, children);
  return children;
}

/** Stretches of a span during which no child runs, as pairs. */
function selfSegments(span: FakeSpan, children: readonly FakeSpan[]): number[] {
  const pairs: number[] = [];
  let at = span.start;
  for (const child of children) {
    if (child.start > at) pairs.push(at, Math.min(child.start, span.start + span.duration));
    at = Math.max(at, child.start + child.duration);
  }
  if (at < span.start + span.duration) pairs.push(at, span.start + span.duration);
  return pairs.slice(0, 64);
}

function summaryOf(trace: FakeTrace): TraceSummary {
  const root = childrenOf(trace).get('')?.[0];
  return {
    traceId: trace.traceId,
    name: root?.name ?? '',
    rootSpanId: root?.spanId ?? '',
    start: String(startOf(trace)),
    durationNs: trace.spans.reduce((end, span) => Math.max(end, span.start + span.duration), 0),
    spanCount: trace.spans.length,
    errorCount: trace.spans.filter((span) => span.error).length,
    services: trace.services.slice(0, 16),
    assembling: trace.assembling,
    lastArrivalMs: 0,
  };
}

function detailsOf(trace: FakeTrace, span: FakeSpan): SpanDetails {
  const start = startOf(trace) + BigInt(Math.round(span.start));
  return {
    traceId: trace.traceId,
    spanId: span.spanId,
    parentSpanId: span.parent,
    orphan: false,
    name: span.name,
    kind: 1,
    status: { code: span.error ? 2 : 0, message: span.statusMessage ?? '' },
    start: String(start),
    end: span.unfinished ? '' : String(start + BigInt(Math.round(span.duration))),
    durationNs: span.duration,
    traceState: '',
    flags: 1,
    resource: {
      serviceName: trace.services[span.service] ?? '',
      attributes: [{ key: 'service.name', value: { type: 'string', value: trace.services[span.service] ?? '' } }],
      droppedAttributesCount: 0,
      schemaUrl: '',
    },
    scope: {
      name: span.scopeName ?? 'app.tracing',
      version: '1.2.0',
      attributes: [],
      droppedAttributesCount: 0,
      schemaUrl: '',
    },
    attributes: span.attributes ?? [],
    droppedAttributesCount: 0,
    events: (span.events ?? []).slice(0, PAGE_RECORDS),
    eventCount: span.events?.length ?? 0,
    droppedEventsCount: 0,
    links: span.links ?? [],
    droppedLinksCount: 0,
    logCount: span.logs?.length ?? 0,
  };
}
