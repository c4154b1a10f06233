import type { ModelCall, ModelItem, TokenCounts } from '../model/modelCall.ts';
import { messagesOf, partOf } from './callMessages.ts';
import { checkArguments, type ArgumentProblem } from './checkArguments.ts';
import { canonicalJson, foldSpace, shortLine, textKey } from './contentKey.ts';
import {
  ARGUMENT_CHARS,
  STEP_CHARS,
  type MessageTable,
  type StepMessage,
  type ToolAnswer,
  type ToolRequest,
} from './messageTable.ts';
import { receivedArguments, requestedArguments } from './toolArguments.ts';
import { toolSchemas, type ToolSchema } from './toolSchema.ts';

/** What a call is for the list: `none` are chains and plain spans, which only contain calls. */
export type StepKind = 'model' | 'tool' | 'retrieval' | 'agent' | 'other' | 'none';

/** Problems of one tool call's arguments. */
export interface CheckedRequest {
  /** Message of the outputs, and which of its requests. */
  readonly output: number;
  readonly request: number;
  readonly problems: readonly ArgumentProblem[];
}

/** One call, reduced to what the list needs: messages by number, short texts. */
export interface StepReading {
  readonly kind: StepKind;
  /** As the sender says it: llm, embedding, tool, … */
  readonly callKind: string;
  readonly model: string;
  readonly agent: string;
  readonly conversationId: string;
  readonly responseId: string;
  readonly toolName: string;
  readonly toolCallId: string;
  readonly tokens: TokenCounts | undefined;
  readonly finish: string;
  readonly inputs: Uint32Array;
  readonly outputs: Uint32Array;
  /** Of what the request offers besides messages, in UTF-16 units. */
  readonly toolChars: number;
  readonly toolNames: readonly string[];
  /** What a tool or a retrieval was given and gave back, at most {@link STEP_CHARS}. */
  readonly given: string;
  readonly returned: string;
  readonly argumentsKey: number;
  readonly argumentsJson: string;
  readonly checked: readonly CheckedRequest[];
}

/** Messages of one side that are read; a prompt of more is shown as its last ones. */
const MOST_MESSAGES = 20_000;
const MOST_TOOL_NAMES = 200;

const KINDS: Readonly<Record<string, StepKind>> = {
  llm: 'model',
  embedding: 'model',
  reranker: 'retrieval',
  retriever: 'retrieval',
  tool: 'tool',
  agent: 'agent',
  predict: 'model',
  guardrail: 'other',
  evaluator: 'other',
  memory: 'other',
};

/** Reads a call for the list of steps; its messages go to the table. Never throws, whatever a call holds. */
export function readStep(call: ModelCall, table: MessageTable): StepReading {
  const kind = Object.hasOwn(KINDS, call.kind) ? (KINDS[call.kind] ?? 'none') : 'none';
  const schemas = call.inputs.filter((item) => partOf(item) === 'toolDefinition');
  const tools = schemas.flatMap(toolSchemas);
  const outputs = numbersOf(call.outputs, table);
  const plainInputs = call.inputs.filter((item) => partOf(item) !== 'toolDefinition');
  const given = kind === 'tool' ? receivedArguments(plainInputs) : undefined;
  const json = given === undefined ? '' : canonicalJson(given);
  return {
    kind,
    callKind: call.kind,
    model: shortLine(call.model, STEP_CHARS),
    agent: shortLine(call.agent ?? '', STEP_CHARS),
    conversationId: call.conversationId ?? '',
    responseId: call.responseId ?? '',
    toolName: shortLine(call.tool?.name ?? '', STEP_CHARS),
    toolCallId: call.tool?.callId ?? '',
    tokens: call.tokens,
    finish: shortLine(call.finishReasons.join(', '), 60),
    inputs: kind === 'none' ? new Uint32Array() : numbersOf(call.inputs, table),
    outputs: kind === 'none' ? new Uint32Array() : outputs,
    toolChars: schemas.reduce((sum, item) => sum + item.text.length, 0),
    toolNames: tools.slice(0, MOST_TOOL_NAMES).map(({ name }) => shortLine(name, 80)),
    given:
      given === undefined
        ? shortOf(plainInputs)
        : typeof given === 'string'
          ? shortLine(given, STEP_CHARS)
          : shortLine(JSON.stringify(given), STEP_CHARS),
    returned: shortOf(call.outputs),
    argumentsKey: json === '' ? 0 : textKey(json),
    argumentsJson: json.length > ARGUMENT_CHARS ? '' : json,
    checked: kind === 'model' && tools.length > 0 ? checkRequests(call.outputs, tools) : [],
  };
}

