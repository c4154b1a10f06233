import { event, flattened, span, type Dialect } from '../dialect.ts';

/** OpenLLMetry (Traceloop) before it took over the OTel conventions, and its workflow spans. */
export const OPEN_LLMETRY: Dialect = {
  id: 'openLlmetry',
  name: 'OpenLLMetry',
  groups: [
    { side: 'input', rank: 'typed', rows: [flattened('gen_ai.prompt', 'messages', 'message')] },
    { side: 'output', rank: 'typed', rows: [flattened('gen_ai.completion', 'messages', 'message', 'assistant')] },
    { side: 'tools', rank: 'typed', rows: [flattened('llm.request.functions', 'tools', 'tool definition')] },
    {
      side: 'schema',
      rank: 'typed',
      rows: [
        span('gen_ai.request.structured_output_schema', 'outputSchema', 'output schema'),
        span('llm.request.structured_output_schema', 'outputSchema', 'output schema'),
      ],
    },
    { side: 'input', rank: 'special', rows: [span('mcp.request.argument', 'value', 'arguments')] },
    { side: 'output', rank: 'special', rows: [span('mcp.response.value', 'value', 'result')] },
    {
      side: 'input',
      rank: 'special',
      rows: [event({ 'db.query.embeddings': '' }, 'db.query.embeddings.vector', 'vector', 'embedding')],
    },
    {
      side: 'output',
      rank: 'special',
      rows: [event({ 'db.query.result': '' }, '', 'documents', 'documents')],
    },
    { side: 'input', rank: 'whole', rows: [span('traceloop.entity.input', 'value', 'input')] },
    { side: 'output', rank: 'whole', rows: [span('traceloop.entity.output', 'value', 'output')] },
  ],
  facts: {
    operation: ['llm.request.type'],
    model: ['llm.response.model', 'llm.request.model'],
    finishReasons: ['gen_ai.completion.0.finish_reason'],
    conversationId: ['traceloop.association.properties.session_id'],
    tool: ['traceloop.entity.name'],
    'tokens.input': ['llm.usage.prompt_tokens'],
    'tokens.output': ['llm.usage.completion_tokens'],
    'tokens.total': ['llm.usage.total_tokens'],
  },
  kinds: [
    { key: 'llm.request.type', kinds: { chat: 'llm', completion: 'llm', rerank: 'reranker', embedding: 'embedding' } },
    {
      key: 'traceloop.span.kind',
      kinds: { workflow: 'chain', task: 'chain', agent: 'agent', tool: 'tool', session: 'chain' },
    },
  ],
  families: [
    { prefix: 'traceloop.', kind: 'chain' },
    { prefix: 'db.query.result', kind: 'retriever' },
  ],
  parameters: [
    { in: 'span', key: 'llm.top_k' },
    { in: 'span', key: 'llm.frequency_penalty' },
    { in: 'span', key: 'llm.presence_penalty' },
    { in: 'span', key: 'llm.chat.stop_sequences' },
    { in: 'span', key: 'llm.is_streaming' },
  ],
  evidence: {
    keys: ['traceloop.span.kind'],
    prefixes: ['traceloop.entity.', 'db.query.result.', 'db.query.embeddings.'],
  },
  settings: [
    {
      scope: /^(?:opentelemetry\.instrumentation\.\w+(?:\.v\d)?|@traceloop\/|traceloop\.)/,
      cure: 'Set TRACELOOP_TRACE_CONTENT=true where the service starts (OpenLLMetry records content unless it is false).',
      library: 'openLlmetry',
    },
  ],
};
