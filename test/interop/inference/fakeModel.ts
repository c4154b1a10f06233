import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { json } from 'node:stream/consumers';

const TEXT = 'It is 21 \u00b0C in Paris.';
const ARGUMENTS = { city: 'Paris' };
const MODEL_SUFFIX = '-2024-07-18';

interface Body {
  readonly model?: string;
  readonly stream?: boolean;
  readonly messages?: readonly { readonly role?: string; readonly content?: unknown }[];
  readonly input?: unknown;
  readonly contents?: readonly unknown[];
  readonly tools?: unknown;
}

/**
 * A server that speaks the HTTP APIs of OpenAI (chat, responses, embeddings), Anthropic and Gemini with fixed words: asked
 * with tools it calls `get_weather`, given a tool's result or no tools it answers with a sentence.
 */
export async function startFakeModel(): Promise<Server> {
  const server = createServer((request, response) => {
    void (async () => {
      const body = await bodyOf(request);
      const answer = answerTo(request.url ?? '', body);
      if (typeof answer === 'string') response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer);
      else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function bodyOf(request: IncomingMessage): Promise<Body> {
  try {
    return (await json(request)) as Body;
  } catch {
    return {};
  }
}

function answerTo(url: string, body: Body): unknown {
  const calls = body.tools !== undefined && !JSON.stringify(body).includes('celsius\\":21') && !hasResult(body);
  if (url.includes(':generateContent')) return gemini(calls);
  if (url.endsWith('/embeddings')) return embeddings(body);
  if (url.endsWith('/responses')) return responses(body, calls);
  if (url.endsWith('/messages')) return anthropic(body, calls);
  return body.stream === true ? chatStream(body) : chat(body, calls);
}

function hasResult(body: Body): boolean {
  return /"(?:tool_call_id|tool_use_id|function_call_output|functionResponse|function_response)"/.test(
    JSON.stringify(body),
  );
}

function chat(body: Body, calls: boolean): unknown {
  const call = {
    id: 'call_1',
    type: 'function',
    function: { name: 'get_weather', arguments: JSON.stringify(ARGUMENTS) },
  };
  const message = calls
    ? { role: 'assistant', content: null, tool_calls: [call] }
    : { role: 'assistant', content: TEXT };
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_763_697_600,
    model: `${body.model}${MODEL_SUFFIX}`,
    choices: [{ index: 0, message, finish_reason: calls ? 'tool_calls' : 'stop' }],
    usage: {
      prompt_tokens: 21,
      completion_tokens: 9,
      total_tokens: 30,
      prompt_tokens_details: { cached_tokens: 16 },
      completion_tokens_details: { reasoning_tokens: 4 },
    },
  };
}

function chatStream(body: Body): string {
  const chunk = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_763_697_600, model: body.model };
  const choice = (delta: unknown, reason: string | null): unknown => ({
    ...chunk,
    choices: [{ index: 0, delta, finish_reason: reason }],
  });
  const words = TEXT.split(/(?<= )/);
  const usage = { prompt_tokens: 21, completion_tokens: 9, total_tokens: 30 };
  const events = [
    choice({ role: 'assistant', content: '' }, null),
    ...words.map((word) => choice({ content: word }, null)),
    choice({}, 'stop'),
    { ...chunk, choices: [], usage },
  ];
  return `${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')}data: [DONE]\n\n`;
}

function responses(body: Body, calls: boolean): unknown {
  const output = calls
    ? [
        {
          type: 'function_call',
          id: 'fc_1',
          call_id: 'call_1',
          name: 'get_weather',
          arguments: JSON.stringify(ARGUMENTS),
          status: 'completed',
        },
      ]
    : [
        {
          type: 'message',
          id: 'msg_1',
          role: 'assistant',
          status: 'completed',
          content: [{ type: 'output_text', text: TEXT, annotations: [] }],
        },
      ];
  return {
    id: 'resp_1',
    object: 'response',
    created_at: 1_763_697_600,
    status: 'completed',
    model: `${body.model}${MODEL_SUFFIX}`,
    output,
    parallel_tool_calls: true,
    tool_choice: 'auto',
    tools: body.tools ?? [],
    usage: {
      input_tokens: 21,
      output_tokens: 9,
      total_tokens: 30,
      input_tokens_details: { cached_tokens: 16 },
      output_tokens_details: { reasoning_tokens: 4 },
    },
  };
}

function embeddings(body: Body): unknown {
  const texts = Array.isArray(body.input) ? body.input : [body.input];
  const data = texts.map((_, index) => ({ object: 'embedding', index, embedding: [0.25, -0.5, 0.125] }));
  return { object: 'list', data, model: body.model, usage: { prompt_tokens: 3, total_tokens: 3 } };
}

function anthropic(body: Body, calls: boolean): unknown {
  const content = calls
    ? [{ type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: ARGUMENTS }]
    : [{ type: 'text', text: TEXT }];
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: body.model,
    content,
    stop_reason: calls ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 5, output_tokens: 9, cache_read_input_tokens: 16, cache_creation_input_tokens: 0 },
  };
}

function gemini(calls: boolean): unknown {
  const part = calls ? { functionCall: { name: 'get_weather', args: ARGUMENTS } } : { text: TEXT };
  return {
    candidates: [{ content: { role: 'model', parts: [part] }, finishReason: 'STOP', index: 0 }],
    usageMetadata: { promptTokenCount: 21, candidatesTokenCount: 9, totalTokenCount: 30 },
    modelVersion: 'gemini-2.0-flash-001',
    responseId: 'resp_1',
  };
}
