import type { TraceColumns } from '../store/storeReader.ts';

/** What of a walk in preorder this needs: position → index, and the parent's position or -1. */
interface Order {
  readonly count: number;
  readonly indexAt: Uint32Array;
  readonly parentAt: Int32Array;
}

/**
 * How many nanoseconds later than its sender said each span is to be shown, by index; undefined when all clocks agree. A
 * span of another service cannot start before the span that called it: then its clock is behind, and it and what is below
 * it are moved, into the middle of the caller's span when it fits there (the round trip is taken as symmetric, as Jaeger
 * does), else to its start. A span that starts late is left alone: queues and retries look like that. What the sender said
 * stays in the store.
 */
export function clockSkew(columns: TraceColumns, { count, indexAt, parentAt }: Order): Float64Array | undefined {
  const { offsetNs, durationNs, service } = columns;
  let first = 0;
  while (first < count && !startsTooEarly(columns, indexAt[first]!, parentAt[first]!, indexAt)) first++;
  if (first === count) return undefined;
  const skew = new Float64Array(count);
  for (let position = first; position < count; position++) {
    const parentPosition = parentAt[position]!;
    if (parentPosition < 0) continue;
    const index = indexAt[position]!;
    const parent = indexAt[parentPosition]!;
    let shift = skew[parent]!;
    const parentStart = offsetNs[parent]! + shift;
    const start = offsetNs[index]! + shift;
    if (service[index] !== service[parent] && start < parentStart) {
      const room = durationNs[parent]! - durationNs[index]!;
      shift += parentStart - start + (room > 0 ? room / 2 : 0);
    }
    skew[index] = shift;
  }
  return skew;
}

function startsTooEarly(columns: TraceColumns, index: number, parentPosition: number, indexAt: Uint32Array): boolean {
  if (parentPosition < 0) return false;
  const parent = indexAt[parentPosition]!;
  return columns.offsetNs[index]! < columns.offsetNs[parent]! && columns.service[index] !== columns.service[parent];
}
