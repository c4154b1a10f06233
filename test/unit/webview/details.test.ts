import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DetailsModel, type DetailsState } from '../../../webview/details/detailsModel.ts';
import { jsonInText, looksLikeJson, parseJson } from '../../../webview/details/jsonNode.ts';
import { previewOf } from '../../../webview/details/jsonPreview.ts';
import { cutText } from '../../../webview/details/recordedNode.ts';
import { severityOf } from '../../../webview/details/severity.ts';
import { placeOf, surenessOf } from '../../../webview/details/sourceWords.ts';
import { cutOf, valueJson, valueText, wholeJson } from '../../../webview/details/valueText.ts';
import { fakeSpanId, fakeTraceId } from '../../support/fakePanelHost.ts';
import { TRIAGE } from '../../browser/support/scenarios.ts';
import { fakeHost, until } from './support.ts';

void test('a 64-bit integer in JSON keeps its digits', () => {
  const node = parseJson('{"big":9007199254740993,"x":1.50}');
  assert.ok(node?.kind === 'object');
  assert.deepEqual(node.entries, [
    ['big', { kind: 'scalar', type: 'number', text: '9007199254740993' }],
    ['x', { kind: 'scalar', type: 'number', text: '1.50' }],
  ]);
});

void test('a key named __proto__ is a member like any other', () => {
  const node = parseJson('{"__proto__":{"polluted":true}}');
  assert.ok(node?.kind === 'object');
  assert.equal(node.entries[0]?.[0], '__proto__');
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
});

void test('what is not JSON is left as text', () => {
  assert.equal(parseJson("{'a': 1}"), undefined);
  assert.equal(looksLikeJson(' {"a":1}\n'), true);
  assert.equal(looksLikeJson('[not closed'), false);
});

void test('a text that is JSON is a structure, others are not', () => {
  assert.equal(jsonInText(' {"a":"{\\"b\\":1}"} ')?.kind, 'object');
  for (const text of ['{}', '[]', '12', '"x"', '{"a":', '[draft]', `["${'x'.repeat(300_000)}"]`])
    assert.equal(jsonInText(text), undefined, text.slice(0, 20));
});

void test('a folded structure is one bounded line', () => {
  const node = parseJson(JSON.stringify({ list: Array.from({ length: 10_000 }, (_, i) => i) }));
  assert.ok(node);
  assert.ok(previewOf(node).length <= 121);
});

void test('values are copied as sent, structures as JSON with all digits', () => {
  assert.equal(valueText({ type: 'int', value: '9007199254740993' }), '9007199254740993');
  assert.equal(
    valueJson({
      type: 'kvlist',
      entries: [
        {
          key: 'a"',
          value: {
            type: 'array',
            values: [
              { type: 'int', value: '9007199254740993' },
              { type: 'double', value: 'NaN' },
            ],
          },
        },
      ],
    }),
    '{"a\\"":[9007199254740993,"NaN"]}',
  );
});

void test('severity numbers are read in their ranges and the sender’s word is kept', () => {
  assert.deepEqual(severityOf(0, ''), { level: 'none', text: '' });
  assert.deepEqual(severityOf(12, ''), { level: 'info', text: 'info' });
  assert.deepEqual(severityOf(17, 'CRITICAL'), { level: 'error', text: 'CRITICAL' });
  assert.deepEqual(severityOf(24, ''), { level: 'error', text: 'fatal' });
});

void test('an exact place stands alone, a likely one and a choice say so', () => {
  const source = TRIAGE.spans.find((span) => span.name === 'predict')?.source;
  const likely = TRIAGE.spans.find((span) => span.name === 'search')?.source;
  const place = source?.candidates[0];
  assert.ok(source && likely && place);
  assert.equal(placeOf(place), 'predict.py:42 predict()');
  assert.equal(surenessOf(source), '');
  assert.equal(surenessOf(likely), 'likely');
  assert.equal(surenessOf({ ...source, candidates: [place, place], ambiguous: true }), '2 candidates');
});

void test('the details of a span appear with its model content, not before', async () => {
  const { host } = fakeHost([TRIAGE]);
  const model = new DetailsModel(host, () => 0);
  const seen: boolean[] = [];
  model.state.subscribe(() => seen.push(model.state.value?.details !== undefined && model.state.value.callRead));
  model.show({ traceId: TRIAGE.traceId, spanId: fakeSpanId(7) });
  await until(() => model.state.value?.source !== undefined && model.state.value.logs.length > 0);
  assert.equal(seen[0], true);
  assert.equal(model.state.value?.call?.inputs[0]?.label, 'features');
  assert.equal(model.state.value.source?.candidates[0]?.line, 42);
});

void test('while the selection moves quickly only where it rests is fetched', async () => {
  const { host, fake } = fakeHost([TRIAGE]);
  const model = new DetailsModel(host, () => 0);
  for (let n = 1; n <= 6; n++) model.show({ traceId: TRIAGE.traceId, spanId: fakeSpanId(n) });
  await until(() => model.state.value?.ref.spanId === fakeSpanId(6) && model.state.value.details !== undefined);
  const fetched = fake.calls.filter(({ method }) => method === 'span/details').map(({ params }) => params);
  assert.deepEqual(fetched, [
    { traceId: TRIAGE.traceId, spanId: fakeSpanId(1) },
    { traceId: TRIAGE.traceId, spanId: fakeSpanId(6) },
  ]);
});

