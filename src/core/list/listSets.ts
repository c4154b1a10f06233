import type { TraceRows } from '../store/traceRows.ts';
import { ATTRIBUTE_GROUP, type ListBrush, type ListGroup } from './listQuery.ts';

/** Whether a trace lies in what was brushed; its start in milliseconds since the epoch, its duration in nanoseconds. */
export function isInBrush(brush: ListBrush | null, startMs: number, durationNs: number): boolean {
  if (brush === null) return true;
  if (brush.minNs !== null && durationNs < brush.minNs) return false;
  if (brush.maxNs !== null && durationNs > brush.maxNs) return false;
  return (brush.fromMs === null || startMs >= brush.fromMs) && (brush.toMs === null || startMs <= brush.toMs);
}

/** What names the group of the trace in a slot; by its root's name where nothing groups. */
export function groupTextOf(rows: TraceRows, group: ListGroup): (slot: number) => string {
  switch (group) {
    case '':
    case 'name':
      return (slot) => rows.name(slot);
    case 'service':
      return (slot) => rows.service(slot);
    case 'run':
      return (slot) => rows.run(slot);
    case 'process':
      return (slot) => rows.process(slot);
    default: {
      const key = group.slice(ATTRIBUTE_GROUP.length);
      return (slot) => rows.attribute(slot, key);
    }
  }
}
