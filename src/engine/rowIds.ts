import { NODE, type NodeKind } from '../core/layout/rowNodes.ts';
import type { RowOrder } from '../core/layout/rowOrder.ts';
import { positionOfId } from '../core/layout/rowSteps.ts';
import { spanIdText } from '../core/model/ids.ts';
import { isGroupId, type RowId } from '../protocol/rowApi.ts';

const PREFIX = {
  [NODE.alike]: 'alike',
  [NODE.missing]: 'missing',
  [NODE.messages]: 'messages',
} as const satisfies Record<NodeKind, string>;

/** What names the node at a place. */
export function rowIdAt(order: RowOrder, place: number): RowId {
  const { tree, groups } = order;
  const group = order.groupAt(place);
  if (group < 0 || groups === undefined) {
    const index = tree.indexAt[order.positionAt(place)] ?? 0;
    return spanIdText(tree.idHi[index] ?? 0, tree.idLo[index] ?? 0);
  }
  const kind = groups.kind[group] as NodeKind;
  const first = groups.firstIndex[group] ?? 0;
  const isMissing = kind === NODE.missing;
  const hi = (isMissing ? groups.idHi[group] : tree.idHi[first]) ?? 0;
  const lo = (isMissing ? groups.idLo[group] : tree.idLo[first]) ?? 0;
  return `${PREFIX[kind]}:${spanIdText(hi, lo)}`;
}

/** Place of the node with a name, or -1 when there is none under this order. */
export function placeOfRow(order: RowOrder, rowId: RowId): number {
  const isGroup = isGroupId(rowId);
  const hex = isGroup ? rowId.slice(rowId.indexOf(':') + 1) : rowId;
  const hi = Number.parseInt(hex.slice(0, 8), 16);
  const lo = Number.parseInt(hex.slice(8), 16);
  const { groups } = order;
  if (!isGroup) {
    const position = positionOfId(order.tree, hi, lo);
    return position < 0 ? -1 : order.placeOf(position);
  }
  if (groups === undefined) return -1;
  if (rowId.startsWith('missing:')) {
    for (let group = 0; group < groups.count; group++) {
      const isIt = groups.kind[group] === NODE.missing && groups.idLo[group] === lo && groups.idHi[group] === hi;
      if (isIt) return groups.place[group] ?? -1;
    }
    return -1;
  }
  const first = positionOfId(order.tree, hi, lo);
  const above = first < 0 ? -1 : order.parentAt(order.placeOf(first));
  return above >= 0 && rowIdAt(order, above) === rowId ? above : -1;
}
