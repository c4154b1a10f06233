import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { WHOLE_LIST } from '../../src/core/list/listQuery.ts';
import { PLAIN_PAGE } from '../../src/protocol/listApi.ts';
import { ALL_TRACES } from '../../src/protocol/compareApi.ts';
import type { EngineMethods } from '../../src/protocol/engineApi.ts';
import { ProtocolError } from '../../src/protocol/errors.ts';
import { logsRequest, spanIdAt, TRACE_ID, tracesRequest, type AttributeInput } from '../support/otlpBytes.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';

/** Stands in every place that a program can put content into. */
const MARKER = 'swordfish';
const NUMBER = 918_273_645;
const START = 1_767_225_600_000_000_000n;
const REF = { traceId: TRACE_ID, spanId: spanIdAt(1) };
const long = `${MARKER} ${'x'.repeat(40_000)} ${MARKER}`;

const messages = (text: string): string =>
  JSON.stringify([
    { role: 'system', parts: [{ type: 'text', content: `${MARKER} system` }] },
    {
      role: 'user',
      parts: [
        { type: 'text', content: text },
        { type: 'blob', mime_type: 'image/png', content: MARKER },
      ],
    },
    { role: 'assistant', parts: [{ type: 'tool_call', id: 'c1', name: 'look', arguments: { q: MARKER, n: NUMBER } }] },
    { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c1', response: MARKER }] },
  ]);

const content: Readonly<Record<string, AttributeInput>> = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.request.model': 'gpt-test',
  'gen_ai.input.messages': messages(long),
  'gen_ai.output.messages': JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: MARKER }] }]),
  'gen_ai.request.stop_sequences': [MARKER],
  'input.value': MARKER,
  'my.own.key': MARKER,
  'my.number': NUMBER,
  'my.map': { map: { inner: MARKER } },
  'http.request.header.x-user': [MARKER],
  'http.route': '/ask',
  'url.full': `https://example.com/?q=${MARKER}`,
  'db.query.text': `select '${MARKER}'`,
  'gen_ai.retrieval.query.text': MARKER,
};

let engine: TestEngine;
let viewId = -1;

before(async () => {
  engine = await startTestEngine({ receiver: false });
  engine.engine.ingest(
    'traces',
    tracesRequest([
      {
        ...REF,
        name: 'chat',
        startNs: START,
        endNs: START + 5_000_000n,
        attributes: content,
        status: { code: 2, message: MARKER },
        events: [
          {
            name: 'exception',
            timeNs: START + 1n,
            attributes: {
              'exception.type': 'E',
              'exception.message': MARKER,
              'exception.stacktrace': `E: ${MARKER}\n at a.js:1:1`,
            },
          },
          { name: 'gen_ai.content.prompt', timeNs: START + 2n, attributes: { 'gen_ai.prompt': MARKER } },
        ],
        links: [{ traceId: 'ab'.repeat(16), spanId: spanIdAt(7), attributes: { why: MARKER } }],
      },
      {
        traceId: TRACE_ID,
        spanId: spanIdAt(2),
        parentSpanId: REF.spanId,
        name: 'predict',
        startNs: START + 1n,
        endNs: START + 2_000_000n,
        attributes: {
          'model.name': 'clf',
          'model.input_features': JSON.stringify({ name: MARKER, n: NUMBER }),
          prediction: MARKER,
        },
      },
      {
        traceId: TRACE_ID,
        spanId: spanIdAt(3),
        parentSpanId: REF.spanId,
        name: 'search',
        startNs: START + 1n,
        endNs: START + 2_000_000n,
        attributes: { 'db.query.text': `select '${MARKER}'` },
      },
    ]),
  );
  engine.engine.ingest(
    'logs',
    logsRequest([
      { ...REF, timeNs: START + 3n, severityNumber: 9, body: `said ${MARKER}`, attributes: { extra: MARKER } },
      { ...REF, timeNs: START + 4n, eventName: 'gen_ai.user.message', body: { map: { content: MARKER } } },
    ]),
  );
  ({ viewId } = await engine.request('view/open', { traceId: TRACE_ID }));
});
after(() => engine.stop());

const hide = (hidden: boolean): Promise<void> => engine.request('engine/hideContent', { hidden });

