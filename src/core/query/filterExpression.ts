/** How a value is compared; what each means for which kind of value is written in docs/filter.md. */
export type FilterOperator = ':' | '=' | '!=' | '<' | '<=' | '>=' | '>' | '~' | '!~';

/** Fields every span has, and those of spans that were read as model calls. */
export const SPAN_FIELDS = [
  'service',
  'name',
  'dur',
  'self',
  'start',
  'depth',
  'status',
  'kind',
  'scope',
  'id',
  'message',
  'input',
  'output',
  'model',
  'tokens',
  'tokens.input',
  'tokens.output',
  'confidence',
  'test',
] as const;
export type SpanField = (typeof SPAN_FIELDS)[number];

/** Fields of the whole trace. */
export const TRACE_FIELDS = ['trace', 'trace.id', 'trace.name', 'trace.dur', 'trace.spans', 'trace.errors'] as const;
export type TraceField = (typeof TRACE_FIELDS)[number];

/** What `has:` knows besides the keys of attributes. */
export const HAS_WORDS = ['error', 'exception', 'events', 'links', 'logs', 'model', 'parent', 'children'] as const;
export type HasWord = (typeof HAS_WORDS)[number];

/** Which spans of a trace an inner filter is asked of. */
export const FILTER_SCOPES = ['any', 'none', 'all', 'root', 'parent', 'child'] as const;
export type FilterScope = (typeof FILTER_SCOPES)[number];

/** Where an attribute is looked for. `any`: on the span, its events and its resource. */
export type AttributeHome = 'any' | 'span' | 'event' | 'resource';

export type FilterField =
  | { readonly kind: 'span'; readonly name: SpanField }
  | { readonly kind: 'trace'; readonly name: TraceField }
  | { readonly kind: 'attribute'; readonly home: AttributeHome; readonly key: string }
  /** A named value of a model call: of a feature table, a tensor or a prediction. */
  | { readonly kind: 'value'; readonly side: 'inputs' | 'outputs'; readonly name: string };

/** The right side of a comparison, read in every way it can be. */
export interface FilterValue {
  readonly text: string;
  /** Text only, whatever it looks like. */
  readonly quoted: boolean;
  /** When it is a number without a unit. */
  readonly number?: number;
  /** When it is a number with a unit of time. */
  readonly durationNs?: number;
  /** Where it stands in the filter's text. */
  readonly start: number;
  readonly end: number;
}

/** A filter as it was read. Asked of one span of one trace; see `asTraceFilter` for asking it of a trace. */
export type FilterExpression =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly FilterExpression[] }
  | { readonly kind: 'not'; readonly part: FilterExpression }
  | { readonly kind: 'scope'; readonly scope: FilterScope; readonly part: FilterExpression }
  | {
      readonly kind: 'compare';
      readonly field: FilterField;
      readonly operator: FilterOperator;
      readonly value: FilterValue;
    }
  | { readonly kind: 'has'; readonly what: HasWord }
  | { readonly kind: 'hasKey'; readonly home: AttributeHome; readonly key: string }
  /** The trace has a failed span. */
  | { readonly kind: 'errors' }
  | { readonly kind: 'text'; readonly text: string };

/** A filter that was read; without an expression it lets everything through. */
export interface Filter {
  readonly text: string;
  readonly expression: FilterExpression | undefined;
}
