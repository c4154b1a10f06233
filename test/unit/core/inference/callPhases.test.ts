import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCallTiming, type CallTiming } from '../../../../src/core/inference/callPhases.ts';
import type { AttributeValue } from '../../../../src/core/model/attributes.ts';
import type { NanosText } from '../../../../src/core/model/time.ts';
import { modelCallOfAttributes } from './modelCallOf.ts';

const START = '1763697600000000000' as NanosText;
const MS = 1e6;

function valueOf(value: string | number): AttributeValue {
  return typeof value === 'string' ? { type: 'string', value } : { type: 'double', value };
}

interface Told {
  readonly ms?: number;
  readonly attributes?: Readonly<Record<string, string | number>>;
  /** Milliseconds from the span's start. */
  readonly events?: readonly (readonly [name: string, ms: number])[];
  readonly outputTokens?: number;
}

function timingOf({ ms = 1000, attributes = {}, events = [], outputTokens }: Told): CallTiming | undefined {
  return readCallTiming({
    start: START,
    durationNs: ms * MS,
    attributes: Object.entries(attributes).map(([key, value]) => ({ key, value: valueOf(value) })),
    events: events.map(([name, at]) => ({ name, offsetNs: at * MS })),
    ...(outputTokens === undefined ? {} : { outputTokens }),
  });
}

/** Phases as lines: name, begin, length (ms), `=` when the length was measured and `~` when it was computed. */
function drawn(timing: CallTiming | undefined): readonly string[] {
  const round = (ns: number): string => String(Math.round(ns / 1e3) / 1e3);
  return (timing?.phases ?? []).map(
    ({ name, startNs, durationNs, exact, assumedPlace }) =>
      `${name} ${round(startNs)}+${round(durationNs)} ${exact ? '=' : '~'}${assumedPlace === true ? '?' : ''}`,
  );
}

const VLLM = {
  'gen_ai.latency.time_in_queue': 0.05,
  'gen_ai.latency.time_to_first_token': 0.3,
  'gen_ai.latency.e2e': 0.9,
  'gen_ai.latency.time_in_model_prefill': 0.2,
  'gen_ai.latency.time_in_model_decode': 0.6,
  'gen_ai.latency.time_in_model_inference': 0.8,
};

void test('vLLM: prefill ends at the first token, the queue before it, the rest is computed', () => {
  const timing = timingOf({ attributes: VLLM, outputTokens: 61 });
  assert.deepEqual(drawn(timing), [
    'admission 0+50 ~',
    'queue 50+50 =',
    'prefill 100+200 =',
    'decode 300+600 =',
    'finish 900+100 ~',
  ]);
  assert.deepEqual(timing?.firstToken, {
    offsetNs: 300 * MS,
    exact: true,
    from: 'gen_ai.latency.time_to_first_token',
  });
  assert.deepEqual(timing.tokensPerSecond, {
    value: 100,
    exact: false,
    from: 'output tokens after the first ÷ decode',
  });
  assert.deepEqual(timing.notes, []);
});

function without(attributes: Readonly<Record<string, number>>, ...keys: readonly string[]): Record<string, number> {
  return Object.fromEntries(Object.entries(attributes).filter(([key]) => !keys.includes(key)));
}

void test('SGLang and TensorRT-LLM: what one of them leaves out is computed from the others', () => {
  const few = without(VLLM, 'gen_ai.latency.time_in_model_prefill', 'gen_ai.latency.time_in_model_decode');
  assert.deepEqual(drawn(timingOf({ attributes: few })), [
    'queue 0+50 =',
    'prefill 50+250 ~',
    'decode 300+600 ~',
    'finish 900+100 ~',
  ]);
  const noFirst = without(VLLM, 'gen_ai.latency.time_to_first_token');
  assert.deepEqual(drawn(timingOf({ attributes: noFirst })), [
    'queue 0+50 =?',
    'prefill 50+200 =?',
    'decode 250+600 =?',
  ]);
});

void test('OTel GenAI: time to the first token or chunk splits the span in two', () => {
  const server = timingOf({ attributes: { 'gen_ai.server.time_to_first_token': 0.25 }, outputTokens: 31 });
  assert.deepEqual(drawn(server), ['to first token 0+250 =', 'decode 250+750 ~']);
  assert.equal(server?.tokensPerSecond?.value, 40);
  const client = timingOf({ attributes: { 'gen_ai.response.time_to_first_chunk': '0.25' } });
  assert.deepEqual(drawn(client), ['to first chunk 0+250 =', 'stream 250+750 ~']);
  const perToken = timingOf({ attributes: { 'gen_ai.server.time_per_output_token': 0.02 } });
  assert.equal(perToken, undefined, 'a rate alone is no time inside the call');
});

