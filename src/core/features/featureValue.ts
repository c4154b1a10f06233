import type { Cell } from './cell.ts';
import type { NumberArray } from './numberArray.ts';
import type { ToldFacts } from './tensorFacts.ts';

/** Why not all of a value is here. */
export interface Incomplete {
  /** The printer put an ellipsis for values. */
  readonly elided: boolean;
  /** The text ends before the value does: a length limit cut it. */
  readonly unended: boolean;
  /** Spanline read no further: there is more. */
  readonly limited: boolean;
  /**
   * Recorded were so many of all values or rows, the first ones. `facts`: what min, max, mean, NaN and zeros are of, where they
   * came with them.
   */
  readonly recorded?: { readonly count: number; readonly of: number; readonly facts?: 'all' | 'sample' };
}

/** Named values of one or more rows. */
export interface FeatureColumns {
  readonly kind: 'table';
  readonly names: readonly string[];
  /** By feature, then by row. */
  readonly columns: readonly (readonly Cell[])[];
  readonly rows: number;
  readonly incomplete: Incomplete;
}

export interface TensorValue extends NumberArray {
  readonly kind: 'tensor';
  /** As the request names it; empty when it does not. */
  readonly name: string;
  readonly incomplete: Incomplete;
  /** Where `values` are the first of more: what came with them. */
  readonly told?: ToldFacts;
}

export type FeatureValue = FeatureColumns | TensorValue;
