import { event, log, type Dialect, type EventRoles } from '../dialect.ts';

const PROMPT_EVENTS: EventRoles = {
  'gen_ai.system.message': 'system',
  'gen_ai.user.message': 'user',
  'gen_ai.assistant.message': 'assistant',
  'gen_ai.tool.message': 'tool',
};
const CHOICE_EVENTS: EventRoles = { 'gen_ai.choice': 'assistant' };

/**
 * OpenTelemetry GenAI conventions v1.28 to v1.36: a log record with a body for each message. Semantic Kernel and Azure AI
 * Inference send them as span events with the body in `gen_ai.event.content`.
 */
export const OTEL_GEN_AI_128: Dialect = {
  id: 'otelGenAi128',
  name: 'OTel GenAI 1.28',
  groups: [
    { side: 'input', rank: 'typed', rows: [log(PROMPT_EVENTS, '', 'messageBody')] },
    { side: 'input', rank: 'typed', rows: [event(PROMPT_EVENTS, 'gen_ai.event.content', 'messageBody')] },
    { side: 'output', rank: 'typed', rows: [log(CHOICE_EVENTS, '', 'messageBody')] },
    { side: 'output', rank: 'typed', rows: [event(CHOICE_EVENTS, 'gen_ai.event.content', 'messageBody')] },
  ],
};
