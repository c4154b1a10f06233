import { criticalStretches } from '../core/layout/criticalPath.ts';
import { TREE_MARK } from '../core/layout/displayTree.ts';
import { NODE } from '../core/layout/rowNodes.ts';
import { BoundedSegments, selfSegments } from '../core/layout/selfSegments.ts';
import type { VisibleRows } from '../core/layout/visibleRows.ts';
import { spanIdText, type SpanId } from '../core/model/ids.ts';
import { nanos } from '../core/model/time.ts';
import { SPAN_BIT, type StoreReader } from '../core/store/storeReader.ts';
import type { RowGroup, RowId } from '../protocol/rowApi.ts';
import { ROW, type RowWindow } from '../protocol/viewApi.ts';
import { groupLabel, rowGroup } from './groupRows.ts';
import { RowCells } from './rowCells.ts';
import { rowIdAt } from './rowIds.ts';
import { RowPhaseLists } from './rowPhases.ts';
import type { TraceLayout } from './traceLayout.ts';

/** Most rows of one window: the whole of a trace up to 5,000, and some air. */
export const MAX_WINDOW_ROWS = 6000;
const MAX_EVENT_MARKS = 64;
const DEEPEST = 0xffff;
const STATUS_ERROR = 2;
/** Members of a group whose stretches of the critical path are drawn on its row. */
const MOST_CRITICAL_MEMBERS = 100_000;

const FLAG_OF_BIT = [
  [SPAN_BIT.unfinished, ROW.unfinished],
  [SPAN_BIT.hasEvents, ROW.hasEvents],
  [SPAN_BIT.hasLinks, ROW.hasLinks],
  [SPAN_BIT.hasLogs, ROW.hasLogs],
  [SPAN_BIT.hasModel, ROW.hasModel],
  [SPAN_BIT.hasException, ROW.hasException],
] as const;

export interface WindowRequest {
  readonly viewId: number;
  readonly revision: number;
  /** First row; rows past the end are left out. */
  readonly from: number;
  readonly count: number;
  readonly anchorRow: number;
  /** Orphans are told once the trace is settled: until then their parents may be on the way. */
  readonly settled: boolean;
  readonly columns: readonly string[];
}

/** Writes one window of rows. Every array is fresh and exactly as long as the window, ready to be posted. */
export function makeRowWindow(
  store: StoreReader,
  layout: TraceLayout,
  rows: VisibleRows,
  request: WindowRequest,
): RowWindow {
  return new WindowWriter(store, layout, rows, request).write();
}

/** Lists of numbers by row: those of row i stand at `index[i] .. index[i + 1]`. */
class NumberLists {
  readonly index: Uint32Array<ArrayBuffer>;
  readonly numbers: number[] = [];

  constructor(rows: number) {
    this.index = new Uint32Array(rows + 1);
  }

  endRow(row: number): void {
    this.index[row + 1] = this.numbers.length;
  }

  get times(): Float64Array<ArrayBuffer> {
    return Float64Array.from(this.numbers);
  }
}

class WindowWriter {
  readonly #store: StoreReader;
  readonly #layout: TraceLayout;
  readonly #rows: VisibleRows;
  readonly #request: WindowRequest;
  readonly #from: number;
  readonly #count: number;
  readonly #spanIds: RowId[] = [];
  readonly #names: string[] = [];
  readonly #labels: string[] = [];
  readonly #depth: Uint16Array<ArrayBuffer>;
  readonly #siblingPosition: Uint32Array<ArrayBuffer>;
  readonly #siblingCount: Uint32Array<ArrayBuffer>;
  readonly #service: Uint16Array<ArrayBuffer>;
  readonly #kind: Uint8Array<ArrayBuffer>;
  readonly #flags: Uint32Array<ArrayBuffer>;
  readonly #offsetNs: Float64Array<ArrayBuffer>;
  readonly #durationNs: Float64Array<ArrayBuffer>;
  readonly #skewNs: Float64Array<ArrayBuffer>;
  readonly #selfNs: Float64Array<ArrayBuffer>;
  readonly #descendants: Uint32Array<ArrayBuffer>;
  readonly #criticalNs: Float64Array<ArrayBuffer>;
  readonly #self: NumberLists;
  readonly #events: NumberLists;
  readonly #exceptions: NumberLists;
  readonly #messages: NumberLists;
  readonly #critical: NumberLists;
  readonly #phases = new RowPhaseLists();
  readonly #groups: RowGroup[] = [];
  readonly #cells: RowCells;
  readonly #linked: ReadonlySet<SpanId>;

