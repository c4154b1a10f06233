import type { Dialect } from '../dialect.ts';

/** LiteLLM's SDK and proxy: OpenLLMetry's keys in version 1, OTel GenAI in version 2. */
export const LITE_LLM: Dialect = {
  name: 'LiteLLM',
  facts: { conversationId: ['metadata.session_id'], provider: ['llm.custom_llm_provider'] },
  namedKinds: [
    { test: { scope: /litellm/, name: /^(?:litellm_request|raw_gen_ai_request)$/ }, kind: 'llm' },
    { test: { scope: /litellm/, name: /^Received Proxy Server Request$/ }, kind: 'chain' },
  ],
  evidence: { prefixes: ['litellm.'] },
  settings: [
    {
      scope: /^litellm/,
      cure: 'LiteLLM records messages unless turn_off_message_logging is set; version 2 needs capture of content switched on.',
    },
  ],
  marks: [
    {
      text: /redacted-by-litellm/,
      means: 'redacted',
      cure: 'LiteLLM left it out: turn_off_message_logging (or a header of the request) says so.',
    },
    {
      text: /\(litellm_truncated/,
      means: 'shortened',
      cure: 'LiteLLM shortened it before it was sent: raise MAX_STRING_LENGTH_PROMPT_IN_DB.',
    },
  ],
};
