import type { ItemList, ItemSource } from './itemList.ts';
import { parseJson } from './valueDecoder.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Roles in whatever case and by LangChain's names; others are kept as they are. */
const ROLES: ReadonlyMap<string, string> = new Map([
  ['system', 'system'],
  ['developer', 'developer'],
  ['user', 'user'],
  ['human', 'user'],
  ['assistant', 'assistant'],
  ['ai', 'assistant'],
  ['tool', 'tool'],
]);

/** Where the parts of a message keep their text, by the message conventions in use. */
const TEXT_FIELDS = ['content', 'text', 'thinking', 'reasoning'] as const;

/** What messages tell besides their items. */
export interface MessageFacts {
  readonly finishReasons: string[];
}

/**
 * Adds the items of chat messages: a list of them, one of them, or an object that has them under `messages`. Reads the
 * parts of OTel GenAI 1.37, OpenAI's `content`/`tool_calls`, Anthropic's blocks, and OpenInference's and OpenLLMetry's
 * unflattened forms. One item a part. False when the value is nothing of the kind.
 */
export function readMessages(
  value: unknown,
  source: ItemSource,
  defaultRole: string,
  list: ItemList,
  facts: MessageFacts,
): boolean {
  const messages = Array.isArray(value) ? (value as unknown[]) : (asList(field(value, 'messages')) ?? [value]);
  if (messages.length === 0 || !messages.some(looksLikeMessage)) return false;
  messages.forEach((message, index) => {
    const of = messages.length === 1 ? source : { ...source, from: `${source.from}[${index}]` };
    readMessage(message, of, defaultRole, list, facts);
  });
  return true;
}

function looksLikeMessage(value: unknown): boolean {
  if (!isFields(value)) return false;
  const inner = isFields(value['message']) ? value['message'] : value;
  return ['role', 'parts', 'content', 'contents', 'tool_calls', 'function_call'].some((key) =>
    Object.hasOwn(inner, key),
  );
}

/** Adds the items of one message; a text is a message of the default role. */
export function readMessage(
  value: unknown,
  source: ItemSource,
  defaultRole: string,
  list: ItemList,
  facts: MessageFacts,
): void {
  if (!isFields(value)) {
    readPart(value, source, defaultRole, list);
    return;
  }
  const message = isFields(value['message']) ? { ...value, ...value['message'] } : value;
  const named = text(message['role']) ?? '';
  const role = named === '' ? defaultRole : (ROLES.get(named.toLowerCase()) ?? named);
  const finish = text(message['finish_reason']);
  if (finish !== undefined && finish !== '' && !facts.finishReasons.includes(finish)) facts.finishReasons.push(finish);

  let found = false;
  const parts = message['parts'] ?? message['contents'] ?? message['content'];
  for (const part of asList(parts) ?? (parts === undefined || parts === null ? [] : [parts])) {
    readPart(part, source, role, list);
    found = true;
  }
  for (const call of asList(message['tool_calls']) ?? []) {
    readToolCall(isFields(call) && isFields(call['tool_call']) ? call['tool_call'] : call, source, role, list);
    found = true;
  }
  const legacy = message['function_call'] ?? legacyFunctionCall(message);
  if (isFields(legacy)) {
    readToolCall(legacy, source, role, list);
    found = true;
  }
  // Something else by the name of a message: shown whole, rather than not at all.
  if (!found && Object.keys(message).some((key) => key !== 'role' && key !== 'finish_reason' && key !== 'index')) {
    addStructure(message, source, role, 'message', list);
  }
}

/** OpenInference: `message.function_call_name` and `…_arguments_json`. */
function legacyFunctionCall(message: Fields): unknown {
  const name = text(message['function_call_name']);
  return name === undefined ? undefined : { name, arguments: message['function_call_arguments_json'] };
}

/** Adds the item of one message part: a text, or an object that names its `type`. */
export function readPart(value: unknown, source: ItemSource, role: string, list: ItemList): void {
  if (!isFields(value)) {
    if (value !== undefined && value !== null) list.add(source, role, 'message', text(value) ?? stringify(value));
    return;
  }
  const part = isFields(value['message_content']) ? value['message_content'] : value;
  switch (text(part['type']) ?? 'text') {
    case 'text':
    case 'input_text':
    case 'output_text':
      addText(part, source, role, 'message', list);
      break;
    case 'reasoning':
    case 'thinking':
      addText(part, source, role, 'reasoning', list);
      break;
    case 'tool_call':
    case 'tool_use':
    case 'function_call':
    case 'function':
      readToolCall(part, source, role, list);
      break;
    case 'tool_call_response':
    case 'tool_result':
      addValue(part['response'] ?? part['result'] ?? part['content'], source, role, 'tool result', list);
      break;
    default:
      addStructure(part, source, role, text(part['type']) ?? 'part', list);
  }
}

function addText(part: Fields, source: ItemSource, role: string, label: string, list: ItemList): void {
  const content = TEXT_FIELDS.map((key) => text(part[key])).find((found) => found !== undefined);
  if (content === undefined) addStructure(part, source, role, label, list);
  else list.add(source, role, label, content);
}

/** `name({"city": "Paris"})` with the call as a structure. Arguments may be JSON in a string. */
function readToolCall(value: unknown, source: ItemSource, role: string, list: ItemList): void {
  if (!isFields(value)) {
    addValue(value, source, role, 'tool call', list);
    return;
  }
  const call = isFields(value['function']) ? { ...value, ...value['function'] } : value;
  const name = text(call['name']) ?? '';
  const given = call['arguments'] ?? call['input'] ?? call['args'];
  const parsed = typeof given === 'string' ? (parseJson(given) ?? given) : given;
  const shown = typeof given === 'string' ? given : given === undefined ? '' : stringify(given);
  const id = text(call['id']);
  const structure = { ...(id === undefined ? {} : { id }), name, arguments: parsed };
  list.add(source, role, 'tool call', `${name}(${shown})`, stringify(structure));
}

function addValue(value: unknown, source: ItemSource, role: string, label: string, list: ItemList): void {
  if (value === undefined || value === null) return;
  if (typeof value === 'object') {
    addStructure(value, source, role, label, list);
    return;
  }
  const shown = text(value) ?? stringify(value);
  const inner = typeof value === 'string' && /^\s*[[{]/.test(value) ? parseJson(value) : undefined;
  if (typeof inner === 'object' && inner !== null) list.add(source, role, label, shown, shown.trim());
  else list.add(source, role, label, shown);
}

function addStructure(value: object, source: ItemSource, role: string, label: string, list: ItemList): void {
  const json = stringify(value);
  list.add(source, role, label, json, json);
}

/** Of parsed JSON (nothing else comes here) this is always a text, and no deeper than parseJson lets pass. */
function stringify(value: unknown): string {
  return JSON.stringify(value);
}

function text(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Own field of an object, else undefined. */
export function field(value: unknown, key: string): unknown {
  return isFields(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function asList(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? (value as unknown[]) : undefined;
}
