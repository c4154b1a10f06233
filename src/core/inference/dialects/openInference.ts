import { flattened, span, type Dialect } from '../dialect.ts';

/** OpenInference (Arize Phoenix, also Envoy AI Gateway, BeeAI and others): flattened messages and documents. */
export const OPEN_INFERENCE: Dialect = {
  id: 'openInference',
  name: 'OpenInference',
  groups: [
    { side: 'input', rank: 'typed', rows: [flattened('llm.input_messages', 'messages', 'message')] },
    { side: 'output', rank: 'typed', rows: [flattened('llm.output_messages', 'messages', 'message')] },
    { side: 'tools', rank: 'typed', rows: [flattened('llm.tools', 'tools', 'tool definition')] },
    { side: 'tools', rank: 'whole', rows: [span('llm.invocation_parameters', 'tools', 'tool definition')] },
    { side: 'schema', rank: 'whole', rows: [span('llm.invocation_parameters', 'outputSchema', 'output schema')] },
    { side: 'input', rank: 'special', rows: [span('tool.parameters', 'value', 'arguments')] },
    {
      side: 'input',
      rank: 'special',
      rows: [span('reranker.query', 'value', 'query'), flattened('reranker.input_documents', 'documents', 'documents')],
    },
    { side: 'output', rank: 'special', rows: [flattened('reranker.output_documents', 'documents', 'documents')] },
    { side: 'output', rank: 'special', rows: [flattened('retrieval.documents', 'documents', 'documents')] },
    { side: 'input', rank: 'special', rows: [flattened('embedding.embeddings', 'embeddingText', 'text')] },
    { side: 'output', rank: 'special', rows: [flattened('embedding.embeddings', 'embeddingVector', 'embedding')] },
    { side: 'input', rank: 'special', rows: [flattened('llm.prompts', 'value', 'prompt')] },
    { side: 'output', rank: 'special', rows: [flattened('llm.choices', 'value', 'completion')] },
    { side: 'input', rank: 'whole', rows: [span('input.value', 'chat', 'input')] },
    { side: 'output', rank: 'whole', rows: [span('output.value', 'chat', 'output', 'assistant')] },
  ],
  facts: {
    model: [
      'llm.response.model_name',
      'llm.request.model_name',
      'llm.model_name',
      'embedding.model_name',
      'reranker.model_name',
    ],
    provider: ['llm.provider', 'llm.system'],
    finishReasons: ['llm.finish_reason'],
    conversationId: ['session.id'],
    agent: ['agent.name'],
    tool: ['tool.name'],
    toolCallId: ['tool.id', 'message.tool_call_id'],
    'tokens.input': ['llm.token_count.prompt'],
    'tokens.output': ['llm.token_count.completion'],
    'tokens.total': ['llm.token_count.total'],
    'tokens.cachedInput': ['llm.token_count.prompt_details.cache_read', 'llm.token_count.prompt_details.cache_input'],
    'tokens.cacheWrite': ['llm.token_count.prompt_details.cache_write'],
    'tokens.reasoning': ['llm.token_count.completion_details.reasoning'],
  },
  kinds: [
    {
      key: 'openinference.span.kind',
      own: true,
      kinds: {
        llm: 'llm',
        embedding: 'embedding',
        chain: 'chain',
        retriever: 'retriever',
        reranker: 'reranker',
        tool: 'tool',
        agent: 'agent',
        guardrail: 'guardrail',
        evaluator: 'evaluator',
        prompt: 'chain',
        decision: 'chain',
      },
    },
  ],
  families: [
    { prefix: 'tool.', kind: 'tool' },
    { prefix: 'reranker.', kind: 'reranker' },
    { prefix: 'retrieval.documents.', kind: 'retriever' },
    { prefix: 'embedding.', kind: 'embedding' },
    { prefix: 'llm.', kind: 'llm' },
  ],
  parameters: [
    { in: 'json', key: 'llm.invocation_parameters' },
    { in: 'json', key: 'embedding.invocation_parameters' },
  ],
  evidence: { keys: ['openinference.span.kind'], prefixes: ['llm.', 'reranker.', 'embedding.'] },
  settings: [
    {
      scope: /^(?:openinference\.|@arizeai\/openinference)/,
      cure:
        'OpenInference records content unless OPENINFERENCE_HIDE_INPUTS, OPENINFERENCE_HIDE_OUTPUTS or another ' +
        'OPENINFERENCE_HIDE_… variable (or its TraceConfig) says otherwise.',
      library: 'openInference',
    },
  ],
  marks: [
    {
      text: /^__REDACTED__$/,
      means: 'redacted',
      cure: 'OpenInference left it out: an OPENINFERENCE_HIDE_… variable (or its TraceConfig) says so.',
    },
  ],
};
