import { span, type Dialect } from '../dialect.ts';

/** Google's ADK. */
export const GOOGLE_ADK: Dialect = {
  id: 'googleAdk',
  name: 'Google ADK',
  groups: [
    { side: 'input', rank: 'typed', rows: [span('gcp.vertex.agent.llm_request', 'messages', 'request', 'user')] },
    {
      side: 'output',
      rank: 'typed',
      rows: [span('gcp.vertex.agent.llm_response', 'messages', 'response', 'assistant')],
    },
    { side: 'tools', rank: 'whole', rows: [span('gcp.vertex.agent.llm_request', 'tools', 'tool definition')] },
    { side: 'input', rank: 'special', rows: [span('gcp.vertex.agent.tool_call_args', 'value', 'arguments')] },
    { side: 'output', rank: 'special', rows: [span('gcp.vertex.agent.tool_response', 'value', 'result')] },
    { side: 'input', rank: 'special', rows: [span('gcp.vertex.agent.data', 'chat', 'data', 'user')] },
  ],
  facts: {
    conversationId: ['gcp.vertex.agent.session_id'],
    model: [{ key: 'gcp.vertex.agent.llm_request', field: 'model' }],
  },
  families: [{ prefix: 'gcp.vertex.agent.', kind: 'llm' }],
  evidence: { prefixes: ['gcp.vertex.agent.'] },
  settings: [
    {
      scope: /^(?:gcp\.vertex\.agent|google\.adk)/,
      cure: 'Google ADK records content unless ADK_CAPTURE_MESSAGE_CONTENT_IN_SPANS=false.',
      library: 'googleAdk',
    },
  ],
};

/** Genkit. */
export const GENKIT: Dialect = {
  id: 'genkit',
  name: 'Genkit',
  groups: [
    { side: 'input', rank: 'typed', rows: [span('genkit:input', 'chat', 'input', 'user')] },
    { side: 'output', rank: 'typed', rows: [span('genkit:output', 'chat', 'output', 'assistant')] },
    { side: 'tools', rank: 'whole', rows: [span('genkit:input', 'tools', 'tool definition')] },
  ],
  facts: { model: ['genkit:name'], tool: ['genkit:name'] },
  kinds: [
    {
      key: 'genkit:metadata:subtype',
      own: true,
      kinds: {
        model: 'llm',
        tool: 'tool',
        retriever: 'retriever',
        embedder: 'embedding',
        flow: 'chain',
        agent: 'agent',
      },
    },
  ],
  families: [{ prefix: 'genkit:', kind: 'chain' }],
  evidence: { prefixes: ['genkit:'] },
};

/** LiveKit Agents. */
export const LIVE_KIT: Dialect = {
  id: 'liveKit',
  name: 'LiveKit',
  groups: [
    { side: 'input', rank: 'typed', rows: [span('lk.chat_ctx', 'messages', 'message', 'user')] },
    { side: 'output', rank: 'typed', rows: [span('lk.response.text', 'text', 'message', 'assistant')] },
    { side: 'input', rank: 'special', rows: [span('lk.function_tool.arguments', 'value', 'arguments')] },
    { side: 'output', rank: 'special', rows: [span('lk.function_tool.output', 'value', 'result')] },
    { side: 'input', rank: 'special', rows: [span('lk.user_input', 'text', 'message', 'user')] },
  ],
  facts: {
    agent: ['lk.agent_name', 'lk.agent_label'],
    tool: ['lk.function_tool.name'],
    toolCallId: ['lk.function_tool.id'],
  },
  families: [
    { prefix: 'lk.function_tool.', kind: 'tool' },
    { prefix: 'lk.chat_ctx', kind: 'llm' },
  ],
  evidence: { prefixes: ['lk.chat_ctx', 'lk.response.', 'lk.function_tool.'] },
};
