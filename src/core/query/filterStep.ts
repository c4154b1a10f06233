import type { SpanBatch } from './spanBatch.ts';

/** Entries read between two pauses where each costs microseconds. */
export const PAUSE_EVERY = 256;

/**
 * One condition, compiled. Works on a whole stretch of spans at a time: columns are read one after the other, and the dear
 * conditions only ask what the cheap ones left.
 */
export interface FilterStep {
  /** Relative cost of asking one span; conditions that stand side by side are asked cheapest first. */
  readonly cost: number;
  /**
   * Sets `mask[i]` to 0 for each entry in `from .. to` that does not fit; asks only those that are 1. Yields now and then,
   * so that whoever runs it can pause or stop.
   */
  narrow(batch: SpanBatch, mask: Uint8Array, from: number, to: number): Generator<undefined, void>;
}

/** Of all parts. */
export class AllOf implements FilterStep {
  readonly cost: number;
  readonly #parts: readonly FilterStep[];

  constructor(parts: readonly FilterStep[]) {
    this.#parts = parts.toSorted((a, b) => a.cost - b.cost);
    this.cost = parts.reduce((sum, part) => sum + part.cost, 0);
  }

  *narrow(batch: SpanBatch, mask: Uint8Array, from: number, to: number): Generator<undefined, void> {
    for (const part of this.#parts) {
      yield* part.narrow(batch, mask, from, to);
      if (mask.indexOf(1, from) < 0) return;
    }
  }
}

/** Of one part at least. */
export class OneOf implements FilterStep {
  readonly cost: number;
  readonly #parts: readonly FilterStep[];

  constructor(parts: readonly FilterStep[]) {
    this.#parts = parts.toSorted((a, b) => a.cost - b.cost);
    this.cost = parts.reduce((sum, part) => sum + part.cost, 0);
  }

  *narrow(batch: SpanBatch, mask: Uint8Array, from: number, to: number): Generator<undefined, void> {
    const left = mask.slice(from, to);
    const asked = new Uint8Array(mask.length);
    mask.fill(0, from, to);
    for (const part of this.#parts) {
      asked.set(left, from);
      yield* part.narrow(batch, asked, from, to);
      for (let at = from; at < to; at++) {
        if (asked[at] === 0) continue;
        mask[at] = 1;
        left[at - from] = 0;
      }
    }
  }
}

export class NotOf implements FilterStep {
  readonly cost: number;
  readonly #part: FilterStep;

  constructor(part: FilterStep) {
    this.#part = part;
    this.cost = part.cost;
  }

  *narrow(batch: SpanBatch, mask: Uint8Array, from: number, to: number): Generator<undefined, void> {
    const asked = new Uint8Array(mask.length);
    asked.set(mask.subarray(from, to), from);
    yield* this.#part.narrow(batch, asked, from, to);
    for (let at = from; at < to; at++) if (asked[at] === 1) mask[at] = 0;
  }
}
