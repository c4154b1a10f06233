import type { Attribute, AttributeValue, CutValue } from '../model/attributes.ts';
import { walkBrackets } from './jsonDepth.ts';
import { pythonLiteralToJson } from './pythonLiteral.ts';

/** Longer texts are shown as text: parsing them would hold the engine up. */
const MAX_JSON_CHARS = 8 * 1024 * 1024;
const MAX_PYTHON_CHARS = 1024 * 1024;

/** An attribute's value, read as far as it can be read. */
export interface DecodedValue {
  /** What the sender wrote; for structured values their JSON. */
  readonly text: string;
  readonly form: 'json' | 'python' | 'text' | 'structured';
  /** JSON text of the value when it is an array or object; what `structure()` parses. */
  readonly json?: string;
  /** What `json` holds, where it was parsed already. */
  readonly parsed?: unknown;
  /** Set when `text` is only a beginning, and nothing was parsed. */
  readonly cut?: CutValue;
}

/** Looks a cut value up whole; undefined when it is not held any more. */
export type WholeValue = (ref: string) => AttributeValue | undefined;

/** Told of a string inside a structure that could not be had whole; the JSON carries its beginning and an ellipsis. */
type CutSink = (cut: CutValue) => void;

/**
 * Reads a value in whichever of its usual forms it came: JSON text (also as a JSON string that holds JSON), a Python
 * literal, a structured AnyValue, an array of JSON texts; anything else stays text. Cut values are fetched whole first.
 * Never throws, and never shortens without saying so in `cut`.
 */
export function decodeValue(value: AttributeValue, whole: WholeValue): DecodedValue {
  const full = wholeOf(value, whole);
  switch (full.type) {
    case 'string':
      return full.cut === undefined ? decodeText(full.value) : { text: full.value, form: 'text', cut: full.cut };
    case 'bytes':
      return { text: full.value, form: 'text', ...(full.cut === undefined ? {} : { cut: full.cut }) };
    case 'array':
    case 'kvlist': {
      let missing: CutValue | undefined;
      const json = jsonOf(full, whole, (cut) => (missing ??= cut));
      return missing === undefined
        ? { text: json, form: 'structured', json }
        : { text: json, form: 'structured', cut: missing };
    }
    case 'empty':
      return { text: '', form: 'text' };
    case 'bool':
    case 'int':
    case 'double':
      return { text: String(full.value), form: 'text' };
  }
}

/** {@link decodeValue} for a text. */
export function decodeText(text: string): DecodedValue {
  if (text.length > MAX_JSON_CHARS) return { text, form: 'text' };
  const start = /\S/.exec(text.slice(0, 256))?.[0] ?? '';
  if (start === '{' || start === '[' || start === '"') {
    const parsed = parseJson(text);
    if (typeof parsed === 'object' && parsed !== null) return { text, form: 'json', json: text.trim(), parsed };
    if (typeof parsed === 'string') return decodeQuoted(parsed);
  }
  if (text.length <= MAX_PYTHON_CHARS && mayBePython(text, start)) {
    const json = pythonLiteralToJson(text);
    if (json !== undefined)
      return isStructure(json) ? { text, form: 'python', json } : { text: scalar(json), form: 'python' };
  }
  return { text, form: 'text' };
}

/** A JSON string in quotes: its content, itself JSON perhaps (values that went through `json.dumps` twice). */
function decodeQuoted(text: string): DecodedValue {
  const inner = parseJson(text);
  return typeof inner === 'object' && inner !== null
    ? { text, form: 'json', json: text.trim(), parsed: inner }
    : { text, form: 'json' };
}

