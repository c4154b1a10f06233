import { asList, field, firstField, isFields, textOf, wordOf, type Fields } from './fields.ts';
import type { ItemContent, ItemList, ItemSource } from './itemList.ts';
import { readMediaPart } from './mediaPart.ts';
import { parseJson } from './valueDecoder.ts';

/** Where the parts of a message keep their text, by the message conventions in use. */
const TEXT_FIELDS = ['content', 'text', 'thinking', 'reasoning', 'summary', 'refusal'] as const;
const CALL_ID_FIELDS = ['call_id', 'id', 'tool_call_id', 'toolCallId', 'tool_use_id'] as const;
export const RESULT_ID_FIELDS = ['tool_call_id', 'toolCallId', 'tool_use_id', 'call_id', 'id'] as const;
export const NAME_FIELDS = ['name', 'tool_name', 'toolName'] as const;
const ARGUMENT_FIELDS = ['arguments', 'input', 'args', 'parameters'] as const;
const RESULT_FIELDS = ['response', 'result', 'output', 'content'] as const;

/** Fields that say nothing by themselves. */
export const FRAME: ReadonlySet<string> = new Set([
  'role',
  'finish_reason',
  'finishReason',
  'stop_reason',
  'index',
  'type',
  'id',
]);

/** Nothing, or only nothings: answers that are calls of tools have an empty text beside them. */
export function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  if (Array.isArray(value)) return value.every(isEmpty);
  return isFields(value) && Object.entries(value).every(([key, of]) => FRAME.has(key) || isEmpty(of));
}

type PartReading = 'text' | 'reasoning' | 'call' | 'result';

/** Parts by their `type`: a new one is a new row. */
const PART_TYPES: ReadonlyMap<string, PartReading> = new Map([
  ['text', 'text'],
  ['input_text', 'text'],
  ['output_text', 'text'],
  ['refusal', 'text'],
  ['message', 'text'],
  ['reasoning', 'reasoning'],
  ['thinking', 'reasoning'],
  ['summary_text', 'reasoning'],
  ['tool_call', 'call'],
  ['tool-call', 'call'],
  ['tool_use', 'call'],
  ['server_tool_use', 'call'],
  ['mcp_tool_use', 'call'],
  ['function_call', 'call'],
  ['function', 'call'],
  ['custom_tool_call', 'call'],
  ['server_tool_call', 'call'],
  ['tool_call_response', 'result'],
  ['tool-result', 'result'],
  ['tool_result', 'result'],
  ['function_call_output', 'result'],
  ['custom_tool_call_output', 'result'],
  ['server_tool_call_response', 'result'],
  ['mcp_tool_result', 'result'],
]);

/** Gemini's parts have no type: the one field they have tells it. */
const UNTYPED: readonly (readonly [key: string, reading: PartReading])[] = [
  ['function_call', 'call'],
  ['functionCall', 'call'],
  ['function_response', 'result'],
  ['functionResponse', 'result'],
];

function readingOf(part: Fields): PartReading | undefined {
  const type = wordOf(part['type']);
  if (type !== undefined) return PART_TYPES.get(type);
  const untyped = UNTYPED.find(([key]) => isFields(part[key]));
  if (untyped !== undefined) return untyped[1];
  return part['thought'] === true ? 'reasoning' : undefined;
}

export function isCallOrResult(value: unknown): boolean {
  if (!isFields(value)) return false;
  const reading = readingOf(value);
  return reading === 'call' || reading === 'result' || (reading === 'reasoning' && value['type'] !== undefined);
}

/** Anthropic's, Bedrock's and Vercel's mark on a part: the prompt up to its end is to be cached. */
export function marked(source: ItemSource, part: unknown): ItemSource {
  const mark = firstField(part, ['cache_control', 'cachePoint', 'cacheControl']);
  return mark === undefined ? source : { ...source, cacheMark: true };
}

/** Adds a message that is given by its parts, a list or one of them. */
export function readParts(value: unknown, source: ItemSource, role: string, list: ItemList): void {
  const of = { ...source, message: list.nextMessage() };
  for (const part of asList(value) ?? [value]) readPart(part, marked(of, part), role, list);
}

/** Adds the item of one message part: a text, or an object that names its `type`. */
export function readPart(value: unknown, source: ItemSource, role: string, list: ItemList): void {
  if (!isFields(value)) {
    if (value !== undefined && value !== null)
      list.add(source, { role, label: 'message', text: textOf(value) ?? stringify(value) });
    return;
  }
  const part = isFields(value['message_content']) ? value['message_content'] : value;
  switch (readingOf(part)) {
    case 'text':
      readText(part, source, { role, label: 'message' }, list);
      return;
    case 'reasoning':
      readText(part, source, { role, label: 'reasoning', part: 'reasoning' }, list);
      return;
    case 'call':
      readToolCall(untypedInner(part), source, role, list);
      return;
    case 'result':
      readToolResult(untypedInner(part), source, role, list);
      return;
    case undefined:
      break;
  }
  const media = readMediaPart(part);
  if (media !== undefined) list.add(source, { role, label: media.part, ...media });
  else if (part['type'] === undefined) readText(part, source, { role, label: 'message' }, list);
  else addStructure(part, source, { role, label: wordOf(part['type']) ?? 'part' }, list);
}

