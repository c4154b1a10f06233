/** What is wrong with a filter: `filter.slice(start, end)`, in UTF-16 units; empty where something is missing. */
export interface FilterProblem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** What is asked of filters themselves. The language is docs/filter.md's. */
export interface QueryMethods {
  /** Everything that can be wrong with a filter, regular expressions included. */
  'query/check': readonly [{ readonly filter: string }, { readonly problem: FilterProblem | null }];
}
