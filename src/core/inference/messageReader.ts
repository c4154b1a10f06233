import { asList, field, firstField, isFields, textOf, wordOf, type Fields } from './fields.ts';
import type { ItemContent, ItemList, ItemSource } from './itemList.ts';
import { readMediaPart } from './mediaPart.ts';
import { parseJson } from './valueDecoder.ts';

/** Roles in whatever case and by LangChain's names; others are kept as they are. */
const ROLES: ReadonlyMap<string, string> = new Map([
  ['system', 'system'],
  ['developer', 'system'],
  ['user', 'user'],
  ['human', 'user'],
  ['assistant', 'assistant'],
  ['ai', 'assistant'],
  ['model', 'assistant'],
  ['tool', 'tool'],
  ['function', 'tool'],
]);

/** LangChain's message classes, as `id: ["langchain", "schema", "messages", "HumanMessage"]` or as `type`. */
const CLASS_ROLES: ReadonlyMap<string, string> = new Map([
  ['humanmessage', 'user'],
  ['humanmessagechunk', 'user'],
  ['aimessage', 'assistant'],
  ['aimessagechunk', 'assistant'],
  ['systemmessage', 'system'],
  ['toolmessage', 'tool'],
  ['functionmessage', 'tool'],
  ['human', 'user'],
  ['ai', 'assistant'],
  ['system', 'system'],
  ['tool', 'tool'],
]);

/** Where the parts of a message keep their text, by the message conventions in use. */
const TEXT_FIELDS = ['content', 'text', 'thinking', 'reasoning', 'summary', 'refusal'] as const;
const CALL_ID_FIELDS = ['call_id', 'id', 'tool_call_id', 'toolCallId', 'tool_use_id'] as const;
const RESULT_ID_FIELDS = ['tool_call_id', 'toolCallId', 'tool_use_id', 'call_id', 'id'] as const;
const NAME_FIELDS = ['name', 'tool_name', 'toolName'] as const;
const ARGUMENT_FIELDS = ['arguments', 'input', 'args', 'parameters'] as const;
const RESULT_FIELDS = ['response', 'result', 'output', 'content'] as const;
const FINISH_FIELDS = ['finish_reason', 'finishReason', 'stop_reason'] as const;
const CALL_FIELDS = ['tool_calls', 'toolCalls'] as const;

/** What messages tell besides their items. */
export interface MessageFacts {
  readonly finishReasons: string[];
}

/**
 * Adds the items of chat messages: a list of them, one of them, or an object that has them under `messages` or
 * `choices`. Reads the parts of OTel GenAI 1.37, OpenAI's `content`/`tool_calls` and items of its Responses API,
 * Anthropic's blocks, Gemini's `contents`, LangChain's classes, Vercel's and OpenInference's and OpenLLMetry's unflattened
 * forms. One item a part, all parts of a message under one number. False when the value is nothing of the kind.
 */
export function readMessages(
  value: unknown,
  source: ItemSource,
  defaultRole: string,
  list: ItemList,
  facts: MessageFacts,
): boolean {
  const messages = messagesIn(promptIn(value));
  if (messages.length === 0 || !messages.some(looksLikeMessage)) return false;
  // Requests of Anthropic and Gemini have the system prompt beside the messages.
  const system = Array.isArray(value)
    ? undefined
    : (firstField(value, SYSTEM_FIELDS) ?? firstField(field(value, 'config'), SYSTEM_FIELDS));
  if (system !== undefined && messages[0] !== value) {
    readParts(field(system, 'parts') ?? system, source, 'system', list);
  }
  messages.forEach((message, index) => {
    const of = messages.length === 1 ? source : { ...source, from: `${source.from}[${index}]` };
    readMessage(message, of, defaultRole, list, facts);
  });
  return true;
}

/** Where requests and answers of the APIs keep their messages. */
const MESSAGE_LISTS = ['messages', 'choices', 'generations', 'candidates', 'output', 'items'] as const;
const SYSTEM_FIELDS = ['system', 'system_instruction', 'systemInstruction', 'instructions'] as const;