void test('Vercel AI SDK: milliseconds, and tokens per second as it says them', () => {
  const timing = timingOf({
    attributes: {
      'ai.response.msToFirstChunk': 120.5,
      'ai.response.msToFinish': 900,
      'ai.response.avgOutputTokensPerSecond': 51.2,
    },
    events: [['ai.stream.firstChunk', 121]],
    outputTokens: 40,
  });
  assert.deepEqual(drawn(timing), ['to first chunk 0+121 =', 'stream 121+779 ~']);
  assert.deepEqual(timing?.tokensPerSecond, {
    value: 51.2,
    exact: true,
    from: 'ai.response.avgOutputTokensPerSecond',
  });
});

void test('TGI: texts with units, one behind the other in the order of its router', () => {
  const timing = timingOf({
    attributes: {
      validation_time: '850µs',
      queue_time: '12.3ms',
      inference_time: '0.9s',
      time_per_token: '20ms',
      total_time: '1s',
    },
  });
  assert.deepEqual(drawn(timing), ['validation 0+0.85 =?', 'queue 0.85+12.3 =?', 'inference 13.15+900 =?']);
  assert.deepEqual(timing?.tokensPerSecond, { value: 50, exact: false, from: '1 ÷ time_per_token' });
});

void test('Triton: phases between its events, whatever order they came in', () => {
  const timing = timingOf({
    events: [
      ['COMPUTE_END', 900],
      ['REQUEST_START', 0],
      ['QUEUE_START', 10],
      ['COMPUTE_START', 210],
      ['COMPUTE_INPUT_END', 250],
      ['COMPUTE_OUTPUT_START', 880],
      ['REQUEST_END', 1000],
      ['HTTP_RECV_START', 0],
      ['HTTP_RECV_END', 8],
    ],
  });
  assert.deepEqual(drawn(timing), [
    'receive 0+8 =',
    'queue 10+200 =',
    'compute input 210+40 =',
    'infer 250+630 =',
    'compute output 880+20 =',
    'respond 900+100 =',
  ]);
  assert.equal(timing?.phases[1]?.from, 'QUEUE_START → COMPUTE_START');
});

void test('Langfuse: the first token as a date, also in quotes twice', () => {
  const key = 'langfuse.observation.completion_start_time';
  for (const text of [
    '2025-11-21T04:00:00.250500Z',
    '"2025-11-21T04:00:00.250500+00:00"',
    '"\\"2025-11-21T04:00:00.2505Z\\""',
  ]) {
    const timing = timingOf({ attributes: { [key]: text } });
    assert.deepEqual(drawn(timing), ['to first token 0+250.5 =', 'decode 250.5+749.5 ~'], text);
  }
  assert.equal(timingOf({ attributes: { [key]: 'soon' } }), undefined);
  assert.equal(timingOf({ attributes: { [key]: '2025-11-20T04:00:00Z' } }), undefined, 'before the span');
});

void test('Logfire on FastAPI: phases between dates', () => {
  const timing = timingOf({
    attributes: {
      'fastapi.arguments.start_timestamp': '2025-11-21T04:00:00.010000Z',
      'fastapi.arguments.end_timestamp': '2025-11-21T04:00:00.030000Z',
      'fastapi.endpoint_function.start_timestamp': '2025-11-21T04:00:00.030000Z',
      'fastapi.endpoint_function.end_timestamp': '2025-11-21T04:00:00.930000Z',
    },
  });
  assert.deepEqual(drawn(timing), ['validate arguments 10+20 =', 'endpoint function 30+900 =']);
});

void test('an event names the first token; of one that comes with every piece the earliest', () => {
  assert.deepEqual(drawn(timingOf({ events: [['First Token Stream Event', 400]] })), [
    'to first token 0+400 =',
    'decode 400+600 ~',
  ]);
  const chunks = timingOf({
    events: [
      ['llm.content.completion.chunk', 700],
      ['llm.content.completion.chunk', 300],
    ],
  });
  assert.deepEqual(drawn(chunks), ['to first chunk 0+300 =', 'stream 300+700 ~']);
  assert.equal(chunks?.firstToken?.from, 'llm.content.completion.chunk');
});

