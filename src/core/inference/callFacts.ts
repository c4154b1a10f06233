import type { AttributeValue } from '../model/attributes.ts';
import type { ModelCall } from '../model/modelCall.ts';
import {
  CONFIDENCE_KEYS,
  FINISH_KEYS,
  KIND_FAMILIES,
  KIND_KEYS,
  MODEL_KEYS,
  MODEL_VERSION_KEYS,
  OPERATION_KEYS,
  PROVIDER_KEYS,
  TOKEN_KEYS,
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
  const texts = (keys: readonly string[]): string => firstText(attributes, keys);
  const tokens = readTokens(attributes);
  const confidence = readConfidence(attributes);
  return {
    kind: readKind(attributes, spanName),
    operation: texts(OPERATION_KEYS),
    model: texts(MODEL_KEYS),
    modelVersion: texts(MODEL_VERSION_KEYS),
    provider: texts(PROVIDER_KEYS),
    finishReasons: readFinishReasons(attributes, whole),
    ...(tokens === undefined ? {} : { tokens }),
    ...(confidence === undefined ? {} : { confidence }),
  };
}

function firstText(attributes: AttributeLookup, keys: readonly string[]): string {
  for (const key of keys) {
    if (!attributes.has(key)) continue;
    const text = scalarText(attributes.take(key));
    if (text !== '') return text;
  }
  return '';
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

function readKind(attributes: AttributeLookup, spanName: string): string {
  for (const { key, kinds } of KIND_KEYS) {
    if (!attributes.has(key)) continue;
    const name = scalarText(attributes.take(key)).toLowerCase();
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind !== undefined) return kind;
  }
  const keys = [...attributes.keys];
  const family = KIND_FAMILIES.find(({ prefix }) => keys.some((key) => key.startsWith(prefix)));
  if (family !== undefined) return family.kind;
  return /predict|infer/i.test(spanName) ? 'predict' : 'other';
}

function readTokens(attributes: AttributeLookup): ModelCall['tokens'] {
  const count = (keys: readonly string[]): number | undefined => {
    for (const key of keys) {
      const number = finiteNumber(attributes.has(key) ? attributes.take(key) : undefined);
      if (number !== undefined && number >= 0) return number;
    }
    return undefined;
  };
  const input = count(TOKEN_KEYS.input);
  const output = count(TOKEN_KEYS.output);
  const given = count(TOKEN_KEYS.total);
  const total = given ?? (input !== undefined && output !== undefined ? input + output : undefined);
  if (input === undefined && output === undefined && total === undefined) return undefined;
  return {
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
    ...(total === undefined ? {} : { total }),
  };
}

/** 0..1; percentages are divided, anything else is left to the raw attributes. */
function readConfidence(attributes: AttributeLookup): number | undefined {
  for (const key of CONFIDENCE_KEYS) {
    if (!attributes.has(key)) continue;
    const number = finiteNumber(attributes.take(key));
    if (number !== undefined && number >= 0 && number <= 100) return number > 1 ? number / 100 : number;
  }
  return undefined;
}

/** Numbers come as int, double, text of a number, `83%`, or the repr of a numpy scalar. */
function finiteNumber(value: AttributeValue | undefined): number | undefined {
  const match = /^\s*(?:np\.float\d+\()?([-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*[%)]?\s*$/.exec(
    scalarText(value).slice(0, 64),
  );
  const number = Number(match?.[1] ?? NaN);
  return Number.isFinite(number) ? number : undefined;
}

function readFinishReasons(attributes: AttributeLookup, whole: WholeValue): readonly string[] {
  for (const key of FINISH_KEYS) {
    const value = attributes.has(key) ? attributes.take(key) : undefined;
    if (value === undefined) continue;
    const decoded = decodeValue(value, whole);
    const parsed = decoded.json === undefined ? decoded.text : parseJson(decoded.json);
    const reasons = (Array.isArray(parsed) ? (parsed as unknown[]) : [parsed])
      .filter((reason): reason is string => typeof reason === 'string' && reason !== '')
      .slice(0, 16);
    if (reasons.length > 0) return reasons;
  }
  return [];
}
