// Where each convention keeps how long the parts of a call took: data only. A new dialect is new rows; of one fact the
// first row that a span has wins, so the more exact source stands first.

/** What a figure is in. `guess`: no convention says; the span's own length decides. */
export type TimeUnit = 's' | 'ms' | 'us' | 'ns' | 'guess';

/**
 * What a figure tells. Lengths of parts, but: `firstToken` and `firstChunk` count from the span's start, `total` is the
 * whole call, `perToken` the time of one output token, `rate` output tokens per second.
 */
export type TimingFact =
  | 'firstToken'
  | 'firstChunk'
  | 'total'
  | 'validation'
  | 'preprocess'
  | 'queue'
  | 'prefill'
  | 'decode'
  | 'inference'
  | 'postprocess'
  | 'perToken'
  | 'rate';

export interface TimingKey {
  readonly key: string;
  readonly fact: TimingFact;
  readonly unit: TimeUnit;
}

const row = (key: string, fact: TimingFact, unit: TimeUnit): TimingKey => ({ key, fact, unit });

export const TIMING_KEYS: readonly TimingKey[] = [
  // vLLM, SGLang, TensorRT-LLM. What the server measured comes before what a client saw.
  row('gen_ai.latency.time_to_first_token', 'firstToken', 's'),
  row('gen_ai.latency.time_in_queue', 'queue', 's'),
  row('gen_ai.latency.time_in_model_prefill', 'prefill', 's'),
  row('gen_ai.latency.time_in_model_decode', 'decode', 's'),
  row('gen_ai.latency.time_in_model_inference', 'inference', 's'),
  row('gen_ai.latency.e2e', 'total', 's'),
  // OTel GenAI, and OpenLIT, which puts the server metrics on spans.
  row('gen_ai.server.time_to_first_token', 'firstToken', 's'),
  row('gen_ai.server.time_per_output_token', 'perToken', 's'),
  row('gen_ai.response.time_to_first_chunk', 'firstChunk', 's'),
  row('gen_ai.client.operation.time_to_first_chunk', 'firstChunk', 's'),
  row('gen_ai.client.operation.duration', 'total', 's'),
  row('gen_ai.server.request.duration', 'total', 's'),
  // Vercel AI SDK.
  row('ai.response.msToFirstChunk', 'firstChunk', 'ms'),
  row('ai.response.msToFinish', 'total', 'ms'),
  row('ai.response.avgOutputTokensPerSecond', 'rate', 'guess'),
  row('ai.response.avgCompletionTokensPerSecond', 'rate', 'guess'),
  // LiteLLM.
  row('litellm.preprocessing.duration_ms', 'preprocess', 'ms'),
  // TGI writes texts with units (Rust's Duration); others write numbers under the same names.
  row('validation_time', 'validation', 'guess'),
  row('queue_time', 'queue', 'guess'),
  row('inference_time', 'inference', 'guess'),
  row('time_per_token', 'perToken', 'guess'),
];

/** Words that plain services use, alone or with the unit behind (`preprocess_time_ms`, `ttft_seconds`). */
export const PLAIN_TIMINGS: Readonly<Record<string, TimingFact>> = {
  time_to_first_token: 'firstToken',
  ttft: 'firstToken',
  time_to_first_chunk: 'firstChunk',
  queue_time: 'queue',
  time_in_queue: 'queue',
  prefill_time: 'prefill',
  decode_time: 'decode',
  inference_time: 'inference',
  preprocess_time: 'preprocess',
  preprocessing_time: 'preprocess',
  postprocess_time: 'postprocess',
  postprocessing_time: 'postprocess',
  tokens_per_second: 'rate',
};

/** What a key's end says of the unit. */
export const UNIT_SUFFIXES: Readonly<Record<string, TimeUnit>> = {
  _ns: 'ns',
  '.ns': 'ns',
  _us: 'us',
  _µs: 'us',
  '.us': 'us',
  _ms: 'ms',
  '.ms': 'ms',
  _s: 's',
  _sec: 's',
  _secs: 's',
  _seconds: 's',
};

