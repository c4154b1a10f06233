import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { ModelCall } from '../../src/core/model/modelCall.ts';
import { writeJson } from '../../src/core/otlp/jsonWriter.ts';
import { logsRequest, spanIdAt, START_MS, TRACE_ID, tracesRequest } from '../support/otlpBytes.ts';
import { startOwner, type OwnerRig } from './support/ownerRig.ts';
import { runSpanline } from './support/runSpanline.ts';

const DOCUMENT = readFileSync(path.resolve(import.meta.dirname, '../../docs/command.md'), 'utf8');

/** The example that stands behind `<!-- name -->`. */
function documented(name: string): unknown {
  const found = new RegExp(`<!-- ${name} -->\\s+\`\`\`json\\n([^]*?)\\n\`\`\``).exec(DOCUMENT)?.[1];
  assert.ok(found !== undefined, `docs/command.md has no example ${name}`);
  return JSON.parse(found);
}

const MS = 1_000_000n;
const START = BigInt(START_MS) * MS;
const SPANS = [
  tracesRequest(
    [
      {
        traceId: TRACE_ID,
        spanId: spanIdAt(1),
        name: 'POST /triage',
        kind: 2,
        startNs: START,
        endNs: START + 900n * MS,
        attributes: { 'http.route': '/triage' },
        events: [{ name: 'accepted', timeNs: START + 5n * MS }],
      },
    ],
    { service: 'gateway' },
  ),
  tracesRequest(
    [
      {
        traceId: TRACE_ID,
        spanId: spanIdAt(2),
        parentSpanId: spanIdAt(1),
        name: 'predict',
        startNs: START + 70n * MS,
        endNs: START + 850n * MS,
        attributes: { tokens: 12, score: 0.5 },
        links: [{ traceId: '1'.repeat(32), spanId: '2'.repeat(16) }],
        status: { code: 2, message: 'no' },
      },
    ],
    { service: 'model' },
  ),
];
const LOGS = logsRequest(
  [
    {
      traceId: TRACE_ID,
      spanId: spanIdAt(2),
      timeNs: START + 100n * MS,
      severityNumber: 9,
      severityText: 'INFO',
      body: 'loaded',
    },
  ],
  { service: 'model' },
);

/** Of these only the kind of value is documented. */
const VARIES = new Set(['lastArrivalMs', 'heldBytes', 'storage', 'byte']);

function comparable(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, inner: unknown) => (VARIES.has(key) ? typeof inner : inner)));
}

describe('JSON in docs/command.md is what the command writes', () => {
  let owner: OwnerRig;
  before(async () => {
    owner = await startOwner();
    for (const body of SPANS) owner.store.ingestTraces(body.slice());
    owner.store.ingestLogs(LOGS);
  });
  after(() => owner.stop());

  for (const [name, ...args] of [
    ['traces', 'traces', '--json'],
    ['trace', 'trace', TRACE_ID, '--json'],
  ] as const) {
    test(`${name} --json`, async () => {
      const { out } = await runSpanline(args, { storage: owner.storage });
      assert.deepEqual(comparable(JSON.parse(out)), comparable(documented(name)));
    });
  }

  test('stats --json, which may say more', async () => {
    const { out } = await runSpanline(['stats', '--json'], { storage: owner.storage });
    const actual = comparable(JSON.parse(out)) as Record<string, unknown>;
    const expected = comparable(documented('stats')) as Record<string, unknown>;
    assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, actual[key]])), expected);
    assert.equal(actual['paused'], undefined);
  });

  test('open --json', async () => {
    const lines = SPANS.map((body) => Buffer.from(writeJson('traces', body)).toString());
    const input = `{"resourceSpans":[${lines.map((line) => line.slice(18, -2)).join(',')}]}\n{"resourceSpans":[`;
    const { out, code } = await runSpanline(['open', '-', '--json'], { storage: owner.storage, input });
    assert.equal(code, 1);
    assert.deepEqual(comparable(JSON.parse(out)), comparable(documented('open')));
  });
});

test('trace --json has what went into and came out of a model call, values whole', async () => {
  const owner = await startOwner();
  const long = 'x'.repeat(300_000);
  const traceId = '0000000000000000000000000000ca11';
  const messages = JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: long }] }]);
  owner.store.ingestTraces(
    tracesRequest(
      [
        {
          traceId,
          spanId: spanIdAt(7),
          name: 'chat m',
          startNs: START,
          endNs: START + MS,
          attributes: {
            'gen_ai.operation.name': 'chat',
            'gen_ai.request.model': 'm',
            'gen_ai.input.messages': messages,
          },
        },
      ],
      { service: 'model' },
    ),
  );
  const { out } = await runSpanline(['trace', traceId, '--json'], { storage: owner.storage }).finally(() =>
    owner.stop(),
  );
  const [span] = (JSON.parse(out) as { spans: { modelCall: ModelCall }[] }).spans;
  assert.deepEqual([span?.modelCall.kind, span?.modelCall.model], ['llm', 'm']);
  const [item] = span?.modelCall.inputs ?? [];
  assert.deepEqual([item?.role, item?.text, item?.cut, item?.from], ['user', long, undefined, 'gen_ai.input.messages']);
});
