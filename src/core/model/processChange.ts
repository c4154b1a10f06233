import type { NanosText } from './time.ts';

/** One process of a service gave way to another. */
export interface ProcessChange {
  readonly service: string;
  /** What tells the processes apart, as `pid 4242` or `instance web-1`. */
  readonly from: string;
  readonly to: string;
  /** First span of the later one. */
  readonly at: NanosText;
}
