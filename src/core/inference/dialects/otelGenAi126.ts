import { event, span, type Dialect } from '../dialect.ts';

/**
 * OpenTelemetry GenAI conventions v1.26 and v1.27: prompt and completion as JSON text on two span events, or (deprecated)
 * on the span itself, where LangSmith still has the inputs and outputs of a run.
 */
export const OTEL_GEN_AI_126: Dialect = {
  id: 'otelGenAi126',
  name: 'OTel GenAI 1.26',
  groups: [
    {
      side: 'input',
      rank: 'typed',
      rows: [event({ 'gen_ai.content.prompt': 'user' }, 'gen_ai.prompt', 'messages')],
    },
    {
      side: 'output',
      rank: 'typed',
      rows: [event({ 'gen_ai.content.completion': 'assistant' }, 'gen_ai.completion', 'messages')],
    },
    { side: 'input', rank: 'typed', rows: [span('gen_ai.prompt', 'messages', 'prompt')] },
    { side: 'output', rank: 'typed', rows: [span('gen_ai.completion', 'messages', 'completion')] },
  ],
  facts: {
    'tokens.input': ['gen_ai.usage.prompt_tokens'],
    'tokens.output': ['gen_ai.usage.completion_tokens'],
  },
};
