/** What spans can be told apart by. `function` is the span's name where it names no function of its source. */
export type FacetField =
  | { readonly kind: 'name' | 'process' | 'function' | 'scope' | 'peer' }
  /** A key of the span's own attributes, else of its resource's. */
  | { readonly kind: 'attribute'; readonly key: string };

/** Number of spans without a value. */
export const FACET_ABSENT = 0;
/** Number of all values that came when there were 50,000 others. */
export const FACET_OTHERS = 1;
/** One field of many spans, read as numbers: spans with equal values have equal numbers. */
export interface FacetReader {
  /** Text of each number; those of {@link FACET_ABSENT} and {@link FACET_OTHERS} are empty. */
  readonly texts: readonly string[];
  /**
   * Writes the numbers of the spans at `handles[from .. to)` to the same places of `into`. A span that is no longer held
   * counts as one without a value.
   */
  read(handles: Uint32Array, from: number, to: number, into: Uint32Array): void;
}
