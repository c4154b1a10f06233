import { isFields } from '../inference/fields.ts';
import { parseJson } from '../inference/valueDecoder.ts';
import { pythonLiteralToJson } from '../inference/pythonLiteral.ts';
import type { ModelItem } from '../model/modelCall.ts';

/** Longer ones stay text. */
const MAX_CHARS = 1024 * 1024;
/** What libraries wrap the arguments of a tool in. */
const WRAPPERS: ReadonlySet<string> = new Set([
  'input',
  'inputs',
  'arguments',
  'kwargs',
  'args',
  'parameters',
  'params',
  'tool_input',
]);

/** The value of a text in JSON, or as Python prints it; the text itself when it is neither. */
export function valueOfText(text: string): unknown {
  if (text.length > MAX_CHARS || !/^\s*[[{("]/.test(text)) return text;
  const parsed = parseJson(text);
  if (parsed !== undefined) return typeof parsed === 'string' && /^\s*[[{]/.test(parsed) ? valueOfText(parsed) : parsed;
  const json = pythonLiteralToJson(text);
  return json === undefined ? text : parseJson(json);
}

/** The arguments of a tool call that a model asks for: `{id, name, arguments}`, or the arguments alone. */
export function requestedArguments(item: ModelItem): unknown {
  const value = item.json === undefined ? undefined : parseJson(item.json);
  if (isFields(value)) {
    const call = isFields(value['function']) ? value['function'] : value;
    const given = ['arguments', 'input', 'args'].find((key) => Object.hasOwn(call, key));
    const isCall = Object.hasOwn(call, 'name') || Object.hasOwn(value, 'id') || Object.hasOwn(value, 'type');
    if (given !== undefined && isCall) {
      const found = call[given];
      return typeof found === 'string' ? valueOfText(found) : found;
    }
    // A call that names nothing but itself is one without arguments.
    return isCall && Object.keys(call).every((key) => ['id', 'name', 'type'].includes(key)) ? {} : value;
  }
  if (value !== undefined) return value;
  const inside = /^[\w.:/-]*\((.*)\)\s*$/s.exec(item.text)?.[1];
  return inside === undefined ? valueOfText(item.text) : inside.trim() === '' ? {} : valueOfText(inside);
}

/** The arguments a tool's own span received, out of what its library wraps them in. */
export function receivedArguments(items: readonly ModelItem[]): unknown {
  const [only, ...others] = items;
  if (!only) return undefined;
  if (others.length > 0 && items.every(({ json }) => json === undefined)) {
    // One item a parameter.
    return Object.fromEntries(items.map(({ label, text }) => [label, valueOfText(text)]));
  }
  const value = only.json === undefined ? valueOfText(only.text) : parseJson(only.json);
  return unwrapped(value);
}

/** `{"input": {…}}` → `{…}`, also where the inner value is JSON in a text; `{"args": [], "kwargs": {…}}` likewise. */
export function unwrapped(value: unknown): unknown {
  if (!isFields(value)) return value;
  const full = Object.entries(value).filter(
    ([, inner]) =>
      !(Array.isArray(inner) && inner.length === 0) && !(isFields(inner) && Object.keys(inner).length === 0),
  );
  const [only, ...others] = full;
  if (!only || others.length > 0 || !WRAPPERS.has(only[0])) return value;
  const inner = typeof only[1] === 'string' ? valueOfText(only[1]) : only[1];
  return isFields(inner) ? unwrapped(inner) : value;
}