function isFieldsOrList(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** Vercel's `{system, prompt}` as the messages it stands for. */
function promptIn(value: unknown): unknown {
  const prompt = field(value, 'prompt');
  if (typeof prompt !== 'string' || Array.isArray(field(value, 'messages'))) return value;
  return { ...(value as Fields), messages: [{ role: 'user', content: prompt }] };
}

function messagesIn(value: unknown): readonly unknown[] {
  const all = Array.isArray(value)
    ? (value as unknown[])
    : (MESSAGE_LISTS.map((key) => asList(field(value, key))).find((found) => found?.some(isFieldsOrList)) ??
      geminiContents(value) ?? [value]);
  // LangChain has a list for each prompt of a batch.
  return all.length > 0 && all.every((one) => Array.isArray(one)) ? all.flat() : all;
}

function geminiContents(value: unknown): readonly unknown[] | undefined {
  const contents = asList(field(value, 'contents'));
  return contents?.some((one) => isFields(one) && Object.hasOwn(one, 'parts')) === true ? contents : undefined;
}

const MESSAGE_FIELDS = [
  'role',
  'parts',
  'content',
  'contents',
  'tool_calls',
  'toolCalls',
  'function_call',
  'kwargs',
  'call_id',
];

/**
 * Whether a value is messages beyond doubt: each names its role, is one of LangChain's classes, or is an item of the
 * Responses API. For places where anything may stand.
 */
export function saysRoles(value: unknown): boolean {
  const messages = messagesIn(value);
  return messages.length > 0 && messages.every(saysRole);
}

function saysRole(value: unknown): boolean {
  if (!isFields(value)) return false;
  const message = messageFields(value);
  const role = wordOf(message['role']);
  const content = ['content', 'parts', 'tool_calls', 'toolCalls', 'function_call'].some((key) =>
    Object.hasOwn(message, key),
  );
  if (role !== undefined) return content;
  return (content && roleOf(message, '') !== '') || (wordOf(message['type']) !== undefined && isCallOrResult(message));
}

function looksLikeMessage(value: unknown): boolean {
  if (!isFields(value)) return false;
  const inner = isFields(value['message']) ? value['message'] : value;
  return MESSAGE_FIELDS.some((key) => Object.hasOwn(inner, key));
}

/** Adds the items of one message; a text is a message of the default role. */
export function readMessage(
  value: unknown,
  given: ItemSource,
  defaultRole: string,
  list: ItemList,
  facts: MessageFacts,
): void {
  const source = { ...given, message: list.nextMessage() };
  if (!isFields(value)) {
    readPart(value, source, defaultRole, list);
    return;
  }
  const message = messageFields(value);
  const role = roleOf(message, defaultRole);
  const finish = [message, message['generation_info'], message['response_metadata']]
    .map((place) => firstField(place, FINISH_FIELDS))
    .find((found) => found !== undefined);
  const reason = textOf(finish);
  if (reason !== undefined && reason !== '' && !facts.finishReasons.includes(reason)) facts.finishReasons.push(reason);

  let found = false;
  const thought = wordOf(message['reasoning_content']) ?? wordOf(message['reasoning']);
  if (thought !== undefined && message['type'] === undefined) {
    list.add(source, { role, label: 'reasoning', text: thought, part: 'reasoning' });
    found = true;
  }
  // Items of the Responses API are parts that stand where messages do.
  if (message['role'] === undefined && message['parts'] === undefined && isCallOrResult(message)) {
    readPart(message, source, role, list);
    return;
  }
  const parts = firstField(message, ['parts', 'contents', 'content']) ?? message['text'];
  const answers = role === 'tool' ? firstField(message, RESULT_ID_FIELDS) : undefined;
  const pieces = asList(parts) ?? (parts === undefined || parts === null ? [] : [parts]);
  if (role === 'tool' && pieces.length > 0 && !pieces.some(isCallOrResult)) {
    const name = wordOf(firstField(message, NAME_FIELDS));
    readToolAnswer(onlyText(pieces) ?? parts, source, role, wordOf(answers), name, list);
    found = true;
  } else {
    for (const part of pieces) {
      if (part === '') continue;
      readPart(part, marked(source, part), role, list);
      found = true;
    }
  }
  const calls = asList(firstField(message, CALL_FIELDS) ?? field(message['additional_kwargs'], 'tool_calls'));
  for (const call of calls ?? []) {
    readToolCall(isFields(call) && isFields(call['tool_call']) ? call['tool_call'] : call, source, role, list);
    found = true;
  }
  const legacy = message['function_call'] ?? legacyFunctionCall(message);
  if (isFields(legacy)) {
    readToolCall(legacy, source, role, list);
    found = true;
  }
  // Something else by the name of a message: shown whole, rather than not at all.
  if (!found && Object.entries(message).some(([key, of]) => !FRAME.has(key) && !isEmpty(of))) {
    addStructure(message, source, { role, label: 'message' }, list);
  }
}

/** Fields that say nothing by themselves. */
const FRAME: ReadonlySet<string> = new Set([
  'role',
  'finish_reason',
  'finishReason',
  'stop_reason',
  'index',
  'type',
  'id',
]);

/** Nothing, or only nothings: answers that are calls of tools have an empty text beside them. */
function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  if (Array.isArray(value)) return value.every(isEmpty);
  return isFields(value) && Object.entries(value).every(([key, of]) => FRAME.has(key) || isEmpty(of));
}

