import type { AttributeValue } from '../model/attributes.ts';
import type { ModelCall, TokenCounts } from '../model/modelCall.ts';
import {
  AGENT_KEYS,
  CONFIDENCE_KEYS,
  CONVERSATION_KEYS,
  FINISH_KEYS,
  KIND_FAMILIES,
  KIND_KEYS,
  MODEL_KEYS,
  MODEL_VERSION_KEYS,
  OPERATION_KEYS,
  PROVIDER_KEYS,
  RESPONSE_ID_KEYS,
  TOKEN_KEYS,
  TOOL_CALL_KEYS,
  TOOL_KEYS,
} from './factKeys.ts';
import { decodeValue, parseJson, type WholeValue } from './valueDecoder.ts';

/** Attributes by key; reading one marks it as used. */
export interface AttributeLookup {
  readonly keys: Iterable<string>;
  /** The value of the first attribute with this key. */
  take(key: string): AttributeValue | undefined;
  has(key: string): boolean;
}

/** What a call tells besides its content. */
export type CallFacts = Omit<ModelCall, 'inputs' | 'outputs' | 'usedKeys'>;

/** Reads {@link CallFacts}; every value is coerced from whatever type it came in, or left out. */
export function readCallFacts(attributes: AttributeLookup, spanName: string, whole: WholeValue): CallFacts {
  return new FactReading(attributes, whole).run(spanName);
}

class FactReading {
  readonly #attributes: AttributeLookup;
  readonly #whole: WholeValue;
  readonly #keys: Record<string, string> = {};

  constructor(attributes: AttributeLookup, whole: WholeValue) {
    this.#attributes = attributes;
    this.#whole = whole;
  }

  run(spanName: string): CallFacts {
    const kind = this.#kind(spanName);
    const tokens = this.#tokens();
    const confidence = this.#confidence();
    const conversationId = this.#text('conversationId', CONVERSATION_KEYS);
    const responseId = this.#text('responseId', RESPONSE_ID_KEYS);
    const agent = this.#text('agent', AGENT_KEYS);
    const tool = kind === 'tool' ? this.#text('tool', TOOL_KEYS) : '';
    return {
      kind,
      operation: this.#text('operation', OPERATION_KEYS),
      model: this.#text('model', MODEL_KEYS),
      modelVersion: this.#text('modelVersion', MODEL_VERSION_KEYS),
      provider: this.#text('provider', PROVIDER_KEYS),
      finishReasons: this.#finishReasons(),
      ...(tokens === undefined ? {} : { tokens }),
      ...(confidence === undefined ? {} : { confidence }),
      ...(conversationId === '' ? {} : { conversationId }),
      ...(responseId === '' ? {} : { responseId }),
      ...(agent === '' ? {} : { agent }),
      ...(tool === '' ? {} : { tool: { name: tool, callId: this.#text('toolCallId', TOOL_CALL_KEYS) } }),
      factKeys: this.#keys,
    };
  }

  #text(fact: string, keys: readonly string[]): string {
    for (const key of keys) {
      if (!this.#attributes.has(key)) continue;
      const text = scalarText(this.#attributes.take(key));
      if (text === '') continue;
      this.#keys[fact] = key;
      return text;
    }
    return '';
  }

  #kind(spanName: string): string {
    for (const { key, kinds } of KIND_KEYS) {
      if (!this.#attributes.has(key)) continue;
      const name = scalarText(this.#attributes.take(key)).toLowerCase();
      const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
      if (kind === undefined) continue;
      this.#keys['kind'] = key;
      return kind;
    }
    const keys = [...this.#attributes.keys];
    const family = KIND_FAMILIES.find(({ prefix }) => keys.some((key) => key.startsWith(prefix)));
    if (family !== undefined) return family.kind;
    return /predict|infer/i.test(spanName) ? 'predict' : 'other';
  }

  #tokens(): TokenCounts | undefined {
    const counts: { -readonly [count in keyof TokenCounts]: TokenCounts[count] } = {};
    for (const [count, keys] of Object.entries(TOKEN_KEYS) as [keyof TokenCounts, readonly string[]][]) {
      const number = this.#count(`tokens.${count}`, keys);
      if (number !== undefined) counts[count] = number;
    }
    const { input, output, total } = counts;
    if (total === undefined && input !== undefined && output !== undefined) counts.total = input + output;
    return Object.keys(counts).length === 0 ? undefined : counts;
  }

  #count(fact: string, keys: readonly string[]): number | undefined {
    for (const key of keys) {
      const number = this.#attributes.has(key) ? finiteNumber(this.#attributes.take(key)) : undefined;
      if (number === undefined || number < 0) continue;
      this.#keys[fact] = key;
      return number;
    }
    return undefined;
  }

  /** 0..1; percentages are divided, anything else is left to the raw attributes. */
  #confidence(): number | undefined {
    const number = this.#count('confidence', CONFIDENCE_KEYS);
    if (number === undefined || number > 100) return undefined;
    return number > 1 ? number / 100 : number;
  }

  #finishReasons(): readonly string[] {
    for (const key of FINISH_KEYS) {
      const value = this.#attributes.has(key) ? this.#attributes.take(key) : undefined;
      if (value === undefined) continue;
      const decoded = decodeValue(value, this.#whole);
      const parsed = decoded.json === undefined ? decoded.text : parseJson(decoded.json);
      const reasons = (Array.isArray(parsed) ? (parsed as unknown[]) : [parsed])
        .filter((reason): reason is string => typeof reason === 'string' && reason !== '')
        .slice(0, 16);
      if (reasons.length === 0) continue;
      this.#keys['finishReasons'] = key;
      return reasons;
    }
    return [];
  }
}

function scalarText(value: AttributeValue | undefined): string {
  switch (value?.type) {
    case 'string':
    case 'int':
      return value.value;
    case 'bool':
    case 'double':
      return String(value.value);
    case 'array':
    case 'kvlist':
    case 'bytes':
    case 'empty':
    case undefined:
      return '';
  }
}

/** Numbers come as int, double, text of a number, `83%`, or the repr of a numpy scalar. */
function finiteNumber(value: AttributeValue | undefined): number | undefined {
  const match = /^\s*(?:np\.float\d+\()?([-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*[%)]?\s*$/.exec(
    scalarText(value).slice(0, 64),
  );
  const number = Number(match?.[1] ?? NaN);
  return Number.isFinite(number) ? number : undefined;
}
