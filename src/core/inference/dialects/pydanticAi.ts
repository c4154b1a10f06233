import { span, type Dialect } from '../dialect.ts';

/** Logfire's own recording of model clients, and Pydantic AI in all format versions (new ones are OTel GenAI). */
export const PYDANTIC_AI: Dialect = {
  id: 'pydanticAi',
  name: 'Logfire and Pydantic AI',
  groups: [
    { side: 'input', rank: 'typed', rows: [span('pydantic_ai.all_messages', 'messages', 'message')] },
    { side: 'input', rank: 'typed', rows: [span('all_messages_events', 'messages', 'message')] },
    {
      side: 'input',
      rank: 'typed',
      rows: [span('events', 'messages', 'message')],
      only: { scope: /logfire|pydantic/ },
    },
    { side: 'input', rank: 'typed', rows: [span('request_data', 'chat', 'request')] },
    { side: 'output', rank: 'typed', rows: [span('final_result', 'chat', 'result', 'assistant')] },
    { side: 'output', rank: 'typed', rows: [span('response_data', 'chat', 'response', 'assistant')] },
    { side: 'tools', rank: 'whole', rows: [span('request_data', 'tools', 'tool definition')] },
    { side: 'tools', rank: 'typed', rows: [span('model_request_parameters', 'tools', 'tool definition')] },
    { side: 'schema', rank: 'typed', rows: [span('model_request_parameters', 'outputSchema', 'output schema')] },
    { side: 'schema', rank: 'whole', rows: [span('request_data', 'outputSchema', 'output schema')] },
    { side: 'input', rank: 'special', rows: [span('tool_arguments', 'value', 'arguments')] },
    { side: 'output', rank: 'special', rows: [span('tool_response', 'value', 'result')] },
    { side: 'input', rank: 'last', rows: [span('fastapi.arguments.values', 'value', 'arguments')] },
  ],
  facts: {
    model: [{ key: 'request_data', field: 'model' }],
    agent: ['agent_name'],
    'tokens.cachedInput': ['gen_ai.usage.details.cache_read_tokens'],
    'tokens.cacheWrite': ['gen_ai.usage.details.cache_write_tokens'],
    'tokens.reasoning': ['gen_ai.usage.details.reasoning_tokens'],
    // Of an agent's whole run.
    'tokens.input': [{ key: 'response_data', field: 'usage.prompt_tokens' }],
    'tokens.output': [{ key: 'response_data', field: 'usage.completion_tokens' }],
  },
  namedKinds: [
    { test: { scope: /pydantic/, name: /^(?:agent run|invoke_agent)/ }, kind: 'agent' },
    { test: { scope: /pydantic/, name: /^(?:running tool|execute_tool)/ }, kind: 'tool' },
  ],
  families: [
    { prefix: 'tool_arguments', kind: 'tool' },
    { prefix: 'pydantic_ai.', kind: 'agent' },
    { prefix: 'request_data', kind: 'llm' },
  ],
  parameters: [{ in: 'json', key: 'request_data' }],
  evidence: { keys: ['model_request_parameters'], prefixes: ['pydantic_ai.'] },
  settings: [
    {
      scope: /^pydantic-ai/,
      cure: 'Pydantic AI records content unless InstrumentationSettings(include_content=False) says otherwise.',
    },
    { scope: /^logfire/, cure: 'Logfire records requests and responses of the clients it instruments by default.' },
  ],
  marks: [
    {
      text: /\[Scrubbed due to /,
      means: 'redacted',
      cure: 'Logfire scrubbed it: logfire.configure(scrubbing=False), or a scrubbing callback, keeps it.',
    },
  ],
};