/** The message itself, out of what choices, LangChain's serialisation and generations put around it. */
function messageFields(value: Fields): Fields {
  const inner = isFields(value['message']) ? value['message'] : value;
  const serialized = isFields(inner['kwargs'])
    ? { ...inner['kwargs'], id: inner['id'] }
    : isFields(inner['data']) && typeof inner['type'] === 'string'
      ? { ...inner, ...inner['data'] }
      : inner;
  // Gemini's candidates.
  const content =
    isFields(serialized['content']) && Array.isArray(serialized['content']['parts']) ? serialized['content'] : {};
  return inner === value && serialized === inner && Object.keys(content).length === 0
    ? value
    : { ...value, ...serialized, ...content };
}

function roleOf(message: Fields, defaultRole: string): string {
  const named = wordOf(message['role']);
  if (named !== undefined) return ROLES.get(named.toLowerCase()) ?? named;
  const path = asList(message['id']);
  const known = CLASS_ROLES.get(
    (wordOf(path?.at(-1)) ?? wordOf(message['type']) ?? wordOf(message['_type']) ?? '').toLowerCase(),
  );
  return known ?? defaultRole;
}

/** OpenInference: `message.function_call_name` and `…_arguments_json`. */
function legacyFunctionCall(message: Fields): unknown {
  const name = textOf(message['function_call_name']);
  return name === undefined ? undefined : { name, arguments: message['function_call_arguments_json'] };
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

function isCallOrResult(value: unknown): boolean {
  if (!isFields(value)) return false;
  const reading = readingOf(value);
  return reading === 'call' || reading === 'result' || (reading === 'reasoning' && value['type'] !== undefined);
}

/** Anthropic's, Bedrock's and Vercel's mark on a part: the prompt up to its end is to be cached. */
function marked(source: ItemSource, part: unknown): ItemSource {
  const mark = firstField(part, ['cache_control', 'cachePoint', 'cacheControl']);
  return mark === undefined ? source : { ...source, cacheMark: true };
}

/** Adds a message that is given by its parts, a list or one of them. */
export function readParts(value: unknown, source: ItemSource, role: string, list: ItemList): void {
  const of = { ...source, message: list.nextMessage() };
  for (const part of asList(value) ?? [value]) readPart(part, marked(of, part), role, list);
}

/** Adds the item of one message part: a text, or an object that names its `type`. */
function readPart(value: unknown, source: ItemSource, role: string, list: ItemList): void {
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
function onlyText(parts: readonly unknown[]): string | undefined {
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
function readToolCall(value: unknown, source: ItemSource, role: string, list: ItemList): void {
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

function readToolAnswer(
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

function addStructure(value: object, source: ItemSource, kind: ItemKind, list: ItemList): void {
  const json = stringify(value);
  list.add(source, { ...kind, text: json, json });
}

/** Of parsed JSON (nothing else comes here) this is always a text, and no deeper than parseJson lets pass. */
function stringify(value: unknown): string {
  return JSON.stringify(value);
}
