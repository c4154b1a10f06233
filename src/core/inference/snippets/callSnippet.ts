import type { ModelCall } from '../../model/modelCall.ts';
import { callRequest, type CallRequest } from './callRequest.ts';
import { checkText, javaScriptLiteral, jsonText, pythonLiteral, shellWord, type Json } from './literals.ts';

export type SnippetKind = 'json' | 'curl' | 'python' | 'javascript' | 'fixture';

/** Where a snippet sends the call: the address and the key come from the environment of whoever runs it. */
const KEY = 'OPENAI_API_KEY';
const BASE = 'OPENAI_BASE_URL';

/**
 * A call's input as something to run again, in the form of OpenAI's chat completions. Values are literals of the language;
 * throws `RefusedValue` for what cannot be one. Null when the call has no messages; `json` and `fixture` take any call.
 */
export function callSnippet(call: ModelCall, kind: SnippetKind): string | null {
  if (kind === 'json') return `${jsonText(itemsOf(call, 'inputs'))}\n`;
  if (kind === 'fixture') {
    const { kind: of, model, provider, operation } = call;
    const fixture = {
      kind: of,
      operation,
      provider,
      model,
      inputs: itemsOf(call, 'inputs'),
      outputs: itemsOf(call, 'outputs'),
    };
    return `${jsonText(fixture)}\n`;
  }
  const request = callRequest(call);
  if (!request) return null;
  const body: Json = {
    model: request.model,
    messages: request.messages,
    ...(request.tools.length === 0 ? {} : { tools: request.tools }),
    ...request.parameters,
  };
  eachText(body, checkText);
  switch (kind) {
    case 'curl':
      return [
        ...notes(request, '#'),
        `curl "\${${BASE}:-https://api.openai.com/v1}/chat/completions" \\`,
        `  -H "Authorization: Bearer $${KEY}" \\`,
        `  -H 'Content-Type: application/json' \\`,
        `  --data-raw ${shellWord(jsonText(body))}`,
        '',
      ].join('\n');
    case 'python':
      return [
        ...notes(request, '#'),
        'from openai import OpenAI',
        '',
        `client = OpenAI()  # reads ${KEY} and ${BASE}`,
        `response = client.chat.completions.create(**${pythonLiteral(body)})`,
        'print(response.choices[0].message)',
        '',
      ].join('\n');
    case 'javascript':
      return [
        ...notes(request, '//'),
        "import OpenAI from 'openai';",
        '',
        `const client = new OpenAI(); // reads ${KEY} and ${BASE}`,
        `const response = await client.chat.completions.create(${javaScriptLiteral(body)});`,
        'console.log(response.choices[0].message);',
        '',
      ].join('\n');
  }
}

/** Words of our own only: nothing of a span stands in a comment. */
function notes({ missing }: CallRequest, mark: string): readonly string[] {
  return missing.map((what) => `${mark} Not in it: ${what}.`);
}

function itemsOf(call: ModelCall, side: 'inputs' | 'outputs'): Json {
  return call[side].map((item): Json => ({
    ...(item.role === '' ? {} : { role: item.role }),
    label: item.label,
    ...(item.part === undefined ? {} : { part: item.part }),
    ...(item.toolName === undefined ? {} : { toolName: item.toolName }),
    ...(item.toolCallId === undefined ? {} : { toolCallId: item.toolCallId }),
    ...(item.json === undefined ? { text: item.text } : { value: parsed(item.json) }),
    ...(item.cut === undefined ? {} : { incomplete: true }),
  }));
}

function parsed(json: string): Json {
  try {
    return JSON.parse(json) as Json;
  } catch {
    return json;
  }
}

function eachText(value: Json, check: (text: string) => void): void {
  if (typeof value === 'string') check(value);
  else if (Array.isArray(value)) for (const each of value as readonly Json[]) eachText(each, check);
  else if (value !== null && typeof value === 'object') {
    for (const [key, each] of Object.entries(value as { readonly [key: string]: Json })) {
      check(key);
      eachText(each, check);
    }
  }
}
