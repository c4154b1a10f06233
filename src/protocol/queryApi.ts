/** What is wrong with a filter: `filter.slice(start, end)`, in UTF-16 units; empty where something is missing. */
export interface FilterProblem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** What could stand at the caret. */
export interface FilterSuggestion {
  /** Takes the place of `filter.slice(from, to)` of the answer. */
  readonly insert: string;
  /** What kind of thing it is, for an icon. */
  readonly kind: 'field' | 'attribute' | 'value' | 'word';
  /** What it means, or how often it was seen; may be empty. */
  readonly detail: string;
}

export interface FilterSuggestions {
  readonly from: number;
  readonly to: number;
  /** Best first. */
  readonly suggestions: readonly FilterSuggestion[];
}

/** An attribute that a filter names and that nothing held has. */
export interface UnknownFilterKey {
  readonly key: string;
  /** What was probably meant, as it is written in a filter; empty when nothing is near. */
  readonly nearest: string;
}

/** What is asked of filters themselves. The language is docs/filter.md's. */
export interface QueryMethods {
  /** Everything that can be wrong with a filter, regular expressions included. */
  'query/check': readonly [{ readonly filter: string }, { readonly problem: FilterProblem | null }];
  /** Attributes a filter names that no span, event or resource has: why a filter matches nothing, most often. */
  'query/unknownKeys': readonly [{ readonly filter: string }, { readonly keys: readonly UnknownFilterKey[] }];
  /** Fields, keys and values from the data, most frequent first. `caret` counts UTF-16 units. */
  'query/complete': readonly [{ readonly filter: string; readonly caret: number }, FilterSuggestions];
}
