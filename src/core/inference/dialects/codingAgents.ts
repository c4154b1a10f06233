import { event, span, type Dialect } from '../dialect.ts';

const CLAUDE_CODE = /^com\.anthropic\.claude_code|^claude_code/;

/** Coding agents of the same editor: Copilot (OTel GenAI with keys of its own beside) and Claude Code. */
export const CODING_AGENTS: Dialect = {
  id: 'codingAgents',
  name: 'Copilot and Claude Code',
  groups: [
    { side: 'input', rank: 'special', rows: [span('user_prompt', 'text', 'message', 'user')] },
    {
      side: 'output',
      rank: 'special',
      rows: [span('response.model_output', 'text', 'message', 'assistant')],
      only: { name: /^claude_code\./ },
    },
    {
      side: 'input',
      rank: 'special',
      rows: [span('tool_input', 'value', 'arguments')],
      only: { name: /^claude_code\./ },
    },
    { side: 'output', rank: 'special', rows: [event({ 'tool.output': '' }, 'output', 'value', 'result')] },
    { side: 'input', rank: 'special', rows: [span('copilot_chat.user_request', 'text', 'message', 'user')] },
    { side: 'input', rank: 'special', rows: [span('github.copilot.user_request', 'text', 'message', 'user')] },
  ],
  facts: {
    conversationId: ['copilot_chat.session_id', 'copilot_chat.chat_session_id'],
    tool: ['tool_name'],
    toolCallId: ['tool_use_id'],
    finishReasons: ['stop_reason'],
    'tokens.cachedInput': ['cache_read_tokens'],
    'tokens.cacheWrite': ['cache_creation_tokens'],
  },
  namedKinds: [
    { test: { name: /^claude_code\.interaction$/ }, kind: 'agent' },
    { test: { name: /^claude_code\.llm_request$/ }, kind: 'llm' },
    { test: { name: /^claude_code\.tool(?:\.|$)/ }, kind: 'tool' },
  ],
  evidence: { keys: ['user_prompt_length'], prefixes: ['copilot_chat.', 'github.copilot.'] },
  settings: [
    {
      scope: /copilot/i,
      cure: 'Set COPILOT_OTEL_CAPTURE_CONTENT=true, or the setting github.copilot.chat.otel.captureContent.',
      library: 'copilot',
    },
    {
      scope: CLAUDE_CODE,
      cure: 'Set OTEL_LOG_USER_PROMPTS=1 for prompts and OTEL_LOG_TOOL_DETAILS=1, OTEL_LOG_TOOL_CONTENT=1 for tools.',
      library: 'claudeCode',
    },
  ],
  marks: [{ text: /^<REDACTED>$/, means: 'redacted', cure: 'Claude Code left it out: set OTEL_LOG_USER_PROMPTS=1.' }],
};