function mayBePython(text: string, start: string): boolean {
  return start === '{' || start === '[' || start === '(' || /^\s*[A-Za-z_][\w.]{0,60}\(/.test(text.slice(0, 320));
}

function isStructure(json: string): boolean {
  return json.startsWith('{') || json.startsWith('[');
}

function scalar(json: string): string {
  const value = parseJson(json);
  return typeof value === 'string' ? value : json;
}

/** The value of a JSON text; undefined when it is none, or nested deeper than anything that reads it could follow. */
export function parseJson(text: string): unknown {
  if (nestsTooDeep(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Deeper JSON stays text: JSON.stringify and every tree that shows it recurse. */
const MAX_JSON_DEPTH = 200;

function nestsTooDeep(text: string): boolean {
  return walkBrackets(text, (depth) => depth > MAX_JSON_DEPTH) > MAX_JSON_DEPTH;
}

/** The value behind its beginning when that is all we have, else the value itself. */
export function wholeOf(value: AttributeValue, whole: WholeValue): AttributeValue {
  if ((value.type !== 'string' && value.type !== 'bytes') || value.cut === undefined) return value;
  if (value.cut.totalBytes > MAX_JSON_CHARS) return value;
  return whole(value.cut.ref) ?? value;
}

/**
 * A value as JSON text: keys in the sender's order (twice when sent twice), 64-bit integers as digits, NaN and
 * infinities as strings, bytes as base64. Strings that are JSON texts stay strings, except directly inside an array
 * (`str[]` of JSON, one element each).
 */
export function jsonOf(value: AttributeValue, whole: WholeValue, onCut?: CutSink): string {
  const full = wholeOf(value, whole);
  switch (full.type) {
    case 'string':
    case 'bytes':
      if (full.cut === undefined) return JSON.stringify(full.value);
      onCut?.(full.cut);
      return JSON.stringify(`${full.value}\u2026`);
    case 'bool':
      return String(full.value);
    case 'int':
      return /^-?(?:0|[1-9]\d*)$/.test(full.value) ? full.value : JSON.stringify(full.value);
    case 'double':
      return typeof full.value === 'number' && Number.isFinite(full.value)
        ? JSON.stringify(full.value)
        : JSON.stringify(String(full.value));
    case 'array':
      return `[${full.values.map((element) => elementJson(element, whole, onCut)).join(',')}]`;
    case 'kvlist':
      return `{${full.entries.map(({ key, value: of }) => `${JSON.stringify(key)}:${jsonOf(of, whole, onCut)}`).join(',')}}`;
    case 'empty':
      return 'null';
  }
}

function elementJson(value: AttributeValue, whole: WholeValue, onCut?: CutSink): string {
  const full = wholeOf(value, whole);
  if (full.type === 'string' && full.cut === undefined && /^\s*[[{]/.test(full.value)) {
    const parsed = parseJson(full.value);
    if (parsed !== undefined) return full.value.trim();
  }
  return jsonOf(full, whole, onCut);
}

/** Indexes of flattened keys above this are not read. */
const MAX_INDEX = 10_000;
const MAX_STEPS = 24;

/** One element of a flattened list: the attributes below `prefix.N.`. */
export interface FlattenedElement {
  readonly index: number;
  /** `prefix.N` */
  readonly key: string;
  /** What stood behind `prefix.N.`, in the sender's order. */
  readonly attributes: readonly Attribute[];
}

/**
 * Elements of a list that was flattened into indexed keys (`llm.input_messages.0.message.role`), by index; gaps are
 * stepped over, indexes above 10,000 left alone.
 */
export function flattenedElements(attributes: readonly Attribute[], prefix: string): readonly FlattenedElement[] {
  const elements = new Map<number, Attribute[]>();
  const start = `${prefix}.`;
  for (const { key, value } of attributes) {
    if (!key.startsWith(start)) continue;
    const match = /^(\d{1,5})(?:\.|$)/.exec(key.slice(start.length, start.length + 6));
    const index = match === null ? MAX_INDEX + 1 : Number(match[1]);
    if (match === null || index > MAX_INDEX) continue;
    const entry = { key: key.slice(start.length + match[0].length), value };
    const list = elements.get(index);
    if (list === undefined) elements.set(index, [entry]);
    else list.push(entry);
  }
  return [...elements]
    .sort(([a], [b]) => a - b)
    .map(([index, list]) => ({ index, key: `${prefix}.${index}`, attributes: list }));
}

type Tree = Map<string, Tree | AttributeValue>;

/** Attributes with dotted keys as nested JSON text: `a.b`, `a.c` become `{"a":{"b":…,"c":…}}`, numbers as steps arrays. */
export function unflattenedJson(attributes: readonly Attribute[], whole: WholeValue, onCut?: CutSink): string {
  const root: Tree = new Map();
  for (const { key, value } of attributes) {
    const steps = key.split('.', MAX_STEPS + 1);
    if (steps.length > MAX_STEPS) steps.splice(0, steps.length, key);
    const last = steps.pop() ?? '';
    let node = root;
    for (const step of steps) {
      const child = node.get(step);
      if (child instanceof Map) {
        node = child;
      } else {
        const created: Tree = new Map();
        if (child !== undefined) created.set('', child);
        node.set(step, created);
        node = created;
      }
    }
    const there = node.get(last);
    if (there instanceof Map) there.set('', value);
    else node.set(last, value);
  }
  return treeJson(root, whole, onCut);
}

function treeJson(tree: Tree | AttributeValue, whole: WholeValue, onCut?: CutSink): string {
  if (!(tree instanceof Map)) return jsonOf(tree, whole, onCut);
  const entries = [...tree];
  if (entries.length > 0 && entries.every(([step]) => /^\d{1,5}$/.test(step))) {
    entries.sort(([a], [b]) => Number(a) - Number(b));
    return `[${entries.map(([, child]) => treeJson(child, whole, onCut)).join(',')}]`;
  }
  return `{${entries.map(([step, child]) => `${JSON.stringify(step)}:${treeJson(child, whole, onCut)}`).join(',')}}`;
}