void test('a span that is gone is told as gone', async () => {
  const { host } = fakeHost([TRIAGE]);
  const model = new DetailsModel(host, () => 0);
  model.show({ traceId: fakeTraceId(99), spanId: fakeSpanId(7) });
  await until(() => model.state.value?.problem === 'gone');
});

function withRecords(logs: number, events: number): typeof TRIAGE {
  const log = TRIAGE.spans.flatMap((span) => span.logs ?? [])[0];
  assert.ok(log);
  return {
    ...TRIAGE,
    spans: TRIAGE.spans.map((span) =>
      span.spanId === fakeSpanId(7)
        ? {
            ...span,
            logs: Array.from({ length: logs }, (_, n) => ({
              ...log,
              body: { type: 'int', value: String(n) } as const,
            })),
            events: Array.from({ length: events }, (_, n) => ({
              name: `event ${n}`,
              time: '0',
              offsetNs: n,
              attributes: [],
              droppedAttributesCount: 0,
            })),
          }
        : span,
    ),
  };
}

void test('log records and events are read a page at a time, and stay read while the span grows', async () => {
  const { host, fake } = fakeHost([withRecords(450, 450)]);
  const model = new DetailsModel(host, () => 0);
  const state = (): DetailsState | undefined => model.state.value;
  model.show({ traceId: TRIAGE.traceId, spanId: fakeSpanId(7) });
  await until(() => state()?.details !== undefined && state()?.logs.length === 200);
  assert.deepEqual([state()?.logTotal, state()?.details?.events.length, state()?.details?.eventCount], [450, 200, 450]);
  model.showMore('logs');
  model.showMore('events');
  await until(() => state()?.logs.length === 400 && state()?.details?.events.length === 400);
  fake.putTrace(withRecords(460, 460));
  model.refreshSoon();
  await until(() => state()?.logTotal === 460 && state()?.details?.eventCount === 460);
  assert.equal(state()?.logs.length, 400);
  assert.deepEqual(
    state()?.details?.events.map(({ name }) => name),
    Array.from({ length: 400 }, (_, n) => `event ${n}`),
  );
  model.showMore('logs');
  await until(() => state()?.logs.length === 460);
  assert.deepEqual(
    state()?.logs.map(({ body }) => valueText(body)),
    Array.from({ length: 460 }, (_, n) => String(n)),
  );
});

void test('log records and the model call are fetched again only when the span changed', async () => {
  const { host, fake } = fakeHost([TRIAGE]);
  const model = new DetailsModel(host, () => 0);
  const count = (method: string): number => fake.calls.filter((call) => call.method === method).length;
  model.show({ traceId: TRIAGE.traceId, spanId: fakeSpanId(7) });
  await until(() => model.state.value?.source !== undefined && model.state.value.logs.length > 0);
  for (const looks of [2, 3]) {
    model.refreshSoon();
    await until(() => count('span/details') === looks);
  }
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([count('span/logs'), count('span/model')], [1, 1]);
  fake.putTrace(withRecords(5, 0));
  model.refreshSoon();
  await until(() => model.state.value?.logs.length === 5);
  assert.deepEqual([count('span/logs'), count('span/model')], [2, 2]);
});

void test('a structure with cut strings says so and is put together whole', async () => {
  const value = {
    type: 'kvlist',
    entries: [
      { key: 'a', value: { type: 'string', value: 'be', cut: { totalBytes: 9, ref: 'r1' } } },
      { key: 'b', value: { type: 'array', values: [{ type: 'int', value: '7' }] } },
    ],
  } as const;
  assert.equal(valueJson(value), '{"a":"be…","b":[7]}');
  assert.equal(cutOf(value)?.totalBytes, 9);
  assert.equal(await wholeJson(value, ({ ref }) => Promise.resolve(`whole of ${ref}`)), '{"a":"whole of r1","b":[7]}');
});

void test('what was recorded of arrays, tables and other objects stands in trees in its own words', () => {
  const told = (text: string): string => {
    const node = parseJson(text);
    assert.ok(node);
    return previewOf(node);
  };
  const tensor = '{"$tensor":{"dtype":"float32","shape":[2,3],"min":-1.234567,"max":4,"mean":null,"nan":2,"data":[1]}}';
  assert.equal(told(`{"x":${tensor},"y":1}`), '{x: float32, 2 \u00d7 3, min -1.2346, max 4, NaN 2, y: 1}');
  assert.equal(told('{"$table":{"columns":["a","b"],"rows":[],"row_count":5000}}'), 'table, 5,000 rows: a, b');
  assert.equal(told('[{"$object":"uuid.UUID","repr":"a-b"},{"$cut":150}]'), '[uuid.UUID a-b, 150 more, not recorded]');
  assert.equal(told('{"$tensor":1,"$object":2}'), '{$tensor: 1, $object: 2}');
  assert.deepEqual(cutText('long\u2026{"$cut":900}'), { text: 'long', lacks: 900 });
  assert.equal(cutText('{"$cut":900}') ?? undefined, undefined);
});
