import { span, type Dialect } from '../dialect.ts';

/** MLflow's tracing: every value is the JSON text of a value. */
export const MLFLOW: Dialect = {
  id: 'mlflow',
  name: 'MLflow',
  groups: [
    { side: 'input', rank: 'typed', rows: [span('mlflow.spanInputs', 'chat', 'inputs')] },
    { side: 'output', rank: 'typed', rows: [span('mlflow.spanOutputs', 'chat', 'outputs', 'assistant')] },
    { side: 'tools', rank: 'typed', rows: [span('mlflow.chat.tools', 'tools', 'tool definition')] },
    { side: 'tools', rank: 'whole', rows: [span('mlflow.spanInputs', 'tools', 'tool definition')] },
    { side: 'schema', rank: 'whole', rows: [span('mlflow.spanInputs', 'outputSchema', 'output schema')] },
  ],
  facts: {
    model: ['mlflow.llm.model', { key: 'mlflow.spanInputs', field: 'model' }],
    modelVersion: ['mlflow.modelId'],
    provider: ['mlflow.llm.provider'],
    conversationId: ['mlflow.trace.session'],
    tool: ['mlflow.spanFunctionName'],
    'tokens.input': [{ key: 'mlflow.chat.tokenUsage', field: 'input_tokens' }],
    'tokens.output': [{ key: 'mlflow.chat.tokenUsage', field: 'output_tokens' }],
    'tokens.total': [{ key: 'mlflow.chat.tokenUsage', field: 'total_tokens' }],
    'tokens.cachedInput': [{ key: 'mlflow.chat.tokenUsage', field: 'cache_read_input_tokens' }],
    'tokens.cacheWrite': [{ key: 'mlflow.chat.tokenUsage', field: 'cache_creation_input_tokens' }],
  },
  kinds: [
    {
      key: 'mlflow.spanType',
      own: true,
      kinds: {
        llm: 'llm',
        chat_model: 'llm',
        tool: 'tool',
        agent: 'agent',
        retriever: 'retriever',
        chain: 'chain',
        workflow: 'chain',
        task: 'chain',
        embedding: 'embedding',
        reranker: 'reranker',
        parser: 'chain',
        memory: 'memory',
        guardrail: 'guardrail',
        evaluator: 'evaluator',
      },
    },
  ],
  families: [{ prefix: 'mlflow.span', kind: 'chain' }],
  evidence: { prefixes: ['mlflow.chat.', 'mlflow.llm.'] },
};
