// Keys of everything about a call that is not its content, newest name first: data only.

export const OPERATION_KEYS = ['gen_ai.operation.name', 'llm.request.type'] as const;

export const MODEL_KEYS = [
  'gen_ai.response.model',
  'gen_ai.request.model',
  'llm.response.model_name',
  'llm.request.model_name',
  'llm.model_name',
  'llm.response.model',
  'llm.request.model',
  'embedding.model_name',
  'reranker.model_name',
  'gen_ai.request.model_name',
  'model.name',
  'model_name',
  'ml.model.name',
  'model.id',
  'model',
] as const;

export const MODEL_VERSION_KEYS = ['model.version', 'model_version', 'ml.model.version', 'modelVersion'] as const;

export const PROVIDER_KEYS = ['gen_ai.provider.name', 'gen_ai.system', 'llm.provider', 'llm.system'] as const;

export const CONFIDENCE_KEYS = [
  'model.confidence',
  'prediction_confidence',
  'prediction.confidence',
  'confidence',
  'model.score',
] as const;

export const FINISH_KEYS = [
  'gen_ai.response.finish_reasons',
  'gen_ai.response.finish_reason',
  'llm.finish_reason',
] as const;

export const TOKEN_KEYS = {
  input: [
    'gen_ai.usage.input_tokens',
    'llm.token_count.prompt',
    'gen_ai.usage.prompt_tokens',
    'llm.usage.prompt_tokens',
  ],
  output: [
    'gen_ai.usage.output_tokens',
    'llm.token_count.completion',
    'gen_ai.usage.completion_tokens',
    'llm.usage.completion_tokens',
  ],
  total: ['gen_ai.usage.total_tokens', 'llm.token_count.total', 'llm.usage.total_tokens'],
  cachedInput: [
    'gen_ai.usage.cache_read.input_tokens',
    'gen_ai.usage.cache_read_input_tokens',
    'gen_ai.usage.cached_tokens',
    'gen_ai.usage.cache_read_tokens',
    'gen_ai.usage.details.cache_read_tokens',
    'llm.token_count.prompt_details.cache_read',
    'llm.token_count.prompt_details.cache_input',
  ],
  cacheWrite: [
    'gen_ai.usage.cache_write.input_tokens',
    'gen_ai.usage.cache_creation.input_tokens',
    'gen_ai.usage.cache_creation_input_tokens',
    'gen_ai.usage.details.cache_write_tokens',
    'llm.token_count.prompt_details.cache_write',
  ],
  reasoning: [
    'gen_ai.usage.reasoning.output_tokens',
    'gen_ai.usage.reasoning_tokens',
    'gen_ai.usage.details.reasoning_tokens',
    'llm.token_count.completion_details.reasoning',
  ],
} as const;

export const CONVERSATION_KEYS = [
  'gen_ai.conversation.id',
  'traceloop.association.properties.session_id',
  'session.id',
] as const;

export const RESPONSE_ID_KEYS = ['gen_ai.response.id'] as const;

export const AGENT_KEYS = ['gen_ai.agent.name', 'agent.name', 'agent_name'] as const;

export const TOOL_KEYS = ['gen_ai.tool.name', 'tool.name', 'traceloop.entity.name'] as const;

export const TOOL_CALL_KEYS = ['gen_ai.tool.call.id', 'tool.id', 'message.tool_call_id'] as const;

/** Keys that name a kind of call, in order of trust, with the kinds their values (lower case) stand for. */
export const KIND_KEYS: readonly { readonly key: string; readonly kinds: Readonly<Record<string, string>> }[] = [
  {
    key: 'openinference.span.kind',
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
    },
  },
  {
    key: 'gen_ai.operation.name',
    kinds: {
      chat: 'llm',
      text_completion: 'llm',
      generate_content: 'llm',
      completion: 'llm',
      generate: 'llm',
      fetch_response: 'llm',
      embeddings: 'embedding',
      retrieval: 'retriever',
      vector_db_retrieve: 'retriever',
      rerank: 'reranker',
      execute_tool: 'tool',
      invoke_agent: 'agent',
      create_agent: 'agent',
      agent_step: 'agent',
      plan: 'agent',
      invoke_workflow: 'chain',
      framework: 'chain',
      create_memory: 'memory',
      create_memory_store: 'memory',
      delete_memory: 'memory',
      delete_memory_store: 'memory',
      search_memory: 'memory',
      update_memory: 'memory',
      upsert_memory: 'memory',
      run_guardrail: 'guardrail',
      execute_guardrail: 'guardrail',
    },
  },
  { key: 'llm.request.type', kinds: { chat: 'llm', completion: 'llm', rerank: 'reranker', embedding: 'embedding' } },
  {
    key: 'traceloop.span.kind',
    kinds: { workflow: 'chain', task: 'chain', agent: 'agent', tool: 'tool', session: 'chain' },
  },
];

/** When no key names the kind: the first family of keys the span has a key of tells it. */
export const KIND_FAMILIES: readonly { readonly prefix: string; readonly kind: string }[] = [
  { prefix: 'gen_ai.tool.', kind: 'tool' },
  { prefix: 'tool.', kind: 'tool' },
  { prefix: 'reranker.', kind: 'reranker' },
  { prefix: 'gen_ai.retrieval.', kind: 'retriever' },
  { prefix: 'retrieval.documents.', kind: 'retriever' },
  { prefix: 'embedding.', kind: 'embedding' },
  { prefix: 'gen_ai.', kind: 'llm' },
  { prefix: 'llm.', kind: 'llm' },
  { prefix: 'traceloop.', kind: 'chain' },
  { prefix: 'model', kind: 'predict' },
  { prefix: 'prediction', kind: 'predict' },
  { prefix: 'features', kind: 'predict' },
  { prefix: 'ml.', kind: 'predict' },
];