/** Dates (ISO 8601) at which the first of the answer was there. */
export const FIRST_TOKEN_DATES: readonly string[] = ['langfuse.observation.completion_start_time'];

/** Phases between two dates. */
export const DATED_PHASES: readonly { readonly name: string; readonly start: string; readonly end: string }[] = [
  // Logfire on FastAPI's request spans.
  {
    name: 'validate arguments',
    start: 'fastapi.arguments.start_timestamp',
    end: 'fastapi.arguments.end_timestamp',
  },
  {
    name: 'endpoint function',
    start: 'fastapi.endpoint_function.start_timestamp',
    end: 'fastapi.endpoint_function.end_timestamp',
  },
];

/** Events at the first of a streamed answer; of those that come with every piece the earliest is it. */
export const FIRST_TOKEN_EVENTS: ReadonlyMap<string, 'firstToken' | 'firstChunk'> = new Map([
  ['First Token Stream Event', 'firstToken'],
  ['gen_ai.first_token', 'firstToken'],
  ['first_token', 'firstToken'],
  ['ai.stream.firstChunk', 'firstChunk'],
  ['gen_ai.content.chunk', 'firstChunk'],
  ['gen_ai.content.completion.chunk', 'firstChunk'],
  ['llm.content.completion.chunk', 'firstChunk'],
  ['first_chunk', 'firstChunk'],
  ['mlflow.chunk.item.0', 'firstChunk'],
  // ASGI messages as events.
  ['http.response.body', 'firstChunk'],
  ['websocket.send', 'firstChunk'],
]);

/** Triton's events with absolute times; the first of each name counts. */
export const TRITON_PHASES: readonly { readonly name: string; readonly start: string; readonly end: string }[] = [
  { name: 'receive', start: 'HTTP_RECV_START', end: 'HTTP_RECV_END' },
  { name: 'receive', start: 'GRPC_WAITREAD_START', end: 'GRPC_WAITREAD_END' },
  { name: 'queue', start: 'QUEUE_START', end: 'COMPUTE_START' },
  { name: 'compute input', start: 'COMPUTE_START', end: 'COMPUTE_INPUT_END' },
  { name: 'infer', start: 'COMPUTE_INPUT_END', end: 'COMPUTE_OUTPUT_START' },
  { name: 'compute output', start: 'COMPUTE_OUTPUT_START', end: 'COMPUTE_END' },
  { name: 'respond', start: 'COMPUTE_END', end: 'REQUEST_END' },
  { name: 'send', start: 'HTTP_SEND_START', end: 'HTTP_SEND_END' },
  { name: 'send', start: 'GRPC_SEND_START', end: 'GRPC_SEND_END' },
];

const BY_KEY: ReadonlyMap<string, TimingKey & { readonly rank: number }> = new Map(
  TIMING_KEYS.map((entry, rank) => [entry.key, { ...entry, rank }]),
);
const DATES: ReadonlySet<string> = new Set([
  ...FIRST_TOKEN_DATES,
  ...DATED_PHASES.flatMap(({ start, end }) => [start, end]),
]);
const SUFFIX = /(?:_ns|\.ns|_us|_µs|\.us|_ms|\.ms|_s|_sec|_secs|_seconds)$/;

/** What a key tells of time, with its place in the order of trust; undefined for keys that tell nothing. */
export function timingKeyOf(key: string): (TimingKey & { readonly rank: number }) | undefined {
  const known = BY_KEY.get(key);
  if (known !== undefined) return known;
  const suffix = SUFFIX.exec(key)?.[0] ?? '';
  const base = suffix === '' ? key : key.slice(0, -suffix.length);
  const fact = Object.hasOwn(PLAIN_TIMINGS, base) ? PLAIN_TIMINGS[base] : undefined;
  if (fact === undefined || (fact === 'rate' && suffix !== '')) return undefined;
  return { key, fact, unit: UNIT_SUFFIXES[suffix] ?? 'guess', rank: TIMING_KEYS.length };
}

/** Whether `readCallTiming` reads the key: asked once for each key of a segment. */
export function isTimingKey(key: string): boolean {
  return timingKeyOf(key) !== undefined || DATES.has(key);
}
