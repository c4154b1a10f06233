import type { TraceRows } from '../store/traceRows.ts';
import { ATTRIBUTE_GROUP, type ListBrush, type ListGroup } from './listQuery.ts';

/** https://opentelemetry.io/docs/specs/semconv/registry/attributes/test/ */
const TEST_NAME_KEY = 'test.case.name';
const TEST_RESULT_KEY = 'test.case.result.status';
/** A result that comes first among groups of tests. */
export const FAILED_TEST = 'fail';

/** Whether a trace lies in what was brushed; its start in milliseconds since the epoch, its duration in nanoseconds. */
export function isInBrush(brush: ListBrush | null, startMs: number, durationNs: number): boolean {
  if (brush === null) return true;
  if (brush.minNs !== null && durationNs < brush.minNs) return false;
  if (brush.maxNs !== null && durationNs > brush.maxNs) return false;
  return (brush.fromMs === null || startMs >= brush.fromMs) && (brush.toMs === null || startMs <= brush.toMs);
}

/** How the test came out that the root of a trace in a slot is the span of: `pass`, `fail`, or another word of its sender. */
export function testResultOf(rows: TraceRows): (slot: number) => string {
  return (slot) => rows.attribute(slot, TEST_RESULT_KEY);
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
    case 'test':
      return (slot) => rows.attribute(slot, TEST_NAME_KEY);
    default: {
      const key = group.slice(ATTRIBUTE_GROUP.length);
      return (slot) => rows.attribute(slot, key);
    }
  }
}
