import type { ModelCall, ModelItem } from '../../model/modelCall.ts';
import { parseJson } from '../valueDecoder.ts';
import type { Json } from './literals.ts';

/** A call as the body of a chat completion request, as far as the span tells it. */
export interface CallRequest {
  readonly provider: string;
  readonly model: string;
  readonly messages: readonly Json[];
  readonly tools: readonly Json[];
  /** temperature, max_tokens and the like, as numbers where they are. */
  readonly parameters: Readonly<Record<string, Json>>;
  /** What the span does not tell whole. */
  readonly missing: readonly string[];
}

const PARAMETERS: ReadonlySet<string> = new Set([
  ...['temperature', 'top_p', 'top_k', 'max_tokens', 'max_completion_tokens', 'seed', 'frequency_penalty'],
  ...['presence_penalty', 'stop', 'stop_sequences', 'n'],
]);

/** Reads a call with whole items; `null` when it has no messages to send again. */
export function callRequest(call: ModelCall): CallRequest | null {
  const missing = new Set<string>();
  const messages: Json[] = [];
  const tools: Json[] = [];
  let open: { readonly of: ModelItem; readonly items: ModelItem[] } | undefined;
  const close = (): void => {
    if (open) messages.push(...messagesOf(open.of.role, open.items, missing));
    open = undefined;
  };
  for (const item of call.inputs) {
    if (item.cut) missing.add('a value that is too long for this');
    if (item.shortened) missing.add('what the SDK shortened');
    if (item.part === 'toolDefinition') tools.push(structureOf(item) ?? item.text);
    else if (item.role !== '') {
      const isOne =
        open && open.of.role === item.role && open.of.message === item.message && open.of.from === item.from;
      if (!isOne) {
        close();
        open = { of: item, items: [] };
      }
      open?.items.push(item);
    }
  }
  close();
  if (messages.length === 0) return null;
  const parameters: Record<string, Json> = {};
  for (const { name, value } of call.parameters ?? []) {
    const key = name.replace(/^.*\./, '');
    if (PARAMETERS.has(key)) parameters[key] = (parseJson(value) as Json | undefined) ?? value;
  }
  return { provider: call.provider, model: call.model, messages, tools, parameters, missing: [...missing] };
}

/** One message, in the form of OpenAI's chat completions, which most gateways take; results of tools are each their own. */
function messagesOf(role: string, items: readonly ModelItem[], missing: Set<string>): readonly Json[] {
  const results = items.filter(({ part }) => part === 'toolResult');
  const texts: string[] = [];
  const calls: Json[] = [];
  for (const item of items) {
    if (item.part === 'toolCall') calls.push(toolCall(item));
    else if (item.part === undefined) texts.push(item.text);
    else if (item.part !== 'toolResult' && item.part !== 'reasoning') missing.add(`a part of the kind ${item.part}`);
  }
  const answered = results.map((item): Json => ({
    role: 'tool',
    tool_call_id: item.toolCallId ?? '',
    content: item.text,
  }));
  if (texts.length === 0 && calls.length === 0) return answered;
  const message: Json = {
    role,
    content: texts.length === 0 ? null : texts.join('\n'),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
  return [message, ...answered];
}

function toolCall(item: ModelItem): Json {
  const given = structureOf(item);
  const fields =
    given !== null && typeof given === 'object' && !Array.isArray(given)
      ? (given as { readonly [key: string]: Json })
      : {};
  const passed = fields['arguments'];
  return {
    id: item.toolCallId ?? '',
    type: 'function',
    function: {
      name: item.toolName ?? item.label,
      arguments: typeof passed === 'string' ? passed : JSON.stringify(passed ?? {}),
    },
  };
}

function structureOf(item: ModelItem): Json {
  return item.json === undefined ? null : ((parseJson(item.json) as Json | undefined) ?? null);
}
