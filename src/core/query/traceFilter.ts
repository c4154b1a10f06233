import type { DurationNs } from '../model/time.ts';

/** How a number is compared. */
export type Comparison = '<' | '<=' | '=' | '>=' | '>';

/** One condition on a trace. */
export type TraceCondition =
  /** One of its services has this name, in any case. */
  | { readonly kind: 'service'; readonly name: string }
  /** The root's name contains this text, in any case. */
  | { readonly kind: 'name'; readonly text: string }
  /** A span failed. */
  | { readonly kind: 'errors' }
  /** Its id begins with these lower-case hex digits. */
  | { readonly kind: 'trace'; readonly prefix: string }
  | { readonly kind: 'duration'; readonly comparison: Comparison; readonly durationNs: DurationNs };

/** All terms must hold; none is no condition. */
export interface TraceFilter {
  readonly terms: readonly { readonly condition: TraceCondition; readonly negated: boolean }[];
}