/** Problems of the tools that a call's outputs ask for, by the schemas of its own request. */
function checkRequests(items: readonly ModelItem[], tools: readonly ToolSchema[]): readonly CheckedRequest[] {
  const checked: CheckedRequest[] = [];
  messagesOf(items).forEach((message, output) => {
    let request = 0;
    for (const place of message.items) {
      const item = items[place];
      if (!item || partOf(item) !== 'toolCall') continue;
      const name = nameOf(item);
      const tool = tools.find((one) => one.name === name);
      const problems: readonly ArgumentProblem[] = tool
        ? checkArguments(tool.parameters, requestedArguments(item))
        : [{ path: '', text: `the request offers no tool named ${shortLine(name, 80)}`, kind: 'wrong' }];
      if (problems.length > 0) checked.push({ output, request, problems });
      request++;
    }
  });
  return checked;
}

function numbersOf(items: readonly ModelItem[], table: MessageTable): Uint32Array {
  const messages = messagesOf(items).slice(-MOST_MESSAGES);
  return Uint32Array.from(messages, ({ role, items: places }) =>
    table.add(
      stepMessage(
        role,
        places.flatMap((place) => items[place] ?? []),
      ),
    ),
  );
}

function stepMessage(role: string, items: readonly ModelItem[]): StepMessage {
  const said = items.filter((item) => partOf(item) !== 'reasoning');
  const requests = said.filter((item) => partOf(item) === 'toolCall').map(requestOf);
  const answers = said.filter((item) => isAnswer(role, item)).map(answerOf);
  const texts = said.filter((item) => partOf(item) !== 'toolCall' && !isAnswer(role, item));
  const words = (said.length > 0 ? said : items).map((item) => contentOf(item));
  const asked = requests.map(({ name, argumentsKey }) => `${name} ${argumentsKey}`);
  const heard = texts.map(({ text }) => foldSpace(text)).filter((text) => text !== '');
  const parts = [...new Set(items.flatMap((item) => partOf(item) ?? []))].filter(
    (part) => part !== 'toolCall' && part !== 'toolResult',
  );
  return {
    key: textKey(`${role}\n${words.join('\n')}`),
    echoKey: textKey(`${role}\n${(asked.length > 0 ? asked : heard.length > 0 ? heard : words).join('\n')}`),
    role: shortLine(role, 40),
    text: shortOf(texts.length > 0 || requests.length + answers.length > 0 ? texts : items),
    chars: items.reduce((sum, { text, cut }) => sum + Math.max(text.length, cut?.totalBytes ?? 0), 0),
    parts,
    requests,
    answers,
    cacheMark: items.some((item) => item.cacheMark === true),
  };
}

/** What tells an item from others. */
function contentOf(item: ModelItem): string {
  if (partOf(item) !== 'toolCall') return `${foldSpace(item.text)} ${item.cut?.totalBytes ?? ''}`;
  return `${nameOf(item)} ${canonicalJson(requestedArguments(item) ?? null)}`;
}

function isAnswer(role: string, item: ModelItem): boolean {
  return partOf(item) === 'toolResult' || (role === 'tool' && partOf(item) === undefined);
}

function nameOf(item: ModelItem): string {
  if (item.toolName !== undefined) return item.toolName;
  return /^([\w.:/-]+)\(/.exec(item.text)?.[1] ?? '';
}

function requestOf(item: ModelItem): ToolRequest {
  const value = requestedArguments(item);
  const json = canonicalJson(value ?? null);
  return {
    callId: item.toolCallId ?? idIn(item),
    name: shortLine(nameOf(item), STEP_CHARS),
    text: shortLine(typeof value === 'string' ? value : JSON.stringify(value ?? {}), STEP_CHARS),
    argumentsKey: textKey(json),
    argumentsJson: json.length > ARGUMENT_CHARS ? '' : json,
  };
}

/** Readers that name no ids keep them in the structure of the call. */
function idIn({ json }: ModelItem): string {
  const found = json === undefined ? undefined : /^\{"id":"([^"\\]{1,200})"/.exec(json)?.[1];
  return found ?? '';
}

function answerOf(item: ModelItem): ToolAnswer {
  return {
    callId: item.toolCallId ?? '',
    name: shortLine(item.toolName ?? '', STEP_CHARS),
    text: shortLine(item.text, STEP_CHARS),
  };
}

/** The items in one line. */
function shortOf(items: readonly ModelItem[]): string {
  const texts: string[] = [];
  let chars = 0;
  for (const item of items) {
    if (chars > STEP_CHARS) break;
    const part = partOf(item);
    const text =
      part === 'image' || part === 'audio' || part === 'file' ? `(${part})` : shortLine(item.text, STEP_CHARS);
    const labelled =
      item.role === '' && items.length > 1 && item.label !== '' ? `${shortLine(item.label, 40)}: ${text}` : text;
    if (labelled !== '') texts.push(labelled);
    chars += labelled.length;
  }
  return shortLine(texts.join(' · '), STEP_CHARS);
}
