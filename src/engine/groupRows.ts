import type { GroupFacts } from '../core/layout/groupFacts.ts';
import { NODE, type NodeKind } from '../core/layout/rowNodes.ts';
import type { RowOrder } from '../core/layout/rowOrder.ts';
import { spanIdText } from '../core/model/ids.ts';
import type { StoreReader } from '../core/store/storeReader.ts';
import type { MissingParent, RowGroup } from '../protocol/rowApi.ts';
import type { TraceLayout } from './traceLayout.ts';

/** Members whose labels are compared: a label is shown where all of them have it. */
const LABELS_COMPARED = 16;
const KIND_NAMES = {
  [NODE.alike]: 'alike',
  [NODE.missing]: 'missing',
  [NODE.messages]: 'messages',
} as const satisfies Record<NodeKind, RowGroup['kind']>;
const KIND_INTERNAL = 1;
const KIND_SERVER = 2;
const KIND_CLIENT = 3;
const KIND_PRODUCER = 4;
const KIND_CONSUMER = 5;

/** What a window tells of a row that stands for several spans. */
export function rowGroup(
  store: StoreReader,
  layout: TraceLayout,
  order: RowOrder,
  group: number,
  row: number,
  facts: GroupFacts,
): RowGroup {
  const kind = (order.groups?.kind[group] ?? NODE.alike) as NodeKind;
  return {
    row,
    kind: KIND_NAMES[kind],
    count: facts.count,
    totalNs: facts.totalNs,
    minNs: facts.minNs,
    medianNs: facts.medianNs,
    p95Ns: facts.p95Ns,
    maxNs: facts.maxNs,
    errorCount: facts.errorCount,
    errorTimes: Float64Array.from(facts.errorTimes),
    unfinishedCount: facts.unfinishedCount,
    density: facts.density.slice(),
    services: facts.services,
    ...(kind === NODE.missing && { missing: missingParent(store, layout, order, group, facts) }),
  };
}

/** The label that the first members have in common, or empty. */
export function groupLabel(store: StoreReader, order: RowOrder, place: number): string {
  const { handle, indexAt } = order.tree;
  let common: string | undefined;
  for (const position of order.spansBelow(place, LABELS_COMPARED)) {
    const label = store.labelOf(handle[indexAt[position] ?? 0] ?? 0);
    if (common !== undefined && label !== common) return '';
    common = label;
  }
  return common ?? '';
}

function missingParent(
  store: StoreReader,
  layout: TraceLayout,
  order: RowOrder,
  group: number,
  facts: GroupFacts,
): MissingParent {
  const { groups, tree } = order;
  const spanId = spanIdText(groups?.idHi[group] ?? 0, groups?.idLo[group] ?? 0);
  const ran = whereItRan(facts);
  if (ran !== 'same') return { spanId, ran };
  const handle = tree.handle[groups?.firstIndex[group] ?? 0] ?? 0;
  const after = tree.start + BigInt(Math.round(facts.beginNs));
  const restarted = layout.processChange(store, handle, after);
  return restarted === undefined ? { spanId, ran } : { spanId, ran, restarted };
}

/** A server's or consumer's parent is its caller; what is internal or calls others ran where its parent did. */
function whereItRan({ kinds }: GroupFacts): MissingParent['ran'] {
  const called = (1 << KIND_SERVER) | (1 << KIND_CONSUMER);
  const inside = (1 << KIND_INTERNAL) | (1 << KIND_CLIENT) | (1 << KIND_PRODUCER);
  if ((kinds & inside) !== 0) return 'same';
  return (kinds & called) !== 0 ? 'caller' : 'unknown';
}