const list = { query: { ...WHOLE_LIST, group: 'attribute:my.own.key' as const } };
const page = { ...PLAIN_PAGE, count: 100 };

/** How the methods that show something are asked. A method without a question is covered unless it is exempt by name. */
const QUESTIONS: { readonly [K in keyof EngineMethods]?: () => Promise<unknown> } = {
  'engine/status': () => engine.request('engine/status', {}),
  'traces/list': () => engine.request('traces/list', { limit: 10 }),
  'traces/page': () => engine.request('traces/page', { ...list, ...page, cells: ['my.own.key', 'http.route'] }),
  'traces/plot': () => engine.request('traces/plot', { query: WHOLE_LIST, columns: 10, rows: 10 }),
  'traces/near': () =>
    engine.request('traces/near', {
      query: WHOLE_LIST,
      area: { fromMs: 0, toMs: 1e15, minNs: 0, maxNs: 1e15 },
      limit: 10,
    }),
  'markers/list': () => engine.request('markers/list', {}),
  'pauses/list': () => engine.request('pauses/list', {}),
  'query/check': () => engine.request('query/check', { filter: 'http.route:x' }),
  'query/complete': () => engine.request('query/complete', { filter: 'my.own.key:', caret: 11 }),
  'query/unknownKeys': () => engine.request('query/unknownKeys', { filter: 'nokey:1' }),
  'view/info': () => engine.request('view/info', { viewId }),
  'view/rows': () =>
    engine.request('view/rows', {
      viewId,
      from: 0,
      count: 50,
      anchor: '',
      columns: ['my.own.key', 'http.route'],
    } as never),
  'view/fold': () => engine.request('view/fold', { viewId, spanId: REF.spanId, expanded: true, recursive: false }),
  'view/locate': () => engine.request('view/locate', { viewId, spanId: REF.spanId, reveal: true }),
  'view/services': () => engine.request('view/services', { viewId }),
  'view/minimap': () => engine.request('view/minimap', { viewId, pixels: 20, lanes: 4 }),
  'statistics/table': () =>
    engine.request('statistics/table', {
      viewId,
      by: 'attribute',
      key: 'my.own.key',
      window: null,
      sort: 'total',
      descending: true,
      limit: 10,
    }),
  'find/start': () =>
    engine.request('find/start', {
      viewId,
      text: MARKER.slice(0, 5),
      matchCase: false,
      wholeWord: false,
      regex: false,
      at: '',
    }),
  'find/step': async () => {
    const query = { text: MARKER.slice(0, 5), matchCase: false, wholeWord: false, regex: false };
    const { findId } = await engine.request('find/start', { viewId, ...query, at: '' });
    return engine.request('find/step', { viewId, findId, from: '', forward: true, stay: true });
  },
  'flame/cells': () =>
    engine.request('flame/cells', {
      viewId,
      mode: 'merged',
      window: null,
      columns: 100,
      rowFrom: 0,
      rowCount: 10,
      find: '',
      selected: '',
    }),
  'graph/trace': () => engine.request('graph/trace', { viewId }),
  'graph/list': () => engine.request('graph/list', { query: WHOLE_LIST }),
  'logs/page': () => engine.request('logs/page', { viewId, severity: 0, text: '', from: 0, count: 50 }),
  'steps/list': () => engine.request('steps/list', { viewId, from: 0, count: 50, ids: [] }),
  'compare/run': () => engine.request('compare/run', { job: 1, a: ALL_TRACES, b: ALL_TRACES, among: ALL_TRACES }),
  'compare/progress': () => engine.request('compare/progress', { job: 1 }),
  'features/call': () => engine.request('features/call', { ...REF, spanId: spanIdAt(2), against: 'auto' }),
  'baselines/list': () => engine.request('baselines/list', {}),
  'span/details': () => engine.request('span/details', REF),
  'span/events': () => engine.request('span/events', { ...REF, from: 0, limit: 10 }),
  'span/model': () => engine.request('span/model', REF),
  'span/logs': () => engine.request('span/logs', { ...REF, from: 0, limit: 10 }),
  'span/summary': () => engine.request('span/summary', REF),
  'call/items': () => engine.request('call/items', { ...REF, side: 'inputs', from: 0 }),
  'call/find': () => engine.request('call/find', { ...REF, side: 'inputs', text: MARKER, matchCase: true }),
  'timing/span': () => engine.request('timing/span', REF),
  'traces/export': () =>
    engine.request('traces/export', {
      traceIds: [TRACE_ID],
      signal: 'traces',
      from: { trace: 0, at: 0 },
      maxBytes: 1e6,
    }),
};

