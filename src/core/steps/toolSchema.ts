import { parseJson } from '../inference/valueDecoder.ts';
import type { ModelItem } from '../model/modelCall.ts';
import { isFields } from '../inference/fields.ts';

/** A tool as the request offers it. */
export interface ToolSchema {
  readonly name: string;
  /** JSON Schema of the arguments; undefined when the sender left it out. */
  readonly parameters: unknown;
}

const SCHEMA_KEYS = [
  'parameters',
  'input_schema',
  'inputSchema',
  'parametersJsonSchema',
  'parameters_json_schema',
  'json_schema',
  'args_schema',
];
/** Definitions inside definitions: OpenAI's `function`, Bedrock's `toolSpec`, Gemini's lists. */
const INNER_KEYS = ['function', 'toolSpec', 'tool'];
const LIST_KEYS = ['functionDeclarations', 'function_declarations', 'tools'];
const MOST_TOOLS = 1000;

/** The tools an item defines, in the forms of OpenAI, Anthropic, Gemini, Bedrock, MCP and the OTel conventions. */
export function toolSchemas(item: ModelItem): readonly ToolSchema[] {
  const value = parseJson(item.json ?? item.text);
  const found = definitions(value, 0);
  const [only] = found;
  if (only && found.length === 1 && only.name === '' && item.toolName !== undefined)
    return [{ ...only, name: item.toolName }];
  // The schema alone, with the name beside it.
  if (found.length === 0 && item.toolName !== undefined && isFields(value)) {
    return [{ name: item.toolName, parameters: value }];
  }
  return found;
}

function definitions(value: unknown, depth: number): readonly ToolSchema[] {
  if (depth > 4) return [];
  if (Array.isArray(value)) {
    return value
      .slice(0, MOST_TOOLS)
      .flatMap((one: unknown) => definitions(typeof one === 'string' ? parseJson(one) : one, depth + 1));
  }
  if (!isFields(value)) return [];
  for (const key of LIST_KEYS) if (Array.isArray(value[key])) return definitions(value[key], depth + 1);
  for (const key of INNER_KEYS) if (isFields(value[key])) return definitions(value[key], depth + 1);
  const { name } = value;
  const key = SCHEMA_KEYS.find((one) => Object.hasOwn(value, one));
  if (typeof name !== 'string' && key === undefined) return [];
  const schema = key === undefined ? undefined : value[key];
  const parsed = typeof schema === 'string' ? parseJson(schema) : schema;
  const inner = isFields(parsed) && isFields(parsed['json']) ? parsed['json'] : parsed;
  return [{ name: typeof name === 'string' ? name : '', parameters: inner }];
}
