/** What the leaf calls of one model in one trace used. Counts of a call that tells no such number are 0 of it. */
export interface ModelUsage {
  /** Empty when the calls name none. */
  readonly model: string;
  readonly calls: number;
  readonly input: number;
  readonly output: number;
  readonly cachedInput: number;
  readonly cacheWrite: number;
  readonly reasoning: number;
  /** Input and output; for calls that tell a total alone that. */
  readonly total: number;
  /** What senders say the calls cost (US dollars by their conventions), and how many of the calls say it. */
  readonly cost: number;
  readonly costCalls: number;
}
