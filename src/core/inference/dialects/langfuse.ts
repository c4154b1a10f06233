import { span, type Dialect } from '../dialect.ts';

const USAGE = 'langfuse.observation.usage_details';
const inUsage = (...fields: readonly string[]): readonly { readonly key: string; readonly field: string }[] =>
  fields.map((field) => ({ key: USAGE, field }));

/** Langfuse's SDK from v3 on. */
export const LANGFUSE: Dialect = {
  id: 'langfuse',
  name: 'Langfuse',
  groups: [
    { side: 'input', rank: 'typed', rows: [span('langfuse.observation.input', 'chat', 'input')] },
    { side: 'output', rank: 'typed', rows: [span('langfuse.observation.output', 'chat', 'output', 'assistant')] },
    { side: 'tools', rank: 'whole', rows: [span('langfuse.observation.input', 'tools', 'tool definition')] },
    { side: 'input', rank: 'whole', rows: [span('langfuse.trace.input', 'chat', 'input')] },
    { side: 'output', rank: 'whole', rows: [span('langfuse.trace.output', 'chat', 'output', 'assistant')] },
  ],
  facts: {
    model: ['langfuse.observation.model.name'],
    conversationId: ['langfuse.session.id', 'session.id'],
    'tokens.input': inUsage('input', 'input_tokens', 'prompt_tokens'),
    'tokens.output': inUsage('output', 'output_tokens', 'completion_tokens'),
    'tokens.total': inUsage('total', 'total_tokens'),
    'tokens.cachedInput': inUsage('input_cached_tokens', 'cache_read_input_tokens', 'input_cache_read'),
    'tokens.cacheWrite': inUsage('cache_creation_input_tokens', 'input_cache_creation'),
    'tokens.reasoning': inUsage('output_reasoning_tokens', 'output_reasoning'),
  },
  kinds: [
    {
      key: 'langfuse.observation.type',
      own: true,
      kinds: {
        generation: 'llm',
        embedding: 'embedding',
        agent: 'agent',
        tool: 'tool',
        chain: 'chain',
        span: 'chain',
        retriever: 'retriever',
        guardrail: 'guardrail',
        evaluator: 'evaluator',
      },
    },
  ],
  families: [{ prefix: 'langfuse.observation.', kind: 'chain' }],
  parameters: [{ in: 'json', key: 'langfuse.observation.model.parameters' }],
  evidence: { prefixes: ['langfuse.observation.'] },
  settings: [
    {
      scope: /^langfuse/,
      cure: 'Langfuse records arguments and results of @observe unless capture_input and capture_output are false.',
      library: 'langfuse',
    },
  ],
};
