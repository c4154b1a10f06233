/** Work in short steps: each `next()` takes a millisecond or two; the last returns the result. */
export type Steps<T> = Generator<void, T, void>;

/** Spans looked at between two yields. */
export const SPANS_PER_STEP = 16_384;

/** Runs the work to its end at once, for what is small. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