  constructor(store: StoreReader, layout: TraceLayout, rows: VisibleRows, request: WindowRequest) {
    this.#store = store;
    this.#layout = layout;
    this.#rows = rows;
    this.#request = request;
    this.#from = Math.min(request.from, rows.rowCount);
    const count = Math.min(request.count, MAX_WINDOW_ROWS, rows.rowCount - this.#from);
    this.#count = count;
    this.#depth = new Uint16Array(count);
    this.#siblingPosition = new Uint32Array(count);
    this.#siblingCount = new Uint32Array(count);
    this.#service = new Uint16Array(count);
    this.#kind = new Uint8Array(count);
    this.#flags = new Uint32Array(count);
    this.#offsetNs = new Float64Array(count);
    this.#durationNs = new Float64Array(count);
    this.#skewNs = new Float64Array(count);
    this.#selfNs = new Float64Array(count);
    this.#descendants = new Uint32Array(count);
    this.#criticalNs = new Float64Array(count);
    this.#self = new NumberLists(count);
    this.#events = new NumberLists(count);
    this.#exceptions = new NumberLists(count);
    this.#messages = new NumberLists(count);
    this.#critical = new NumberLists(count);
    this.#cells = new RowCells(store, request.columns);
    this.#linked = layout.linkedSpans(store);
  }

  write(): RowWindow {
    const { order } = this.#rows;
    for (let row = 0; row < this.#count; row++) {
      const place = this.#rows.placeAt(this.#from + row);
      const position = order.positionAt(place);
      this.#spanIds.push(rowIdAt(order, place));
      this.#depth[row] = Math.min(order.depthAt(place), DEEPEST);
      const siblings = this.#rows.siblingPlace(place);
      this.#siblingPosition[row] = siblings.position;
      this.#siblingCount[row] = siblings.size;
      this.#descendants[row] = order.belowAt(place);
      if (position >= 0) this.#span(row, place, position);
      else this.#group(row, place);
      for (const lists of [this.#self, this.#events, this.#exceptions, this.#messages, this.#critical])
        lists.endRow(row);
    }
    const { viewId, revision, anchorRow } = this.#request;
    const { list: phases } = this.#phases;
    return {
      viewId,
      revision,
      rowCount: this.#rows.rowCount,
      from: this.#from,
      count: this.#count,
      anchorRow,
      spanIds: this.#spanIds,
      names: this.#names,
      labels: this.#labels,
      depth: this.#depth,
      siblingPosition: this.#siblingPosition,
      siblingCount: this.#siblingCount,
      service: this.#service,
      kind: this.#kind,
      flags: this.#flags,
      offsetNs: this.#offsetNs,
      durationNs: this.#durationNs,
      skewNs: this.#skewNs,
      selfNs: this.#selfNs,
      descendants: this.#descendants,
      selfIndex: this.#self.index,
      selfTimes: this.#self.times,
      eventIndex: this.#events.index,
      eventTimes: this.#events.times,
      exceptionIndex: this.#exceptions.index,
      exceptionTimes: this.#exceptions.times,
      messageIndex: this.#messages.index,
      messageTimes: this.#messages.times,
      criticalIndex: this.#critical.index,
      criticalTimes: this.#critical.times,
      criticalNs: this.#criticalNs,
      groups: this.#groups,
      ...(phases === undefined ? {} : { phases }),
      columns: this.#request.columns,
      cells: this.#cells.lists,
    };
  }

  #span(row: number, place: number, position: number): void {
    const { tree } = this.#rows;
    const store = this.#store;
    const index = tree.indexAt[position] ?? 0;
    const handle = tree.handle[index] ?? 0;
    this.#names.push(store.nameOf(handle));
    this.#labels.push(store.labelOf(handle));
    this.#service[row] = tree.service[index] ?? 0;
    this.#kind[row] = tree.kind[index] ?? 0;
    this.#offsetNs[row] = tree.offsetNs[index] ?? 0;
    this.#durationNs[row] = tree.durationNs[index] ?? 0;
    this.#skewNs[row] = tree.skewNs?.[index] ?? 0;
    this.#selfNs[row] = tree.selfNs[position] ?? 0;
    selfSegments(tree, position, this.#self.numbers);
    if (((tree.bits[index] ?? 0) & SPAN_BIT.hasEvents) !== 0) {
      // Events carry their sender's times: they move with their span.
      const start = nanos(tree.start - BigInt(Math.round(this.#skewNs[row] ?? 0)));
      this.#events.numbers.push(...store.eventOffsets(handle, start, MAX_EVENT_MARKS));
      if (((tree.bits[index] ?? 0) & SPAN_BIT.hasException) !== 0) {
        this.#exceptions.numbers.push(...store.eventOffsets(handle, start, MAX_EVENT_MARKS, 'exception'));
      }
    }
    this.#markMessages(place);
    const timing = this.#layout.timingOf(store, position);
    if (timing !== undefined) this.#phases.add(row, this.#offsetNs[row] ?? 0, timing);
    const critical = new BoundedSegments();
    const whole = !this.#rows.isOpen(place);
    const onPath = this.#layout.critical;
    this.#criticalNs[row] = criticalStretches(tree, onPath, position, whole, (begin, end) => critical.add(begin, end));
    critical.appendTo(this.#critical.numbers);
    this.#flags[row] = this.#spanFlags(place, position) | ((onPath.untilNs[position] ?? -1) >= 0 ? ROW.critical : 0);
    this.#cells.addSpan(handle);
  }

  #spanFlags(place: number, position: number): number {
    const { tree } = this.#rows;
    const index = tree.indexAt[position] ?? 0;
    const bits = tree.bits[index] ?? 0;
    const marks = tree.marks[index] ?? 0;
    let flags = 0;
    if (this.#rows.hasBelow(place)) flags |= ROW.hasChildren;
    if (this.#rows.isOpen(place)) flags |= ROW.expanded;
    if (tree.status[index] === STATUS_ERROR) flags |= ROW.error;
    if (this.#request.settled && (marks & TREE_MARK.orphan) !== 0) flags |= ROW.orphan;
    if ((marks & TREE_MARK.cycle) !== 0) flags |= ROW.cycle;
    if ((marks & TREE_MARK.skewed) !== 0) flags |= ROW.skewed;
    for (const [bit, flag] of FLAG_OF_BIT) if ((bits & bit) !== 0) flags |= flag;
    if (this.#linked.size > 0 && this.#linked.has(spanIdText(tree.idHi[index] ?? 0, tree.idLo[index] ?? 0))) {
      flags |= ROW.linkedTo;
    }
    return flags;
  }

  /** Messages without a row of their own are marks on their span's bar. */
  #markMessages(place: number): void {
    const { order, tree } = this.#rows;
    const messages = order.messagesOf(place);
    if (messages < 0 || this.#rows.isOpen(messages)) return;
    for (const position of order.spansBelow(messages, MAX_EVENT_MARKS)) {
      this.#messages.numbers.push(tree.offsetNs[tree.indexAt[position] ?? 0] ?? 0);
    }
  }

  #group(row: number, place: number): void {
    const { order } = this.#rows;
    const group = order.groupAt(place);
    const facts = this.#layout.bookOf(order).factsOf(group);
    const isOpen = this.#rows.isOpen(place);
    const kind = order.groups?.kind[group];
    const [first] = order.spansBelow(place, 1);
    const index = order.tree.indexAt[first ?? 0] ?? 0;
    this.#names.push(kind === NODE.alike ? this.#store.nameOf(order.tree.handle[index] ?? 0) : '');
    this.#labels.push(kind === NODE.alike ? groupLabel(this.#store, order, place) : '');
    this.#service[row] = order.tree.service[index] ?? 0;
    this.#kind[row] = kind === NODE.missing ? 0 : (order.tree.kind[index] ?? 0);
    this.#offsetNs[row] = facts.beginNs;
    this.#durationNs[row] = facts.endNs - facts.beginNs;
    this.#selfNs[row] = facts.selfNs;
    this.#flags[row] =
      ROW.group |
      ROW.hasChildren |
      (isOpen ? ROW.expanded : 0) |
      (facts.errorCount > 0 ? ROW.error : 0) |
      (facts.unfinishedCount > 0 ? ROW.unfinished : 0);
    this.#groups.push(rowGroup(this.#store, this.#layout, order, group, row, facts));
    if (!isOpen) this.#markCritical(row, place);
    this.#cells.addNothing();
  }

  #markCritical(row: number, place: number): void {
    const { order, tree } = this.#rows;
    const { critical: path } = this.#layout;
    const critical = new BoundedSegments();
    let sum = 0;
    for (const position of order.spansBelow(place, MOST_CRITICAL_MEMBERS)) {
      sum += criticalStretches(tree, path, position, true, (begin, end) => critical.add(begin, end));
    }
    critical.appendTo(this.#critical.numbers);
    this.#criticalNs[row] = sum;
    if (sum > 0) this.#flags[row] = (this.#flags[row] ?? 0) | ROW.critical;
  }
}
