import { span, type Dialect } from '../dialect.ts';

/** The Anthropic SDKs' own spans: OTel GenAI with some keys of their own. */
export const ANTHROPIC_SDK: Dialect = {
  id: 'anthropicSdk',
  name: 'Anthropic SDK',
  groups: [{ side: 'output', rank: 'special', rows: [span('anthropic.tool_result.content', 'value', 'result')] }],
  facts: {
    finishReasons: ['anthropic.message.stop_reason'],
    'tokens.input': ['anthropic.message.count_tokens.input_tokens'],
  },
  parameters: [{ in: 'family', prefix: 'anthropic.thinking.', except: [] }],
  evidence: { prefixes: ['anthropic.message.', 'anthropic.thinking.', 'anthropic.tool_result.'] },
  settings: [
    {
      scope: /^com\.anthropic\.(?:sdk|claude-platform)/,
      cure: 'Set ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE=content where the service starts.',
      library: 'anthropicSdk',
    },
  ],
};
