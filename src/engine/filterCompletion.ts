import { completionContext, type CompletionContext } from '../core/query/completionContext.ts';
import { HAS_WORDS, SPAN_FIELDS, TRACE_FIELDS } from '../core/query/filterExpression.ts';
import { quotedKey, quotedWord } from '../core/query/filterQuotes.ts';
import { KINDS, STATUSES } from '../core/query/parseFilter.ts';
import { rankSuggestions } from '../core/query/rankSuggestions.ts';
import type { Timers } from '../protocol/channel.ts';
import type { FilterSuggestion, FilterSuggestions } from '../protocol/queryApi.ts';
import type { EngineStore } from './engineStore.ts';
import { SpanSample } from './spanSample.ts';

/** A sample serves the keystrokes of one filter. */
const SAMPLE_MS = 3000;

const FIELD_DETAILS: Readonly<Record<string, string>> = {
  service: 'the span’s service',
  name: 'the span’s name',
  dur: 'duration, as in dur>200ms',
  self: 'time in which no child runs',
  start: 'from the start of the trace',
  depth: '0 for the root',
  status: 'unset, ok, error',
  kind: 'server, client, internal, …',
  scope: 'instrumentation scope',
  id: 'beginning of the span’s id',
  message: 'message of the status',
  input: 'what went into a model',
  output: 'what came out of it',
  model: 'the model’s name',
  tokens: 'tokens of a model call',
  'tokens.input': 'tokens that went in',
  'tokens.output': 'tokens that came out',
  confidence: 'of a prediction, 0 to 1',
  test: 'name of the test that a span is of',
  trace: 'beginning of the trace’s id',
  'trace.id': 'beginning of the trace’s id',
  'trace.name': 'name of the trace',
  'trace.dur': 'duration of the trace',
  'trace.spans': 'spans in the trace',
  'trace.errors': 'failed spans in the trace',
};
const COMPARED: ReadonlySet<string> = new Set([
  'dur',
  'self',
  'start',
  'depth',
  'tokens',
  'tokens.input',
  'tokens.output',
  'confidence',
  'trace.dur',
  'trace.spans',
  'trace.errors',
]);
const WORDS: readonly (readonly [string, string])[] = [
  ['errors', 'a span of the trace failed'],
  ['has:', 'an attribute, exception, events, links, logs, model, …'],
  ['any(', 'some span of the trace'],
  ['none(', 'no span of the trace'],
  ['all(', 'every span of the trace'],
  ['root.', 'the trace’s root'],
  ['parent.', 'the span’s parent'],
  ['child(', 'one of the span’s children'],
  ['not ', 'the opposite'],
  ['or ', 'one or the other'],
];

export interface FilterCompletionDeps {
  readonly store: EngineStore;
  readonly timers: Timers;
}

/** What could stand at the caret of a filter: the language's words, and keys and values of the spans that came last. */
export class FilterCompletion {
  readonly #deps: FilterCompletionDeps;
  #sample: SpanSample | undefined;

  constructor(deps: FilterCompletionDeps) {
    this.#deps = deps;
  }

  suggest(filter: string, caret: number): FilterSuggestions {
    const context = completionContext(filter, Math.min(caret, filter.length));
    if (context.kind === 'none') return { from: context.from, to: context.to, suggestions: [] };
    const found = context.kind === 'term' ? this.#terms(context) : this.#values(context);
    return { from: context.from, to: context.to, suggestions: rankSuggestions(found, context.typed) };
  }

  #terms({ fixed, typed }: Extract<CompletionContext, { kind: 'term' }>): readonly FilterSuggestion[] {
    const home = /(resource|span|event|trace)\.$/i.exec(fixed)?.[1]?.toLowerCase();
    if (home === 'trace') {
      return TRACE_FIELDS.filter((name) => name !== 'trace').map((name) => fieldOf(name, name.slice('trace.'.length)));
    }
    // It is the field `service`.
    const keys = this.#spans()
      .keys(home)
      .filter(({ text }) => text !== 'service.name')
      .map(keyOf);
    if (home !== undefined) return keys;
    const fields = [...SPAN_FIELDS, ...(fixed === '' ? TRACE_FIELDS : [])]
      .filter((name) => name !== 'trace.id' && (typed !== '' || !name.includes('.')))
      .map((name) => fieldOf(name, name));
    const words = WORDS.map(([insert, detail]): FilterSuggestion => ({ insert, kind: 'word', detail }));
    return [...fields, ...(fixed === '' ? words : words.filter(({ insert }) => insert === 'has:')), ...keys];
  }

  #values({ name }: Extract<CompletionContext, { kind: 'value' }>): readonly FilterSuggestion[] {
    const known = name.toLowerCase();
    const fixed = (values: readonly string[]): readonly FilterSuggestion[] =>
      values.map((insert) => ({ insert, kind: 'value', detail: '' }));
    switch (known) {
      case 'kind':
        return fixed(KINDS);
      case 'status':
        return fixed(STATUSES);
      case 'has':
        return [
          ...fixed(HAS_WORDS),
          ...this.#spans()
            .keys(undefined)
            .map(({ text, count }): FilterSuggestion => ({
              insert: quotedKey(text),
              kind: 'attribute',
              detail: seen(count),
            })),
        ];
      default:
        return this.#spans()
          .values(known === 'service.name' || known === 'duration' ? known.slice(0, 7) : name)
          .map(({ text, count }): FilterSuggestion => ({
            insert: quotedWord(text),
            kind: 'value',
            detail: seen(count),
          }));
    }
  }

  #spans(): SpanSample {
    const { store, timers } = this.#deps;
    if (this.#sample?.state !== store.held) {
      this.#sample = new SpanSample(store.held);
      // It holds segments, which eviction may have dropped since.
      timers.set(() => {
        this.#sample = undefined;
      }, SAMPLE_MS);
    }
    return this.#sample;
  }
}

function fieldOf(name: string, insert: string): FilterSuggestion {
  const operator = COMPARED.has(name) ? '>' : ':';
  return { insert: insert + operator, kind: 'field', detail: FIELD_DETAILS[name] ?? '' };
}

function keyOf({ text, count }: { readonly text: string; readonly count: number }): FilterSuggestion {
  return { insert: `${quotedKey(text)}:`, kind: 'attribute', detail: seen(count) };
}

/** How often something was seen among the spans looked at. */
function seen(count: number): string {
  return count === 0 ? '' : `${count.toLocaleString('en-US')}×`;
}
