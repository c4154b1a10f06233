import { asList, field, firstField, isFields, textOf, wordOf, type Fields } from './fields.ts';
import type { ItemList, ItemSource } from './itemList.ts';
import {
  addStructure,
  FRAME,
  isCallOrResult,
  isEmpty,
  marked,
  NAME_FIELDS,
  onlyText,
  readPart,
  readParts,
  readToolAnswer,
  readToolCall,
  RESULT_ID_FIELDS,
} from './partReader.ts';

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
