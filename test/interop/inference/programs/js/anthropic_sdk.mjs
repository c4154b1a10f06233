// Anthropic's SDK, which records spans by itself.
import Anthropic from '@anthropic-ai/sdk';
import { finish, MODEL_URL, QUESTION, SYSTEM } from './spans.mjs';

const client = new Anthropic({ baseURL: MODEL_URL, apiKey: 'none' });
const tools = [
  {
    name: 'get_weather',
    description: 'Weather of a city',
    input_schema: { type: 'object', properties: { city: { type: 'string' } } },
  },
];
const messages = [{ role: 'user', content: QUESTION }];
const common = { model: 'claude-sonnet-4-5', max_tokens: 200, system: SYSTEM, tools };
const first = await client.messages.create({ ...common, messages });
messages.push(
  { role: 'assistant', content: first.content },
  { role: 'user', content: [{ type: 'tool_result', tool_use_id: first.content[0].id, content: '{"celsius":21}' }] },
);
await client.messages.create({ ...common, messages });
finish();
