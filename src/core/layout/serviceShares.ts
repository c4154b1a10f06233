import type { DisplayTree } from './displayTree.ts';

const STATUS_ERROR = 2;

/** What each service has of a trace, by its index in {@link DisplayTree.services}. */
export interface ServiceShares {
  readonly spans: Float64Array<ArrayBuffer>;
  readonly errors: Float64Array<ArrayBuffer>;
  /** Nanoseconds in which no child of its spans ran. */
  readonly selfNs: Float64Array<ArrayBuffer>;
}

/** Counts a trace by service; one pass. */
export function serviceShares(tree: DisplayTree): ServiceShares {
  const { count, service, status, positionOf } = tree;
  const spans = new Float64Array(tree.services.length);
  const errors = new Float64Array(tree.services.length);
  const selfNs = new Float64Array(tree.services.length);
  for (let index = 0; index < count; index++) {
    const own = service[index]!;
    spans[own]!++;
    if (status[index] === STATUS_ERROR) errors[own]!++;
    selfNs[own]! += tree.selfNs[positionOf[index]!]!;
  }
  return { spans, errors, selfNs };
}