function untypedInner(part: Fields): unknown {
  if (part['type'] !== undefined) return part;
  const key = UNTYPED.find(([name]) => isFields(part[name]))?.[0];
  return key === undefined ? part : part[key];
}

type ItemKind = Pick<ItemContent, 'role' | 'label' | 'part' | 'toolCallId' | 'toolName'>;

function readText(part: Fields, source: ItemSource, kind: ItemKind, list: ItemList): void {
  const content = TEXT_FIELDS.map((key) => textOf(part[key])).find((found) => found !== undefined);
  const joined = content ?? onlyText(asList(firstField(part, ['summary', 'content'])) ?? []);
  if (joined === undefined) addStructure(part, source, kind, list);
  else list.add(source, { ...kind, text: joined });
}

/** The texts of parts that are nothing but text, one below the other. */
export function onlyText(parts: readonly unknown[]): string | undefined {
  const texts = parts.map(
    (part) => textOf(part) ?? (isTextPart(part) ? textOf(firstField(part, TEXT_FIELDS)) : undefined),
  );
  return texts.length > 0 && texts.every((text) => text !== undefined) ? texts.join('\n') : undefined;
}

function isTextPart(part: unknown): boolean {
  const inner = field(part, 'message_content') ?? part;
  const type = field(inner, 'type');
  return inner === part && (type === 'text' || type === 'summary_text' || type === 'output_text');
}

/** Adds tool calls that stand in a list of their own. */
export function readToolCalls(value: unknown, source: ItemSource, role: string, list: ItemList): void {
  for (const call of asList(value) ?? [value]) readToolCall(call, source, role, list);
}

/** `name({"city": "Paris"})` with the call as a structure. Arguments may be JSON in a string. */
export function readToolCall(value: unknown, source: ItemSource, role: string, list: ItemList): void {
  if (!isFields(value)) {
    addValue(value, source, { role, label: 'tool call', part: 'toolCall' }, list);
    return;
  }
  const wrapped = [value['function'], value['server_tool_call']].find(isFields);
  const call =
    wrapped === undefined ? value : { ...wrapped, ...value, ...pick(wrapped, [...NAME_FIELDS, ...ARGUMENT_FIELDS]) };
  const name = wordOf(firstField(call, NAME_FIELDS)) ?? '';
  const given = firstField(call, ARGUMENT_FIELDS);
  // OpenInference marks the place of a call among the parts, and has the call elsewhere.
  if (name === '' && given === undefined && isEmpty(call)) return;
  const parsed = typeof given === 'string' ? (parseJson(given) ?? given) : given;
  const shown = typeof given === 'string' ? given : given === undefined ? '' : stringify(given);
  const id = wordOf(firstField(call, CALL_ID_FIELDS));
  const structure = { ...(id === undefined ? {} : { id }), name, arguments: parsed };
  list.add(source, {
    role,
    label: 'tool call',
    text: `${name}(${shown})`,
    json: stringify(structure),
    part: 'toolCall',
    ...(id === undefined ? {} : { toolCallId: id }),
    ...(name === '' ? {} : { toolName: name }),
  });
}

function pick(from: Fields, keys: readonly string[]): Fields {
  return Object.fromEntries(keys.filter((key) => Object.hasOwn(from, key)).map((key) => [key, from[key]]));
}

function readToolResult(value: unknown, source: ItemSource, role: string, list: ItemList): void {
  const result = firstField(value, [...RESULT_FIELDS, 'server_tool_call_response']);
  const content = onlyText(asList(result) ?? []) ?? result;
  const id = wordOf(firstField(value, RESULT_ID_FIELDS));
  readToolAnswer(content, source, role, id, wordOf(firstField(value, NAME_FIELDS)), list);
}

export function readToolAnswer(
  content: unknown,
  source: ItemSource,
  role: string,
  id: string | undefined,
  name: string | undefined,
  list: ItemList,
): void {
  const kind: ItemKind = {
    role,
    label: 'tool result',
    part: 'toolResult',
    ...(id === undefined ? {} : { toolCallId: id }),
    ...(name === undefined ? {} : { toolName: name }),
  };
  // Vercel tells the type of an output beside it.
  const typed = isFields(content) && Object.keys(content).length === 2 ? content : undefined;
  const inner = typed !== undefined && typeof typed['type'] === 'string' ? firstField(typed, ['value']) : undefined;
  addValue(inner ?? content, source, kind, list);
}

/** Adds any value: a structure as one, a text that holds JSON as both. */
function addValue(value: unknown, source: ItemSource, kind: ItemKind, list: ItemList): void {
  if (value === undefined || value === null) return;
  if (typeof value === 'object') {
    addStructure(value, source, kind, list);
    return;
  }
  const shown = textOf(value) ?? stringify(value);
  const inner = typeof value === 'string' && /^\s*[[{]/.test(value) ? parseJson(value) : undefined;
  if (typeof inner === 'object' && inner !== null) list.add(source, { ...kind, text: shown, json: shown.trim() });
  else list.add(source, { ...kind, text: shown });
}

export function addStructure(value: object, source: ItemSource, kind: ItemKind, list: ItemList): void {
  const json = stringify(value);
  list.add(source, { ...kind, text: json, json });
}

/** Of parsed JSON (nothing else comes here) this is always a text, and no deeper than parseJson lets pass. */
function stringify(value: unknown): string {
  return JSON.stringify(value);
}
