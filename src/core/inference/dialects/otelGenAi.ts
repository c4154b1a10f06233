import { log, span, type Dialect, type EventRoles } from '../dialect.ts';

const OPERATION_DETAILS: EventRoles = { 'gen_ai.client.inference.operation.details': '' };

/**
 * OpenTelemetry GenAI conventions from v1.37 on: messages on the span, or on the log event
 * `gen_ai.client.inference.operation.details`; tools, retrieval and agents.
 */
export const OTEL_GEN_AI: Dialect = {
  id: 'otelGenAi',
  name: 'OTel GenAI',
  groups: [
    { side: 'system', rank: 'typed', rows: [span('gen_ai.system_instructions', 'parts', 'message', 'system')] },
    { side: 'system', rank: 'typed', rows: [log(OPERATION_DETAILS, 'gen_ai.system_instructions', 'parts', 'system')] },
    { side: 'input', rank: 'typed', rows: [span('gen_ai.input.messages', 'messages', 'message', 'user')] },
    { side: 'input', rank: 'typed', rows: [log(OPERATION_DETAILS, 'gen_ai.input.messages', 'messages', 'user')] },
    { side: 'output', rank: 'typed', rows: [span('gen_ai.output.messages', 'messages', 'message', 'assistant')] },
    {
      side: 'output',
      rank: 'typed',
      rows: [log(OPERATION_DETAILS, 'gen_ai.output.messages', 'messages', 'assistant')],
    },
    { side: 'tools', rank: 'typed', rows: [span('gen_ai.tool.definitions', 'tools', 'tool definition')] },
    { side: 'tools', rank: 'typed', rows: [log(OPERATION_DETAILS, 'gen_ai.tool.definitions', 'tools')] },
    { side: 'input', rank: 'special', rows: [span('gen_ai.tool.call.arguments', 'value', 'arguments')] },
    { side: 'output', rank: 'special', rows: [span('gen_ai.tool.call.result', 'value', 'result')] },
    { side: 'input', rank: 'special', rows: [span('gen_ai.retrieval.query.text', 'value', 'query')] },
    { side: 'output', rank: 'special', rows: [span('gen_ai.retrieval.documents', 'documents', 'documents')] },
    { side: 'input', rank: 'special', rows: [span('gen_ai.memory.query.text', 'value', 'query')] },
    { side: 'output', rank: 'special', rows: [span('gen_ai.memory.records', 'documents', 'documents')] },
    // Content that was uploaded elsewhere: at least where it is.
    {
      side: 'input',
      rank: 'whole',
      rows: [
        span('gen_ai.system_instructions_ref', 'value', 'reference'),
        span('gen_ai.input.messages_ref', 'value', 'reference'),
        span('gen_ai.input.messages.ref', 'value', 'reference'),
      ],
    },
    {
      side: 'output',
      rank: 'whole',
      rows: [
        span('gen_ai.output.messages_ref', 'value', 'reference'),
        span('gen_ai.output.messages.ref', 'value', 'reference'),
      ],
    },
  ],
  facts: {
    operation: ['gen_ai.operation.name'],
    model: ['gen_ai.response.model', 'gen_ai.request.model', 'gen_ai.request.model_name'],
    provider: ['gen_ai.provider.name', 'gen_ai.system'],
    confidence: ['gen_ai.evaluation.score.value'],
    finishReasons: ['gen_ai.response.finish_reasons', 'gen_ai.response.finish_reason'],
    conversationId: ['gen_ai.conversation.id'],
    responseId: ['gen_ai.response.id'],
    agent: ['gen_ai.agent.name'],
    tool: ['gen_ai.tool.name'],
    toolCallId: ['gen_ai.tool.call.id'],
    'tokens.input': ['gen_ai.usage.input_tokens'],
    'tokens.output': ['gen_ai.usage.output_tokens'],
    'tokens.total': ['gen_ai.usage.total_tokens'],
    'tokens.cachedInput': [
      'gen_ai.usage.cache_read.input_tokens',
      'gen_ai.usage.cache_read_input_tokens',
      'gen_ai.usage.cached_tokens',
      'gen_ai.usage.cache_read_tokens',
    ],
    'tokens.cacheWrite': [
      'gen_ai.usage.cache_write.input_tokens',
      'gen_ai.usage.cache_creation.input_tokens',
      'gen_ai.usage.cache_creation_input_tokens',
    ],
    'tokens.reasoning': ['gen_ai.usage.reasoning.output_tokens', 'gen_ai.usage.reasoning_tokens'],
  },
  kinds: [
    { key: 'mcp.method.name', kinds: { 'tools/call': 'tool', 'resources/read': 'retriever' } },
    {
      key: 'gen_ai.operation.name',
      kinds: {
        chat: 'llm',
        text_completion: 'llm',
        generate_content: 'llm',
        completion: 'llm',
        generate: 'llm',
        fetch_response: 'llm',
        image_generation: 'llm',
        embeddings: 'embedding',
        retrieval: 'retriever',
        vector_db_retrieve: 'retriever',
        rerank: 'reranker',
        execute_tool: 'tool',
        invoke_agent: 'agent',
        create_agent: 'agent',
        agent_step: 'agent',
        plan: 'agent',
        invoke_workflow: 'chain',
        execute_task: 'chain',
        framework: 'chain',
        create_memory: 'memory',
        create_memory_store: 'memory',
        delete_memory: 'memory',
        delete_memory_store: 'memory',
        search_memory: 'memory',
        update_memory: 'memory',
        upsert_memory: 'memory',
        run_guardrail: 'guardrail',
        execute_guardrail: 'guardrail',
      },
    },
  ],
  families: [
    { prefix: 'mcp.', kind: 'mcp' },
    { prefix: 'gen_ai.tool.', kind: 'tool' },
    { prefix: 'gen_ai.retrieval.', kind: 'retriever' },
    { prefix: 'gen_ai.evaluation.', kind: 'evaluator' },
    { prefix: 'gen_ai.memory.', kind: 'memory' },
    { prefix: 'gen_ai.', kind: 'llm' },
  ],
  parameters: [
    { in: 'family', prefix: 'gen_ai.request.', except: ['model', 'model_name', 'structured_output_schema', 'id'] },
    { in: 'span', key: 'gen_ai.output.type' },
    { in: 'span', key: 'gen_ai.retrieval.top_k' },
  ],
  evidence: { keys: ['mcp.method.name'], prefixes: ['gen_ai.'] },
  settings: [
    {
      scope: /^opentelemetry\.(?:instrumentation\.(?:openai_v2|google_genai|vertexai|genai)|util\.genai)/,
      cure:
        'Set OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true (SPAN_AND_EVENT in newer releases) where the ' +
        'service starts; what goes to log records needs a log exporter as well.',
      library: 'genAiPythonBefore1',
      // What takes the newer values writes this key, and its elders `gen_ai.system`.
      ifKey: { key: 'gen_ai.provider.name', library: 'genAiPython' },
    },
    {
      scope: /^@opentelemetry\/instrumentation-(?:openai|aws-sdk)/,
      cure:
        'Set OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true where the service starts; content goes to log ' +
        'records, which need a log exporter.',
      library: 'genAiNode',
    },
    {
      scope: /^io\.opentelemetry\./,
      cure:
        'Set OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true, or ' +
        '-Dotel.instrumentation.genai.capture-message-content=true; content goes to log records, which need a log exporter.',
      library: 'genAiJava',
    },
  ],
};