void test('pairs of events become phases whatever they are named', () => {
  const timing = timingOf({
    events: [
      ['http.dns.start', 0],
      ['http.dns.done', 5],
      ['connectStart', 5],
      ['connectEnd', 20],
      ['kv_cache_transfer_start', 20],
      ['kv_cache_transfer_end', 60],
      ['start_rank', 60],
      ['end_rank', 90],
      ['backend', 95],
      ['never_start', 96],
    ],
  });
  assert.deepEqual(drawn(timing), ['http.dns 0+5 =', 'connect 5+15 =', 'kv cache transfer 20+40 =', 'rank 60+30 =']);
  const loop = Array.from({ length: 200 }, (_, i): (readonly [string, number])[] => [
    ['step_start', i * 4],
    ['step_end', i * 4 + 2],
  ]).flat();
  assert.equal(timingOf({ events: loop })?.phases.length, 24, 'a loop does not fill the bar without end');
});

void test('phases are clipped to the span, and a note says that they do not fit', () => {
  const timing = timingOf({ ms: 600, attributes: VLLM });
  assert.deepEqual(drawn(timing), ['admission 0+50 ~', 'queue 50+50 =', 'prefill 100+200 =', 'decode 300+300 =']);
  assert.equal(timing?.phases[3]?.saidNs, 600 * MS);
  assert.match(timing.notes[0]?.text ?? '', /take 900.ms, the span 600.ms/);
  assert.deepEqual(timingOf({ ms: 899.5, attributes: VLLM })?.notes, [], 'clocks differ a little');
});

void test('a span without an end clips nothing', () => {
  assert.deepEqual(drawn(timingOf({ ms: 0, attributes: { 'gen_ai.latency.time_in_queue': 0.05 } })), ['queue 0+50 =?']);
});

void test('without a unit the span decides, and a figure far too long is taken in a smaller one; both are marked', () => {
  const plain = timingOf({ attributes: { queue_time: 120, preprocess_time_ms: 30, ttft_ms: 400 } });
  assert.deepEqual(drawn(plain), ['queue 0+120 ~', 'prefill 120+280 ~', 'decode 400+600 ~']);
  assert.match(plain?.notes[0]?.text ?? '', /queue_time names no unit that fits: it was taken as ms/);
  const wrong = timingOf({ attributes: { 'gen_ai.server.time_to_first_token': 230 } });
  assert.deepEqual(drawn(wrong), ['to first token 0+230 ~', 'decode 230+770 ~']);
  assert.equal(wrong?.firstToken?.exact, false);
});

void test('what is no length of time is passed over', () => {
  for (const value of [NaN, -1, Infinity, 'true', '', 'soon', '12 parsecs', '1e400', '9'.repeat(300)]) {
    assert.equal(timingOf({ attributes: { 'gen_ai.latency.time_in_queue': value } }), undefined, String(value));
  }
  assert.equal(timingOf({}), undefined);
});

void test('a model call carries them with the keys they were read from, and what the sender says it cost', () => {
  const call = modelCallOfAttributes({
    'gen_ai.operation.name': 'chat',
    'gen_ai.usage.output_tokens': 11,
    'gen_ai.server.time_to_first_token': 0.15,
    'llm.cost.prompt': 0.001,
    'llm.cost.completion': 0.002,
  });
  assert.deepEqual(
    call?.phases?.map(({ name, durationNs }) => [name, durationNs]),
    [
      ['to first token', 150 * MS],
      ['decode', 100 * MS],
    ],
  );
  assert.equal(call.tokensPerSecond?.value, 100);
  assert.deepEqual(call.cost, { value: 0.003, from: 'llm.cost.prompt + llm.cost.completion', currency: 'USD' });
  for (const key of ['gen_ai.server.time_to_first_token', 'llm.cost.prompt'])
    assert.ok(call.usedKeys.includes(key), key);
  const langfuse = modelCallOfAttributes({
    'gen_ai.operation.name': 'chat',
    'langfuse.observation.cost_details': '{"input":0.25,"output":0.5}',
  });
  assert.equal(langfuse?.cost?.value, 0.75);
  const zero = modelCallOfAttributes({ 'gen_ai.operation.name': 'chat', 'gen_ai.usage.cost': 0 });
  assert.equal(zero?.cost?.value, 0, 'free is a price too');
});
