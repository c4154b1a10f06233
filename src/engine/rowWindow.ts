import type { SpanId } from '../core/model/ids.ts';
import { nanos } from '../core/model/time.ts';
import { TREE_MARK } from '../core/layout/displayTree.ts';
import { selfSegments } from '../core/layout/selfSegments.ts';
import type { VisibleRows } from '../core/layout/visibleRows.ts';
import { SPAN_BIT, type StoreReader } from '../core/store/storeReader.ts';
import { ROW, type RowWindow } from '../protocol/viewApi.ts';

/** Most rows of one window: the whole of a trace up to 5,000, and some air. */
export const MAX_WINDOW_ROWS = 6000;
const MAX_EVENT_MARKS = 64;
const DEEPEST = 0xffff;
const STATUS_ERROR = 2;

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
}

/** Writes one window of rows. Every array is fresh and exactly as long as the window, ready to be posted. */
export function makeRowWindow(store: StoreReader, rows: VisibleRows, request: WindowRequest): RowWindow {
  const { tree } = rows;
  const from = Math.min(request.from, rows.rowCount);
  const count = Math.min(request.count, MAX_WINDOW_ROWS, rows.rowCount - from);
  const spanIds: SpanId[] = [];
  const names: string[] = [];
  const labels: string[] = [];
  const depth = new Uint16Array(count);
  const service = new Uint16Array(count);
  const kind = new Uint8Array(count);
  const flags = new Uint16Array(count);
  const offsetNs = new Float64Array(count);
  const durationNs = new Float64Array(count);
  const skewNs = new Float64Array(count);
  const selfNs = new Float64Array(count);
  const descendants = new Uint32Array(count);
  const selfIndex = new Uint32Array(count + 1);
  const selfTimes: number[] = [];
  const eventIndex = new Uint32Array(count + 1);
  const eventTimes: number[] = [];
  for (let row = 0; row < count; row++) {
    const position = rows.positionAt(from + row);
    const index = tree.indexAt[position] ?? 0;
    const handle = tree.handle[index] ?? 0;
    spanIds.push(spanIdText(tree.idHi[index] ?? 0, tree.idLo[index] ?? 0));
    names.push(store.nameOf(handle));
    labels.push(store.labelOf(handle));
    depth[row] = Math.min(tree.depth[position] ?? 0, DEEPEST);
    service[row] = tree.service[index] ?? 0;
    kind[row] = tree.kind[index] ?? 0;
    flags[row] = rowFlags(rows, position, request.settled);
    offsetNs[row] = tree.offsetNs[index] ?? 0;
    durationNs[row] = tree.durationNs[index] ?? 0;
    skewNs[row] = tree.skewNs?.[index] ?? 0;
    selfNs[row] = tree.selfNs[position] ?? 0;
    descendants[row] = tree.descendants[position] ?? 0;
    selfSegments(tree, position, selfTimes);
    selfIndex[row + 1] = selfTimes.length;
    if (((tree.bits[index] ?? 0) & SPAN_BIT.hasEvents) !== 0) {
      // Events carry their sender's times: they move with their span.
      const start = nanos(tree.start - BigInt(Math.round(skewNs[row] ?? 0)));
      eventTimes.push(...store.eventOffsets(handle, start, MAX_EVENT_MARKS));
    }
    eventIndex[row + 1] = eventTimes.length;
  }
  return {
    viewId: request.viewId,
    revision: request.revision,
    rowCount: rows.rowCount,
    from,
    count,
    anchorRow: request.anchorRow,
    spanIds,
    names,
    labels,
    depth,
    service,
    kind,
    flags,
    offsetNs,
    durationNs,
    skewNs,
    selfNs,
    descendants,
    selfIndex,
    selfTimes: Float64Array.from(selfTimes),
    eventIndex,
    eventTimes: Float64Array.from(eventTimes),
  };
}

function rowFlags(rows: VisibleRows, position: number, settled: boolean): number {
  const { tree } = rows;
  const index = tree.indexAt[position] ?? 0;
  const bits = tree.bits[index] ?? 0;
  const marks = tree.marks[index] ?? 0;
  let flags = 0;
  if ((tree.descendants[position] ?? 0) > 0) flags |= ROW.hasChildren;
  if (rows.isExpanded(position)) flags |= ROW.expanded;
  if (tree.status[index] === STATUS_ERROR) flags |= ROW.error;
  if (settled && (marks & TREE_MARK.orphan) !== 0) flags |= ROW.orphan;
  if ((marks & TREE_MARK.cycle) !== 0) flags |= ROW.cycle;
  if ((marks & TREE_MARK.skewed) !== 0) flags |= ROW.skewed;
  for (const [bit, flag] of FLAG_OF_BIT) if ((bits & bit) !== 0) flags |= flag;
  return flags;
}

/** A span id's halves as 16 lower-case hex digits. */
export function spanIdText(hi: number, lo: number): SpanId {
  return (hi.toString(16).padStart(8, '0') + lo.toString(16).padStart(8, '0')) as SpanId;
}
