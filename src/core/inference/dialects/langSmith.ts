import type { Dialect } from '../dialect.ts';

/** LangSmith's OTel export; the inputs and outputs of a run stand at keys of OTel GenAI 1.26. */
export const LANG_SMITH: Dialect = {
  id: 'langSmith',
  name: 'LangSmith',
  facts: {
    conversationId: ['langsmith.trace.session_id', 'langsmith.metadata.session_id', 'langsmith.metadata.thread_id'],
    model: ['langsmith.metadata.ls_model_name'],
    provider: ['langsmith.metadata.ls_provider'],
    'tokens.cachedInput': [{ key: 'langsmith.metadata.usage_metadata', field: 'input_token_details.cache_read' }],
    'tokens.cacheWrite': [{ key: 'langsmith.metadata.usage_metadata', field: 'input_token_details.cache_creation' }],
    'tokens.reasoning': [{ key: 'langsmith.metadata.usage_metadata', field: 'output_token_details.reasoning' }],
    tool: ['langsmith.trace.name', 'gen_ai.serialized.name'],
  },
  kinds: [
    {
      key: 'langsmith.span.kind',
      own: true,
      kinds: {
        llm: 'llm',
        chat: 'llm',
        chain: 'chain',
        tool: 'tool',
        retriever: 'retriever',
        embedding: 'embedding',
        prompt: 'chain',
        parser: 'chain',
      },
    },
  ],
  parameters: [
    { in: 'span', key: 'langsmith.metadata.ls_temperature' },
    { in: 'span', key: 'langsmith.metadata.ls_max_tokens' },
  ],
  evidence: { keys: ['langsmith.span.kind'] },
  settings: [
    {
      scope: /^langsmith/,
      cure: 'LangSmith records content unless LANGSMITH_HIDE_INPUTS or LANGSMITH_HIDE_OUTPUTS is true.',
      library: 'langSmith',
    },
  ],
};
