/** A program that calls a model by a real library and prints what was recorded. */
export interface InferenceProgram {
  /** Fixture: `test/fixtures/inference/FIXTURE.json`. */
  readonly fixture: string;
  /** Of a Python environment: `programs/python/requirements/ENVIRONMENT.txt`; or the Node one. */
  readonly environment: string;
  /** In `programs/python` or `programs/js`. */
  readonly file: string;
  readonly env?: Readonly<Record<string, string>>;
}

const CAPTURE = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT';

export const PROGRAMS: readonly InferenceProgram[] = [
  { fixture: 'otelGenAi/openai', environment: 'genai', file: 'genai_openai.py', env: { [CAPTURE]: 'SPAN_ONLY' } },
  {
    fixture: 'otelGenAi/openaiEvents',
    environment: 'genai',
    file: 'genai_openai.py',
    env: { [CAPTURE]: 'EVENT_ONLY' },
  },
  { fixture: 'otelGenAi/openaiNoContent', environment: 'genai', file: 'genai_openai.py' },
  {
    fixture: 'otelGenAi/googleGenAi',
    environment: 'google_genai',
    file: 'google_genai.py',
    env: { [CAPTURE]: 'SPAN_ONLY', OTEL_SEMCONV_STABILITY_OPT_IN: 'gen_ai_latest_experimental' },
  },
  { fixture: 'otelGenAi128/openai', environment: 'openai_v2', file: 'openai_v2.py', env: { [CAPTURE]: 'true' } },
  { fixture: 'openInference/openai', environment: 'openinference', file: 'openinference_openai.py' },
  { fixture: 'openInference/anthropic', environment: 'openinference', file: 'openinference_anthropic.py' },
  { fixture: 'openInference/langChain', environment: 'langchain', file: 'openinference_langchain.py' },
  { fixture: 'openLlmetry/traceloop', environment: 'traceloop', file: 'traceloop_openai.py' },
  { fixture: 'pydanticAi/agent', environment: 'pydantic', file: 'pydantic_ai_agent.py' },
  {
    fixture: 'pydanticAi/agentVersion2',
    environment: 'pydantic',
    file: 'pydantic_ai_agent.py',
    env: { FORMAT_VERSION: '2' },
  },
  { fixture: 'pydanticAi/logfireOpenai', environment: 'pydantic', file: 'logfire_openai.py' },
  { fixture: 'langSmith/langChain', environment: 'langchain', file: 'langsmith_langchain.py' },
  { fixture: 'langfuse/openai', environment: 'langfuse', file: 'langfuse_openai.py' },
  { fixture: 'mlflow/openai', environment: 'mlflow', file: 'mlflow_openai.py' },
  { fixture: 'liteLlm/completion', environment: 'litellm', file: 'litellm_sdk.py' },
  { fixture: 'semanticKernel/chat', environment: 'semantic_kernel', file: 'semantic_kernel_chat.py' },
  { fixture: 'vercelAi/mockModel', environment: 'node', file: 'vercel_ai.mjs' },
  {
    fixture: 'anthropicSdk/messages',
    environment: 'node',
    file: 'anthropic_sdk.mjs',
    env: { ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE: 'content' },
  },
];