async function saidBy(question: () => Promise<unknown>): Promise<string> {
  try {
    return JSON.stringify(await question(), (_key, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    );
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return error.message;
  }
}

describe('hidden content', () => {
  it('stands in no answer to a page, to the editor or to an export', async () => {
    await hide(true);
    try {
      for (const [method, question] of Object.entries(QUESTIONS)) {
        const said = await saidBy(question);
        assert.ok(
          !said.includes(MARKER),
          `${method}: ${said.slice(Math.max(0, said.indexOf(MARKER) - 200)).slice(0, 300)}`,
        );
        assert.ok(!said.includes(String(NUMBER)), `${method} tells a number`);
      }
    } finally {
      await hide(false);
    }
  });

  it('is there again once it is shown', async () => {
    for (const method of [
      'span/details',
      'span/model',
      'span/logs',
      'logs/page',
      'traces/export',
      'query/complete',
    ] as const) {
      const said = await saidBy(QUESTIONS[method] ?? (() => Promise.resolve('')));
      assert.ok(said.includes(MARKER), method);
    }
  });

  it('stands in no page of a long value, whatever names it', async () => {
    const { call } = await engine.request('span/model', REF);
    const refs = call?.inputs.flatMap(({ cut }) => (cut ? [cut.ref] : [])) ?? [];
    const { attributes } = await engine.request('span/details', REF);
    for (const { value } of attributes) if (value.type === 'string' && value.cut) refs.push(value.cut.ref);
    assert.ok(refs.length >= 1);
    await hide(true);
    try {
      for (const ref of refs) {
        for (const said of [
          await saidBy(() => engine.request('span/value', { ...REF, ref, offset: 0 })),
          await saidBy(() =>
            engine.request('value/rows', { ...REF, ref, columns: 80, from: 0, at: -1, count: 9, wait: true }),
          ),
          await saidBy(() => engine.request('value/find', { ...REF, ref, text: MARKER, matchCase: true })),
          await saidBy(() => engine.request('value/members', { ...REF, ref, at: 0, from: 0, count: 9 })),
        ]) {
          assert.ok(!said.includes(MARKER), said.slice(0, 200));
        }
      }
    } finally {
      await hide(false);
    }
  });

  it('leaves what tells how a call ran', async () => {
    await hide(true);
    try {
      const details = await engine.request('span/details', REF);
      const value = (key: string): unknown => details.attributes.find((each) => each.key === key)?.value;
      assert.deepEqual(value('gen_ai.request.model'), { type: 'string', value: 'gpt-test' });
      assert.deepEqual(value('http.route'), { type: 'string', value: '/ask' });
      assert.deepEqual(value('my.own.key'), { type: 'string', value: '•••' });
      const { call } = await engine.request('span/model', REF);
      assert.equal(call?.model, 'gpt-test');
      assert.deepEqual(
        call.inputs.slice(0, 2).map(({ role, text }) => [role, text]),
        [
          ['system', '•••'],
          ['user', `••• ${long.length.toLocaleString('en-US')} characters`],
        ],
      );
      assert.equal((await engine.request('engine/status', {})).contentHidden, true);
    } finally {
      await hide(false);
    }
  });

  it('is hidden for every client, and they are told', async () => {
    const other = engine.connect();
    const told = engine.nextEvent('status/changed', ({ contentHidden }) => contentHidden === true);
    await other.request('engine/hideContent', { hidden: true });
    await told;
    const { attributes } = await engine.request('span/details', REF);
    assert.ok(!JSON.stringify(attributes).includes(MARKER));
    await hide(false);
    other.dispose();
  });

  it('is tried by questions that are answered', async () => {
    for (const [method, question] of Object.entries(QUESTIONS)) {
      await assert.doesNotReject(question, method);
    }
  });
});
