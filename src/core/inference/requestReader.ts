import type { CallParameter } from '../model/modelCall.ts';
import { asList, field, firstField, isFields, textOf, wordOf, type Fields } from './fields.ts';
import { beginning, type ItemList, type ItemSource } from './itemList.ts';
import { parseJson } from './valueDecoder.ts';

/** A request has some dozens of parameters; what is above that is no parameter. */
const MAX_PARAMETERS = 100;
/** UTF-16 units of a parameter's value; longer ones are content, and stand in the raw attributes. */
const MAX_PARAMETER_CHARS = 2000;

/** Fields of a request that are no parameters: the content, and what is shown as items of their own. */
const NO_PARAMETERS: ReadonlySet<string> = new Set([
  'model',
  'model_name',
  'messages',
  'prompt',
  'input',
  'contents',
  'system',
  'system_instruction',
  'instructions',
  'tools',
  'functions',
  'response_format',
]);
const TOOL_LISTS = ['tools', 'functions', 'function_tools', 'function_declarations', 'functionDeclarations'] as const;
const SCHEMAS = ['json_schema', 'schema', 'response_schema', 'response_json_schema'] as const;
/** Where a tool's schema stands as JSON text. */
const JSON_TEXTS = ['parameters', 'input_schema', 'json_schema'] as const;

/** Adds the tools a request offers, one item each: in a list, in a request that has such a list, or one by itself. */
export function readTools(value: unknown, source: ItemSource, list: ItemList): void {
  for (const tool of toolsIn(value, 0)) {
    const written = withSchema(tool);
    const inner = [field(written, 'function'), field(written, 'toolSpec'), written].find(isFields) ?? {};
    const name = wordOf(firstField(inner, ['name', 'type']));
    const json = JSON.stringify(written);
    list.add(source, {
      role: '',
      label: 'tool definition',
      text: json,
      json,
      part: 'toolDefinition',
      ...(name === undefined ? {} : { toolName: name }),
    });
  }
}

function toolsIn(value: unknown, depth: number): readonly unknown[] {
  const given = typeof value === 'string' ? parseJson(value) : value;
  const config = field(given, 'config');
  const tools =
    asList(given) ??
    TOOL_LISTS.map((key) => asList(field(given, key) ?? field(config, key))).find((found) => found !== undefined);
  if (tools !== undefined) return depth > 3 ? [] : tools.flatMap((tool) => toolsIn(tool, depth + 1));
  if (!isFields(given)) return [];
  // OpenInference: `tool.json_schema`.
  const wrapped = field(given, 'tool');
  return isFields(wrapped) ? [wrapped] : 'name' in given || 'function' in given || 'type' in given ? [given] : [];
}

function withSchema(tool: unknown): unknown {
  if (!isFields(tool)) return tool;
  const only = Object.keys(tool).length === 1 ? tool['json_schema'] : undefined;
  const written = typeof only === 'string' ? parseJson(only) : undefined;
  if (isFields(written)) return written;
  const parsed = JSON_TEXTS.filter((key) => typeof tool[key] === 'string').map((key) => [
    key,
    parseJson(tool[key] as string),
  ]);
  return { ...tool, ...Object.fromEntries(parsed.filter(([, schema]) => isFields(schema))) } as Fields;
}

/** Adds the schema that the output of a request had to follow, out of `response_format` and its like. */
export function readOutputSchema(value: unknown, source: ItemSource, list: ItemList): void {
  const given = typeof value === 'string' ? parseJson(value) : value;
  const format =
    field(given, 'response_format') ?? field(field(given, 'text'), 'format') ?? field(given, 'output_object') ?? given;
  let schema = typeof format === 'string' ? parseJson(format) : format;
  for (let depth = 0; depth < 3; depth++) {
    const inner = firstField(schema, SCHEMAS);
    if (!isFields(inner)) break;
    schema = inner;
  }
  if (!isFields(schema) || !SCHEMA_WORDS.some((word) => Object.hasOwn(schema, word))) return;
  const json = JSON.stringify(schema);
  list.add(source, { role: '', label: 'output schema', text: json, json, part: 'outputSchema' });
}

/** A JSON schema has one of these; `{"type": "json_object"}` is none. */
const SCHEMA_WORDS = ['properties', '$ref', 'anyOf', 'oneOf', 'items', 'enum', '$defs', '$schema'] as const;

/** Collects the parameters of a request; of equal names the first stays. */
export class ParameterList {
  readonly #byName = new Map<string, CallParameter>();

  get size(): number {
    return this.#byName.size;
  }

  get parameters(): readonly CallParameter[] {
    return [...this.#byName.values()];
  }

  /** Adds each field of a request's JSON that is a parameter. */
  addAll(value: unknown, from: string): void {
    if (!isFields(value)) return;
    for (const [name, of] of Object.entries(value)) if (!NO_PARAMETERS.has(name)) this.add(name, of, from);
  }

  add(name: string, value: unknown, from: string): void {
    if (value === null || value === undefined || value === '') return;
    if (this.#byName.size >= MAX_PARAMETERS || this.#byName.has(name)) return;
    const text = textOf(value) ?? JSON.stringify(value);
    const shown = beginning(text, MAX_PARAMETER_CHARS);
    this.#byName.set(name, { name, value: shown === text ? text : `${shown}\u2026`, from });
  }
}
