import { span, type Dialect } from '../dialect.ts';

/** Vercel's AI SDK up to version 6, and 7 in its legacy mode; version 7 else sends OTel GenAI. */
export const VERCEL_AI: Dialect = {
  id: 'vercelAi',
  name: 'Vercel AI SDK',
  groups: [
    { side: 'input', rank: 'typed', rows: [span('ai.prompt.messages', 'messages', 'message', 'user')] },
    { side: 'input', rank: 'typed', rows: [span('ai.prompt', 'messages', 'prompt', 'user')] },
    {
      side: 'output',
      rank: 'typed',
      rows: [
        span('ai.response.reasoning', 'reasoning', 'reasoning', 'assistant'),
        span('ai.response.text', 'text', 'message', 'assistant'),
        span('ai.response.object', 'value', 'object', 'assistant'),
        span('ai.response.toolCalls', 'toolCalls', 'tool call', 'assistant'),
        span('ai.response.files', 'parts', 'file', 'assistant'),
      ],
    },
    {
      side: 'output',
      rank: 'typed',
      rows: [
        span('ai.result.text', 'text', 'message', 'assistant'),
        span('ai.result.object', 'value', 'object', 'assistant'),
        span('ai.result.toolCalls', 'toolCalls', 'tool call', 'assistant'),
      ],
    },
    { side: 'tools', rank: 'typed', rows: [span('ai.prompt.tools', 'tools', 'tool definition')] },
    { side: 'schema', rank: 'typed', rows: [span('ai.schema', 'outputSchema', 'output schema')] },
    { side: 'input', rank: 'special', rows: [span('ai.toolCall.args', 'value', 'arguments')] },
    { side: 'output', rank: 'special', rows: [span('ai.toolCall.result', 'value', 'result')] },
    { side: 'input', rank: 'special', rows: [span('ai.value', 'value', 'text'), span('ai.values', 'value', 'texts')] },
    {
      side: 'output',
      rank: 'special',
      rows: [span('ai.embedding', 'vector', 'embedding'), span('ai.embeddings', 'vector', 'embeddings')],
    },
    { side: 'input', rank: 'special', rows: [span('ai.documents', 'documents', 'documents')] },
    { side: 'output', rank: 'special', rows: [span('ai.ranking', 'documents', 'ranking')] },
  ],
  facts: {
    operation: ['ai.operationId'],
    model: ['ai.response.model', 'ai.model.id'],
    provider: ['ai.model.provider'],
    finishReasons: ['ai.response.finishReason', 'ai.finishReason'],
    conversationId: ['ai.telemetry.metadata.sessionId'],
    responseId: ['ai.response.id'],
    agent: ['ai.telemetry.functionId'],
    tool: ['ai.toolCall.name'],
    toolCallId: ['ai.toolCall.id'],
    'tokens.input': ['ai.usage.inputTokens', 'ai.usage.promptTokens', 'ai.usage.tokens'],
    'tokens.output': ['ai.usage.outputTokens', 'ai.usage.completionTokens'],
    'tokens.total': ['ai.usage.totalTokens'],
    'tokens.cachedInput': ['ai.usage.cachedInputTokens', 'ai.usage.inputTokenDetails.cacheReadTokens'],
    'tokens.cacheWrite': ['ai.usage.inputTokenDetails.cacheWriteTokens'],
    'tokens.reasoning': ['ai.usage.reasoningTokens', 'ai.usage.outputTokenDetails.reasoningTokens'],
  },
  kinds: [
    {
      key: 'ai.operationId',
      own: true,
      kinds: {
        'ai.generatetext': 'agent',
        'ai.streamtext': 'agent',
        'ai.generateobject': 'chain',
        'ai.streamobject': 'chain',
        'ai.generatetext.dogenerate': 'llm',
        'ai.streamtext.dostream': 'llm',
        'ai.generateobject.dogenerate': 'llm',
        'ai.streamobject.dostream': 'llm',
        'ai.embed': 'chain',
        'ai.embedmany': 'chain',
        'ai.embed.doembed': 'embedding',
        'ai.embedmany.doembed': 'embedding',
        'ai.rerank': 'chain',
        'ai.rerank.dorerank': 'reranker',
        'ai.toolcall': 'tool',
      },
    },
  ],
  parameters: [
    { in: 'family', prefix: 'ai.settings.', except: [] },
    { in: 'span', key: 'ai.prompt.toolChoice' },
  ],
  evidence: {
    prefixes: ['ai.prompt.', 'ai.response.', 'ai.result.', 'ai.usage.', 'ai.toolCall.', 'ai.model.', 'ai.operationId'],
  },
  settings: [
    {
      scope: /^(?:ai|gen_ai)$/,
      cure: 'Set recordInputs and recordOutputs in the telemetry settings of the call (they are on unless set to false).',
    },
  ],
};
