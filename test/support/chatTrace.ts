import { spanIdAt, TRACE_ID, tracesRequest } from './otlpBytes.ts';

const START = 1_767_225_600_000_000_000n;
const PIXEL = 'R0lGODlhAQABAAAAACwAAAAAAQABAAA=';

export const CHAT_REF = { traceId: TRACE_ID, spanId: spanIdAt(1) };

type Message = Readonly<Record<string, unknown>>;

const text = (role: string, content: string): Message => ({ role, parts: [{ type: 'text', content }] });

/** Messages of an agent that looks something up: roles, reasoning, a tool with its result, one without. */
export const AGENT_MESSAGES: readonly Message[] = [
  text('system', `You are a support agent.\n\n${'Follow the rules of the house. '.repeat(40)}`),
  {
    role: 'user',
    parts: [
      { type: 'text', content: 'Where is order **4711**? See [status](https://example.com/status).' },
      { type: 'blob', modality: 'image', mime_type: 'image/gif', content: PIXEL },
      { type: 'uri', modality: 'image', mime_type: 'image/png', uri: 'https://example.com/never-fetched.png' },
    ],
  },
  {
    role: 'assistant',
    parts: [
      { type: 'reasoning', content: 'The order number is known, so look it up.' },
      { type: 'tool_call', id: 'call_1', name: 'find_order', arguments: { order: 4711 } },
    ],
  },
  { role: 'tool', parts: [{ type: 'tool_call_response', id: 'call_1', response: { state: 'sent', days: 3 } }] },
];

const ANSWER = [
  '## Order 4711',
  '',
  'It was **sent** three days ago:',
  '',
  '1. packed',
  '2. handed over',
  '',
  '| step | day |',
  '|---|---|',
  '| packed | Monday |',
  '',
  '```python',
  'print("sent")',
  '```',
  '',
  '<img src=x onerror=alert(1)> and ![](https://example.com/x.png)',
].join('\n');

/** An export request with one chat span of these messages. */
export function chatRequest(messages: readonly Message[] = AGENT_MESSAGES, answer = ANSWER): Uint8Array {
  return tracesRequest([
    {
      ...CHAT_REF,
      name: 'chat gpt-test',
      startNs: START,
      endNs: START + 900_000_000n,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-test',
        'gen_ai.usage.input_tokens': 1200,
        'gen_ai.usage.output_tokens': 80,
        'gen_ai.tool.definitions': JSON.stringify([
          {
            type: 'function',
            name: 'find_order',
            description: 'Looks an order up.',
            parameters: { type: 'object', properties: { order: { type: 'integer' } } },
          },
        ]),
        'gen_ai.input.messages': JSON.stringify(messages),
        'gen_ai.output.messages': JSON.stringify([
          {
            role: 'assistant',
            parts: [
              { type: 'text', content: answer },
              { type: 'tool_call', id: 'call_2', name: 'send_mail', arguments: { to: 'customer' } },
            ],
            finish_reason: 'stop',
          },
        ]),
      },
    },
  ]);
}

/** As many short messages. */
export function manyMessages(count: number): readonly Message[] {
  return Array.from({ length: count }, (_, n) =>
    text(n % 2 === 0 ? 'user' : 'assistant', `message ${n}: ${'some words '.repeat(n % 30)}`),
  );
}
