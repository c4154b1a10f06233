import { span, type Dialect } from '../dialect.ts';

/** Of `raw_gen_ai_request`: what went over the wire, by the provider's name. */
const PROVIDERS = ['openai', 'anthropic', 'azure', 'gemini', 'bedrock', 'ollama', 'mistral'] as const;

/** LiteLLM's SDK and proxy: OpenLLMetry's keys in version 1, OTel GenAI in version 2. */
export const LITE_LLM: Dialect = {
  id: 'liteLlm',
  name: 'LiteLLM',
  groups: [
    {
      side: 'input',
      rank: 'whole',
      rows: PROVIDERS.map((name) => span(`llm.${name}.messages`, 'chat', 'messages', 'user')),
    },
    {
      side: 'output',
      rank: 'whole',
      rows: PROVIDERS.flatMap((name) => [
        span(`llm.${name}.choices`, 'messages', 'choices', 'assistant'),
        span(`llm.${name}.content`, 'parts', 'content', 'assistant'),
      ]),
    },
  ],
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
      library: 'liteLlm',
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
