import type { ModelCall, TokenCounts } from '../model/modelCall.ts';
import type { SpanDetails } from '../model/span.ts';
import type { FactName, SpanTest } from './dialect.ts';
import { asList, field, textOf } from './fields.ts';
import { factPlaces, KIND_FAMILIES, KIND_KEYS, NAMED_KINDS } from './mergedTables.ts';
import { decodeValue, parseJson } from './valueDecoder.ts';
import type { ValueFinder } from './valueFinder.ts';

const COUNTS = ['input', 'output', 'total', 'cachedInput', 'cacheWrite', 'reasoning'] as const;
const NAMES = [
  'operation',
  'model',
  'modelVersion',
  'provider',
  'confidence',
  'finishReasons',
  'conversationId',
  'responseId',
  'agent',
  'tool',
  'toolCallId',
] as const;
const PLACES = new Map(
  [...NAMES, ...COUNTS.map((count): FactName => `tokens.${count}`)].map((name) => [name, factPlaces(name)]),
);
/** Of the resource, when the span says nothing. */
const RESOURCE_VERSIONS = ['model.version', 'model_version'];
const MAX_FINISH_REASONS = 16;

/** What a call tells besides its content. */
export type CallFacts = Omit<ModelCall, 'inputs' | 'outputs' | 'usedKeys' | 'dialects'>;

/** Reads {@link CallFacts}; every value is coerced from whatever type it came in, or left out. */
export function readCallFacts(finder: ValueFinder, details: SpanDetails, dialects: Set<string>): CallFacts {
  return new FactReading(finder, details, dialects).run();
}

/** Whether a span is one that a test of a table means. */
export function meets({ scope, name }: SpanTest, details: SpanDetails): boolean {
  return (scope === undefined || scope.test(details.scope.name)) && (name === undefined || name.test(details.name));
}

class FactReading {
  readonly #finder: ValueFinder;
  readonly #details: SpanDetails;
  readonly #dialects: Set<string>;
  readonly #keys: Record<string, string> = {};

  constructor(finder: ValueFinder, details: SpanDetails, dialects: Set<string>) {
    this.#finder = finder;
    this.#details = details;
    this.#dialects = dialects;
  }

  run(): CallFacts {
    const kind = this.#kind();
    const model = this.#text('model');
    const tokens = this.#tokens();
    const confidence = this.#confidence();
    const conversationId = this.#text('conversationId');
    const responseId = this.#text('responseId');
    const agent = this.#text('agent');
    const tool = kind === 'tool' ? this.#text('tool') : '';
    return {
      kind,
      operation: this.#text('operation'),
      model,
      modelVersion: this.#modelVersion(kind, model),
      provider: this.#text('provider'),
      finishReasons: this.#finishReasons(),
      ...(tokens === undefined ? {} : { tokens }),
      ...(confidence === undefined ? {} : { confidence }),
      ...(conversationId === '' ? {} : { conversationId }),
      ...(responseId === '' ? {} : { responseId }),
      ...(agent === '' ? {} : { agent }),
      ...(tool === '' ? {} : { tool: { name: tool, callId: this.#text('toolCallId') } }),
      factKeys: this.#keys,
    };
  }

  /** The first place of a fact from which `read` makes something. */
  #first<T>(fact: FactName, read: (value: unknown) => T | undefined): T | undefined {
    for (const { key, field: path, dialect } of PLACES.get(fact) ?? []) {
      const value = this.#value(key, path);
      const found = value === undefined ? undefined : read(value);
      if (found === undefined) continue;
      this.#keys[fact] = path === undefined ? key : `${key} \u2192 ${path}`;
      this.#dialects.add(dialect);
      return found;
    }
    return undefined;
  }

  /** The value at a key, or in its JSON; a list as a list, anything else as text. */
  #value(key: string, path: string | undefined): unknown {
    const decoded = this.#finder.at(key)?.decoded;
    if (decoded === undefined) return undefined;
    let value: unknown = decoded.json === undefined ? decoded.text : (decoded.parsed ?? parseJson(decoded.json));
    for (const step of path?.split('.') ?? []) value = field(value, step);
    // MLflow and others send the JSON text of a text.
    return typeof value === 'string' && value.startsWith('"') ? (textOf(parseJson(value)) ?? value) : value;
  }

  #text(fact: FactName): string {
    return (
      this.#first(fact, (value) => {
        const text = textOf(value);
        return text === '' ? undefined : text;
      }) ?? ''
    );
  }

  #kind(): string {
    for (const { key, kinds } of KIND_KEYS) {
      const value = this.#value(key, undefined);
      const name = typeof value === 'string' ? value.toLowerCase() : '';
      const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
      if (kind === undefined) continue;
      this.#keys['kind'] = key;
      return kind;
    }
    const named = NAMED_KINDS.find(({ test }) => meets(test, this.#details));
    if (named !== undefined) return named.kind;
    const keys = [...this.#finder.keys];
    const family = KIND_FAMILIES.find(({ prefix }) => keys.some((key) => key.startsWith(prefix)));
    if (family !== undefined) return family.kind;
    return /predict|infer/i.test(this.#details.name) ? 'predict' : 'other';
  }

  #modelVersion(kind: string, model: string): string {
    const own = this.#text('modelVersion');
    if (own !== '') return own;
    const { attributes } = this.#details.resource;
    // A service that predicts is deployed anew with each model: better its version than none.
    const keys = kind === 'predict' && model !== '' ? [...RESOURCE_VERSIONS, 'service.version'] : RESOURCE_VERSIONS;
    for (const key of keys) {
      const value = attributes.find((attribute) => attribute.key === key)?.value;
      const text = value === undefined ? '' : decodeValue(value, () => undefined).text;
      if (text === '') continue;
      this.#keys['modelVersion'] = `resource \u2192 ${key}`;
      return text;
    }
    return '';
  }

  #tokens(): TokenCounts | undefined {
    const counts: { -readonly [count in keyof TokenCounts]: TokenCounts[count] } = {};
    for (const count of COUNTS) {
      const number = this.#first(`tokens.${count}`, countOf);
      if (number !== undefined) counts[count] = number;
    }
    const { input, output, total } = counts;
    if (total === undefined && input !== undefined && output !== undefined) counts.total = input + output;
    return Object.keys(counts).length === 0 ? undefined : counts;
  }

  /** 0..1; percentages are divided, anything else is left to the raw attributes. */
  #confidence(): number | undefined {
    const number = this.#first('confidence', (value) => {
      const count = countOf(value);
      return count === undefined || count > 100 ? undefined : count;
    });
    return number === undefined || number <= 1 ? number : number / 100;
  }

  #finishReasons(): readonly string[] {
    return (
      this.#first('finishReasons', (value) => {
        const reasons = (asList(value) ?? [value])
          .filter((reason): reason is string => typeof reason === 'string' && reason !== '')
          .slice(0, MAX_FINISH_REASONS);
        return reasons.length === 0 ? undefined : reasons;
      }) ?? []
    );
  }
}

/** Numbers come as int, double, text of a number, `83%`, or the repr of a numpy scalar. */
function countOf(value: unknown): number | undefined {
  const match = /^\s*(?:np\.float\d+\()?([-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*[%)]?\s*$/.exec(
    (textOf(value) ?? '').slice(0, 64),
  );
  const number = Number(match?.[1] ?? NaN);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}
