import { resized } from '../store/resized.ts';
import type { Segment } from '../store/segment.ts';
import type { StoreState } from '../store/storeState.ts';

/** Goes from handle to handle; handles that follow each other mostly share a segment. */
export class SegmentSpans {
  segment: Segment | undefined;
  /** Place of the span in its segment. */
  index = 0;
  readonly #state: StoreState;

  constructor(state: StoreState) {
    this.#state = state;
  }

  /** False when the span is not held. */
  at(handle: number): boolean {
    const { segment } = this;
    if (segment !== undefined) {
      const index = handle - segment.base;
      // One that was dropped meanwhile still has its columns.
      if (index >= 0 && index < segment.spans.count) {
        this.index = index;
        return true;
      }
    }
    const found = this.#state.segmentOf(handle);
    this.segment = found;
    if (found === undefined) return false;
    this.index = handle - found.base;
    return true;
  }
}

/** Answers by number in a table that only grows, asked once for each number. */
export class Verdicts {
  /** 0 not asked, 1 no, 2 yes. */
  #known = new Uint8Array(64);

  ask(number: number, answer: (number: number) => boolean): boolean {
    if (number >= this.#known.length) {
      this.#known = resized(this.#known, Math.max(this.#known.length * 2, number + 1));
    }
    const known = this.#known[number]!;
    if (known !== 0) return known === 2;
    const is = answer(number);
    this.#known[number] = is ? 2 : 1;
    return is;
  }
}

/** Something of each segment, made when first asked for; segments that are gone take it with them. */
export class BySegment<T extends object> {
  readonly #made = new WeakMap<Segment, T>();
  readonly #make: (segment: Segment) => T;

  constructor(make: (segment: Segment) => T) {
    this.#make = make;
  }

  of(segment: Segment): T {
    let made = this.#made.get(segment);
    if (made === undefined) {
      made = this.#make(segment);
      this.#made.set(segment, made);
    }
    return made;
  }
}
