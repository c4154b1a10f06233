import { span, type Dialect } from '../dialect.ts';

/** vLLM, SGLang and TensorRT-LLM: usage, latencies and parameters of a request, never its content. */
export const LLM_SERVERS: Dialect = {
  id: 'llmServers',
  name: 'vLLM and SGLang',
  facts: {
    responseId: ['gen_ai.request.id', 'rid'],
    'tokens.cachedInput': ['cached_tokens'],
  },
  namedKinds: [{ test: { name: /^llm_request$/ }, kind: 'llm' }],
  families: [{ prefix: 'gen_ai.latency.', kind: 'llm' }],
  parameters: [{ in: 'span', key: 'gen_ai.usage.num_sequences' }],
  settings: [
    {
      scope: /^(?:vllm\.|sglang|tensorrt)/,
      cure: 'The serving engine never records prompts and answers: instrument the client that calls it.',
    },
  ],
};

/** Text Generation Inference. */
export const TGI: Dialect = {
  id: 'tgi',
  name: 'TGI',
  facts: {},
  parameters: [
    { in: 'span', key: 'parameters' },
    { in: 'span', key: 'seed' },
  ],
  families: [{ prefix: 'time_per_token', kind: 'llm' }],
  evidence: { keys: ['time_per_token', 'validation_time', 'inference_time'] },
  settings: [
    {
      scope: /^(?:text[-_]generation|opentelemetry-otlp$)/,
      cure: 'The serving engine never records prompts and answers: instrument the client that calls it.',
    },
  ],
};

/** NVIDIA Triton. */
export const TRITON: Dialect = {
  id: 'triton',
  name: 'Triton',
  groups: [
    { side: 'input', rank: 'beside', rows: [span('triton.request.inputs', 'tensor', 'inputs')] },
    { side: 'output', rank: 'beside', rows: [span('triton.response.outputs', 'tensor', 'outputs')] },
  ],
  facts: {
    model: ['triton.model_name'],
    modelVersion: ['triton.model_version'],
    responseId: ['triton.request_id'],
  },
  families: [{ prefix: 'triton.', kind: 'predict' }],
  evidence: { prefixes: ['triton.'] },
};
