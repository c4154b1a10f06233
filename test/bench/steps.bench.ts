import process from 'node:process';
import { followSpan } from '../../src/core/follow/followSpan.ts';
import { soughtValue } from '../../src/core/follow/soughtValue.ts';
import { readModelCall } from '../../src/core/inference/readModelCall.ts';
import { buildDisplayTree } from '../../src/core/layout/displayTree.ts';
import { spanIdText } from '../../src/core/model/ids.ts';
import { finish, type Steps } from '../../src/core/statistics/steps.ts';
import { TraceStore } from '../../src/core/store/traceStore.ts';
import { stepRow } from '../../src/engine/stepRows.ts';
import { StepReadings, type TraceSteps } from '../../src/engine/traceSteps.ts';
import { spanIdAt, START_MS, TRACE_ID, tracesRequest, type SpanInput } from '../support/otlpBytes.ts';

// Steps of an agent's trace of 5,000 calls: 50 conversations of 50 turns, interleaved, each prompt with all that came before.
// The plain alternative is to read every span as a model call once, which any view of them has to do.
const CONVERSATIONS = 50;
const TURNS = 50;
const ROUNDS = 3;
const STEP_BUDGET = 20;
const PAGE_ROWS = 150;

function* spans(): Generator<SpanInput> {
  const histories = Array.from({ length: CONVERSATIONS }, (_, agent): unknown[] => [
    { role: 'system', parts: [{ type: 'text', content: 'You are one of many agents.' }] },
    { role: 'user', parts: [{ type: 'text', content: `Task ${agent}: ${'find out what happened. '.repeat(10)}` }] },
  ]);
  let id = 0;
  const at = (ms: number): bigint => BigInt(START_MS + ms) * 1_000_000n;
  for (let turn = 0; turn < TURNS; turn++) {
    for (let agent = 0; agent < CONVERSATIONS; agent++) {
      const history = histories[agent]!;
      const callId = `call_${agent}_${turn}`;
      const given = { query: `question ${turn} of ${agent}`, limit: turn };
      const answer = {
        role: 'assistant',
        parts: [{ type: 'tool_call', id: callId, name: 'search', arguments: given }],
      };
      const result = { hits: [{ id: `doc-${agent}-${turn}`, text: 'what the document says of it. '.repeat(8) }] };
      const start = (turn * CONVERSATIONS + agent) * 10;
      const base = { traceId: TRACE_ID, kind: 1 };
      yield {
        ...base,
        spanId: spanIdAt(++id),
        name: 'chat m',
        startNs: at(start),
        endNs: at(start + 5),
        attributes: {
          'gen_ai.operation.name': 'chat',
          'gen_ai.request.model': 'm',
          'gen_ai.input.messages': JSON.stringify(history),
          'gen_ai.output.messages': JSON.stringify([answer]),
          'gen_ai.usage.input_tokens': history.length * 60,
          'gen_ai.usage.output_tokens': 30,
          'gen_ai.usage.cache_read.input_tokens': history.length * 50,
        },
      };
      yield {
        ...base,
        spanId: spanIdAt(++id),
        name: 'execute_tool search',
        startNs: at(start + 5),
        endNs: at(start + 9),
        attributes: {
          'gen_ai.operation.name': 'execute_tool',
          'gen_ai.tool.name': 'search',
          'gen_ai.tool.call.id': callId,
          'gen_ai.tool.call.arguments': JSON.stringify(given),
          'gen_ai.tool.call.result': JSON.stringify(result),
        },
      };
      history.push(answer, { role: 'tool', parts: [{ type: 'tool_call_response', id: callId, response: result }] });
    }
  }
}

/** Milliseconds of this thread since `from`. */
function threadMs(from: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(from);
  return (user + system) / 1000;
}

function timed<T>(work: () => T): { readonly ms: number; readonly result: T } {
  const from = process.threadCpuUsage();
  const result = work();
  return { ms: threadMs(from), result };
}

/** The longest step of the work, by the wall's clock: the thread's is too coarse for one. */
function longestStep(steps: Steps<unknown>): number {
  for (let longest = 0; ;) {
    const before = performance.now();
    const { done } = steps.next();
    longest = Math.max(longest, performance.now() - before);
    if (done === true) return longest;
  }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

function report(
  name: string,
  figure: { readonly ratio?: number; readonly value?: number; readonly unit?: string },
  budget: number,
  detail: string,
): void {
  const got = figure.ratio ?? figure.value ?? 0;
  console.log(JSON.stringify({ name, ...figure, budget: `<= ${budget}`, ok: got <= budget, detail }));
}

const store = new TraceStore({ now: () => START_MS, maxBytes: 2 ** 30 });
let batch: SpanInput[] = [];
for (const one of spans()) {
  batch.push(one);
  if (batch.length < 200) continue;
  store.ingestTraces(tracesRequest(batch));
  batch = [];
}
const columns = store.columns(TRACE_ID);
if (!columns) throw new Error('the trace is not held');
const tree = buildDisplayTree(columns, 7);
const refs = Array.from({ length: tree.count }, (_, index) => ({
  traceId: TRACE_ID,
  spanId: spanIdText(tree.idHi[index]!, tree.idLo[index]!),
}));
const read = (ref: (typeof refs)[number]) => {
  const details = store.details(ref);
  if (!details) throw new Error('a span is not held');
  const whole = (value: string) => store.wholeValue(ref, value);
  return { details, whole, call: readModelCall(details, [], whole) };
};

const [plain, cold, warm, steps]: [number[], number[], number[], number[]] = [[], [], [], []];
let list: TraceSteps | undefined;
for (let round = 0; round < ROUNDS; round++) {
  plain.push(timed(() => refs.forEach(read)).ms);
  const readings = new StepReadings(store);
  const first = timed(() => finish(readings.steps(tree)));
  cold.push(first.ms);
  list = first.result;
  warm.push(timed(() => finish(readings.steps(tree))).ms);
  steps.push(longestStep(new StepReadings(store).steps(tree)));
}
if (!list) throw new Error('no steps');
const held = list;
report(
  'steps of 5,000 calls against reading each call once',
  { ratio: median(cold) / median(plain) },
  1.6,
  `${median(cold).toFixed(0)} ms against ${median(plain).toFixed(0)} ms; ${held.steps.length} steps, ${held.conversations} conversations`,
);
report(
  'steps again after the trace grew, against the first time',
  { ratio: median(warm) / median(cold) },
  0.25,
  `${median(warm).toFixed(0)} ms`,
);
report('longest step of listing them', { value: Math.min(...steps), unit: 'ms' }, STEP_BUDGET, 'best of the rounds');

const page = median(
  Array.from({ length: 20 }, (_, at) => {
    const from = performance.now();
    const rows = held.steps.slice(at * PAGE_ROWS, (at + 1) * PAGE_ROWS).map((step) => stepRow(held, step));
    JSON.stringify(rows);
    return performance.now() - from;
  }),
);
report('a page of 150 steps', { value: page, unit: 'ms' }, 16, 'rows and their JSON');

// The number is in one place, so that every span is decoded and none ends the search.
const sought = soughtValue('2499.75');
const follow = median(
  Array.from(
    { length: ROUNDS },
    () =>
      timed(() => {
        for (const ref of refs) {
          const { details, whole, call } = read(ref);
          followSpan(details, [], call, whole, sought);
        }
      }).ms,
  ),
);
report(
  'following a number through 5,000 calls against reading each call once',
  { ratio: follow / median(plain) },
  2.5,
  `${follow.toFixed(0)} ms`,
);
