import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SourceHints } from '../../../../src/core/model/source.ts';
import { SpanKinds } from '../../../../src/core/store/spanKinds.ts';
import { finish } from '../../../../src/core/statistics/steps.ts';
import { TraceStore } from '../../../../src/core/store/traceStore.ts';
import { traceFromText, type TraceTextOptions } from '../../../support/otlpBytes.ts';
import { spanOn, traceIdOf } from './storeFixture.ts';

interface Fixture {
  readonly store: TraceStore;
  readonly kinds: SpanKinds;
  readonly draw: (text: string, trace?: number, options?: TraceTextOptions) => void;
  /** Id of the kind of the span on a line. */
  readonly kindOf: (line: number, trace?: number) => number;
}

function fixture(maxBytes = 2 ** 28, maxKinds?: number): Fixture {
  const store = new TraceStore({ now: () => 0, maxBytes });
  const kinds = new SpanKinds(store.held, undefined, maxKinds);
  return {
    store,
    kinds,
    draw: (text, trace = 1, options = {}) => {
      store.ingestTraces(traceFromText(text, { traceId: traceIdOf(trace), ...options }));
    },
    kindOf: (line, trace = 1) => {
      finish(kinds.update());
      const handle = store.handleOf(spanOn(line, traceIdOf(trace)))!;
      const segment = store.held.segmentOf(handle)!;
      return kinds.kindsIn(segment)?.[handle - segment.base] ?? 0;
    },
  };
}

const REQUEST = `POST api 0..90 server http.route=/x http.request.method=POST
  GET api 5..80 client http.request.method=GET`;

describe('kinds of span', () => {
  it('are told apart by attributes that say where to look, and by nothing else', () => {
    const { draw, kindOf } = fixture();
    draw('POST api 0..9 server http.route=/x user.id=7', 1);
    draw('POST api 0..9 server http.route=/x user.id=8', 2);
    draw('POST api 0..9 server http.route=/y user.id=7', 3);
    draw('POST api 0..9 http.route=/x user.id=7', 4);
    const ids = [1, 2, 3, 4].map((trace) => kindOf(1, trace));
    assert.equal(ids[0], ids[1]);
    assert.equal(new Set(ids).size, 3);
    assert.ok(!ids.includes(0));
  });

  it('are told apart by the spans around those that a library made, and by the order of equal ones', () => {
    const { draw, kindOf } = fixture();
    draw(REQUEST, 1);
    draw(REQUEST.replace('/x', '/y'), 2);
    draw(REQUEST, 3);
    draw(`${REQUEST}\n  GET api 81..82 client http.request.method=GET`, 4);
    assert.equal(kindOf(2, 1), kindOf(2, 3));
    assert.equal(new Set([kindOf(2, 1), kindOf(2, 2), kindOf(2, 4), kindOf(3, 4)]).size, 4);
    assert.equal(kindOf(1, 1), kindOf(1, 4), 'who calls does not depend on what is called');
  });

  it('say what a span of them says of its source, but for stack traces and times', () => {
    const { store, kinds, draw, kindOf } = fixture();
    draw(
      `POST /x api 0..90 server http.route=/x url.path=/x
  predict api 5..80 client gen_ai.system=openai
    POST api 6..79 client http.request.method=POST
    POST api 6..70 client http.request.method=POST`,
      1,
      { resource: { 'process.working_directory': '/srv/app', 'telemetry.sdk.language': 'python' } },
    );
    for (const line of [2, 3, 4]) {
      const id = kindOf(line);
      const [kind] = kinds.after(id - 1, 1);
      const { startMs, ...hints } = store.hints(spanOn(line, traceIdOf(1)))!;
      assert.ok(startMs);
      assert.deepEqual(withoutPath(kind?.hints), withoutPath(hints));
    }
  });

  it('change when the parent comes later', () => {
    const { draw, kindOf } = fixture();
    draw(REQUEST, 1, { lines: [2] });
    draw(REQUEST, 2);
    const alone = kindOf(2, 1);
    draw(REQUEST, 1, { lines: [1] });
    assert.equal(kindOf(2, 1), kindOf(2, 2));
    assert.notEqual(kindOf(2, 1), alone);
  });

  it('do not grow with the values in requested paths', () => {
    const { kinds, draw, kindOf } = fixture();
    for (let id = 0; id < 50; id++) {
      draw(`GET api 0..9 server url.path=/users/${String(id)}/carts/5f0c${String(1000 + id)}aa-00ff`, 100 + id);
      draw(`GET api 0..9 server http.route=/u/{name} url.path=/u/n${String(id)}`, 200 + id);
    }
    kindOf(1, 100);
    assert.deepEqual(
      kinds.after(0, 10).map(({ hints }) => hints.attributes),
      [{ 'url.path': '/users/1/carts/0000000000-0000' }, { 'http.route': '/u/{name}' }],
    );
  });

  it('are given out in order of their ids, page by page', () => {
    const { kinds, draw, kindOf } = fixture();
    draw('a api 0..9\n  b api 1..2\n  c api 3..4');
    kindOf(1);
    const [first] = kinds.after(0, 1);
    assert.deepEqual(
      [first, ...kinds.after(first?.id ?? 0, 9)].map((kind) => kind?.hints.spanName),
      ['a', 'b', 'c'],
    );
    assert.equal(kinds.serviceOf(first?.id ?? 0), 'api');
    assert.equal(kinds.serviceOf(99), undefined);
  });

  it('are bounded, and those of what was evicted make room', () => {
    const { store, kinds, draw, kindOf } = fixture(1024 * 1024, 200);
    let trace = 0;
    const flood = (): void => {
      trace++;
      const lines = Array.from({ length: 100 }, (_, i) => `  x api 1..2 http.route=/${String(trace)}/${String(i)}`);
      draw(['root api 0..9', ...lines].join('\n'), trace);
    };
    for (let i = 0; i < 3; i++) flood();
    assert.equal(kindOf(50, trace), 0);
    const before = kinds.after(0, 1000);
    assert.equal(before.length, 200);
    while (store.evictedSpans < 2000) flood();
    kindOf(1, trace);
    const now = kinds.after(0, 1000);
    assert.equal(now.length, 200);
    assert.ok((now[0]?.id ?? 0) > (before.at(-1)?.id ?? Infinity), 'numbers are not given twice');
  });
});

/** Without the requested path of the server span, which its route stands for. */
function withoutPath(hints: SourceHints | undefined): unknown {
  return JSON.parse(JSON.stringify(hints), (key, value: unknown) =>
    key === 'url.path' ? undefined : value,
  ) as unknown;
}
