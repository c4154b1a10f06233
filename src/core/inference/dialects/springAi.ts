import { span, type Dialect } from '../dialect.ts';

/** Spring AI (Micrometer): models are OTel GenAI; tools and vector stores have keys of their own. */
export const SPRING_AI: Dialect = {
  id: 'springAi',
  name: 'Spring AI',
  groups: [
    { side: 'input', rank: 'special', rows: [span('spring.ai.tool.call.arguments', 'value', 'arguments')] },
    { side: 'output', rank: 'special', rows: [span('spring.ai.tool.call.result', 'value', 'result')] },
    { side: 'input', rank: 'special', rows: [span('db.vector.query.content', 'value', 'query')] },
    { side: 'output', rank: 'special', rows: [span('db.vector.query.response.documents', 'documents', 'documents')] },
  ],
  facts: {
    conversationId: ['spring.ai.chat.client.conversation.id'],
    tool: ['spring.ai.tool.definition.name'],
    toolCallId: ['spring.ai.tool.call.id'],
  },
  kinds: [
    {
      key: 'spring.ai.kind',
      own: true,
      kinds: { chat_client: 'chain', advisor: 'chain', tool_call: 'tool', vector_store: 'retriever' },
    },
  ],
  families: [
    { prefix: 'spring.ai.tool.', kind: 'tool' },
    { prefix: 'db.vector.query.', kind: 'retriever' },
  ],
  parameters: [{ in: 'span', key: 'db.vector.query.top_k' }],
  evidence: { prefixes: ['spring.ai.'] },
  settings: [
    {
      scope: /^org\.springframework\.(?:ai|boot)/,
      cure:
        'Set spring.ai.chat.observations.log-prompt and log-completion to true: Spring AI writes content to the log, ' +
        'not to the span.',
      library: 'springAi',
    },
  ],
};
