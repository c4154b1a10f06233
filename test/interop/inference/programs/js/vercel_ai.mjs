// Vercel's AI SDK with a mock of a model: text with a tool, an object, a stream, embeddings.
import { embed, generateObject, generateText, stepCountIs, streamText, tool } from 'ai';
import { MockEmbeddingModelV3, MockLanguageModelV3, simulateReadableStream } from 'ai/test';
import { z } from 'zod';
import { finish, QUESTION, SYSTEM } from './spans.mjs';

const usage = {
  inputTokens: { total: 21, noCache: 5, cacheRead: 16, cacheWrite: undefined },
  outputTokens: { total: 9, text: 5, reasoning: 4 },
};
const model = new MockLanguageModelV3({
  provider: 'openai.chat',
  modelId: 'gpt-4o-mini',
  doGenerate: async ({ prompt, tools, responseFormat }) => {
    const answered = prompt.some(({ role }) => role === 'tool');
    if (responseFormat?.type === 'json') {
      const content = [{ type: 'text', text: '{"city":"Paris","celsius":21}' }];
      return { content, finishReason: { unified: 'stop', raw: 'stop' }, usage, warnings: [] };
    }
    return tools?.length && !answered
      ? {
          content: [
            { type: 'reasoning', text: 'A tool knows.' },
            { type: 'tool-call', toolCallId: 'call_1', toolName: 'get_weather', input: '{"city":"Paris"}' },
          ],
          finishReason: { unified: 'tool-calls', raw: 'tool_calls' },
          usage,
          warnings: [],
        }
      : {
          content: [{ type: 'text', text: 'It is 21 °C in Paris.' }],
          finishReason: { unified: 'stop', raw: 'stop' },
          usage,
          warnings: [],
        };
  },
  doStream: async () => ({
    stream: simulateReadableStream({
      chunks: [
        { type: 'text-start', id: '1' },
        { type: 'text-delta', id: '1', delta: 'It is 21 °C' },
        { type: 'text-delta', id: '1', delta: ' in Paris.' },
        { type: 'text-end', id: '1' },
        { type: 'finish', finishReason: { unified: 'stop', raw: 'stop' }, usage },
      ],
    }),
  }),
});
const experimental_telemetry = { isEnabled: true, functionId: 'weather' };
const get_weather = tool({
  description: 'Weather of a city',
  inputSchema: z.object({ city: z.string() }),
  execute: async () => ({ celsius: 21 }),
});
await generateText({
  model,
  system: SYSTEM,
  prompt: QUESTION,
  tools: { get_weather },
  temperature: 0.2,
  stopWhen: stepCountIs(3),
  experimental_telemetry,
});
const schema = z.object({ city: z.string(), celsius: z.number() });
await generateObject({ model, schema, prompt: QUESTION, experimental_telemetry });
await streamText({ model, prompt: QUESTION, experimental_telemetry }).consumeStream();
const embedder = new MockEmbeddingModelV3({
  modelId: 'text-embedding-3-small',
  doEmbed: async () => ({ embeddings: [[0.25, -0.5, 0.125]], usage: { tokens: 3 }, warnings: [] }),
});
await embed({ model: embedder, value: 'refund policy', experimental_telemetry });
finish();
