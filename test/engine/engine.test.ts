import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { TraceId } from '../../src/core/model/ids.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { EngineConnection } from '../../src/engine/engineClient.ts';
import type { ReceiverDeps } from '../../src/engine/receiver/intake.ts';
import type { EngineMethods, ReceiverState, EngineStatus } from '../../src/protocol/engineApi.ts';
import type { ViewInfo } from '../../src/protocol/viewApi.ts';
import { ProtocolError } from '../../src/protocol/errors.ts';
import { DRAWN_TRACE } from '../support/columnsOf.ts';
import { DrawnStore, drawnSpanId } from '../support/drawnStore.ts';
import { ManualClock } from '../support/manualClock.ts';

const SMALL = 'a · ====\nb a  ==';
const LARGER = `${SMALL}\nc a    =`;
const OTHER = 'f'.repeat(32) as TraceId;

/** A receiver without sockets: the test plays the sender. */
class QuietReceiver {
  state: ReceiverState = { kind: 'stopped' };
  readonly metrics = { refusedRequests: 0 };
  readonly deps: ReceiverDeps;

  constructor(deps: ReceiverDeps) {
    this.deps = deps;
  }

  start(): Promise<ReceiverState> {
    this.state = { kind: 'listening', httpPort: 1, grpcPort: 2, hosts: [] };
    return Promise.resolve(this.state);
  }

  stop(): Promise<void> {
    this.state = { kind: 'stopped' };
    return Promise.resolve();
  }
}

let clock: ManualClock;
let store: DrawnStore;
let receiver: QuietReceiver;
let engine: Engine;
let connection: EngineConnection;
let events: { readonly event: string; readonly payload: unknown; readonly at: number }[];

beforeEach(() => {
  clock = new ManualClock(0);
  store = new DrawnStore(clock.now);
  events = [];
  engine = new Engine({
    store,
    createReceiver: (deps) => (receiver = new QuietReceiver(deps)),
    timers: clock.timers,
    now: clock.now,
    elapsed: clock.elapsed,
    seed: 1,
  });
  connection = engine.connect((event, payload) => events.push({ event, payload, at: clock.now() }));
  // Drawings are no OTLP to mask in.
  const presets = { apiKeys: false, bearerTokens: false, passwords: false, cookies: false, email: false };
  ask('engine/redact', { presets, keys: [], values: [] });
});

function ask<K extends keyof EngineMethods>(
  method: K,
  params: unknown,
  { handlers } = connection,
): EngineMethods[K][1] {
  const handler = handlers[method] as (params: unknown, signal: { cancelled: boolean }) => EngineMethods[K][1];
  return handler(params, { cancelled: false });
}

function send(drawing: string): void {
  receiver.deps.ingest.ingest('traces', new TextEncoder().encode(drawing));
}

function named(event: string): readonly unknown[] {
  return events.filter((each) => each.event === event).map((each) => each.payload);
}

describe('announcements', () => {
  it('follow an export soon, after its answer', () => {
    send(SMALL);
    assert.deepEqual(events, []);
    clock.advance(0);
    assert.deepEqual(
      events.map(({ event }) => event),
      ['traces/changed', 'status/changed'],
    );
  });

  it('come at most every 100 ms a kind in a flood, and once after it', () => {
    for (let ms = 0; ms < 1000; ms += 5) {
      send(SMALL);
      clock.advance(5);
    }
    clock.advance(10_000);
    const times = events.filter(({ event }) => event === 'traces/changed').map(({ at }) => at);
    assert.equal(times.length, 11);
    assert.ok(times.every((at, index) => index === 0 || at - (times[index - 1] ?? 0) >= 100));
    assert.ok((times.at(-1) ?? 0) >= 995);
  });

  it('cost no timer when nothing happens', () => {
    assert.equal(clock.waiting, 0);
    send(SMALL);
    clock.advance(60_000);
    assert.equal(clock.waiting, 0);
  });

  it('wait for a trace to settle, and only as long as one is assembling', () => {
    store.draw('a z ==', { assembling: true });
    store.settleAt = 6000;
    const info = ask('view/open', { traceId: DRAWN_TRACE });
    receiver.deps.onProblem({ code: 'other', message: 'wakes the engine' });
    clock.advance(5999);
    events.length = 0;
    assert.equal(clock.waiting, 1);
    clock.advance(101);
    assert.equal(named('traces/changed').length, 1);
    const [changed] = named('view/changed') as ViewInfo[];
    assert.equal(changed?.viewId, info.viewId);
    assert.equal(changed.orphanCount, 1);
    assert.equal(clock.waiting, 0);
  });

  it('say that senders must wait, and that they need not any more', () => {
    receiver.deps.onProblem({ code: 'busy', message: 'The store is full.' });
    clock.advance(0);
    assert.equal((named('status/changed').at(-1) as EngineStatus).pressure, 'The store is full.');
    clock.advance(2999);
    assert.equal(named('status/changed').length, 1);
    clock.advance(1);
    const last = named('status/changed').at(-1) as EngineStatus;
    assert.equal(named('status/changed').length, 2);
    assert.ok(!('pressure' in last));
    assert.equal(clock.waiting, 0);
  });

  it('tell an open view that its trace grew, with the rows it has now', () => {
    send(SMALL);
    clock.advance(0);
    const { viewId, revision } = ask('view/open', { traceId: DRAWN_TRACE });
    send(LARGER);
    clock.advance(100);
    const [changed] = named('view/changed') as ViewInfo[];
    assert.equal(changed?.viewId, viewId);
    assert.equal(changed.rowCount, 3);
    assert.ok(changed.revision > revision);
  });

  it('say nothing of a closed view', () => {
    send(SMALL);
    const { viewId } = ask('view/open', { traceId: DRAWN_TRACE });
    ask('view/close', { viewId });
    send(LARGER);
    clock.advance(1000);
    assert.deepEqual(named('view/changed'), []);
  });

  it('end with the engine', async () => {
    send(SMALL);
    await engine.dispose();
    clock.advance(1000);
    assert.deepEqual(events, []);
    assert.equal(clock.waiting, 0);
  });
});

/** A gauge with two points that tell nothing. */
const TWO_POINTS = Uint8Array.from([0x0a, 10, 0x12, 8, 0x12, 6, 0x2a, 4, 0x0a, 0, 0x0a, 0]);

describe('the status', () => {
  it('counts what was rejected, refused and not kept', async () => {
    await Promise.resolve(ask('receiver/start', { httpPort: 0, grpcPort: 0, maxBodyBytes: 1024, allowedHosts: [] }));
    send(SMALL);
    receiver.deps.ingest.ingest('logs', new Uint8Array());
    receiver.deps.ingest.ingest('metrics', TWO_POINTS);
    receiver.deps.onProblem({ code: 'tls', message: 'a TLS hello' });
    receiver.metrics.refusedRequests = 3;
    const status = ask('engine/status', {});
    assert.equal(status.receiver.kind, 'listening');
    assert.deepEqual(
      [status.traces, status.spans, status.rejectedSpans, status.metricPoints, status.refusedRequests],
      [1, 2, 2, 2, 3],
    );
    assert.equal(status.problems[0]?.code, 'tls');
  });

  it('passes the limit on to the store', () => {
    ask('engine/limits', { maxStoreBytes: 5_000_000 });
    assert.equal(store.maxBytes, 5_000_000);
  });
});

describe('the list', () => {
  it('holds still while paused and counts what waits', () => {
    store.draw(SMALL);
    ask('engine/pause', { paused: true });
    store.draw(SMALL, { traceId: OTHER });
    const list = ask('traces/list', { limit: 10 });
    assert.deepEqual(
      list.traces.map(({ traceId }) => traceId),
      [DRAWN_TRACE],
    );
    assert.deepEqual([list.total, list.waiting], [2, 1]);
    assert.equal(ask('engine/status', {}).paused, true);
    ask('engine/pause', { paused: false });
    assert.equal(ask('traces/list', { limit: 10 }).traces.length, 2);
    assert.equal(ask('traces/list', { limit: 10 }).waiting, 0);
  });

  it('summarises while paused only what it answers', () => {
    for (let n = 0; n < 50; n++) store.draw(SMALL, { traceId: n.toString(16).padStart(32, 'c') as TraceId });
    ask('engine/pause', { paused: true });
    store.draw(SMALL, { traceId: OTHER });
    store.listed = 0;
    const list = ask('traces/list', { limit: 5 });
    assert.deepEqual([list.traces.length, list.total, list.waiting, store.listed], [5, 51, 1, 5]);
  });

  it('keeps what it held still when paused twice', () => {
    ask('engine/pause', { paused: true });
    store.draw(SMALL);
    ask('engine/pause', { paused: true });
    assert.equal(ask('traces/list', { limit: 10 }).waiting, 1);
  });

  it('pins a trace and lets it go, and announces it', () => {
    store.draw(SMALL);
    clock.advance(100);
    const [trace] = ask('traces/list', { limit: 1 }).traces;
    assert.ok(trace);
    ask('traces/pin', { traceId: trace.traceId, pinned: true });
    assert.equal(ask('traces/list', { limit: 1 }).traces[0]?.pinned, true);
    clock.advance(100);
    assert.equal(named('traces/changed').length, 1);
    ask('traces/pin', { traceId: trace.traceId, pinned: false });
    assert.equal(ask('traces/list', { limit: 1 }).traces[0]?.pinned, false);
    assert.throws(() => ask('traces/pin', { traceId: OTHER, pinned: true }), { code: 'notFound' });
  });

  it('announces that it was cleared and brought back', () => {
    store.draw(SMALL);
    assert.deepEqual(ask('traces/clear', {}), { hidden: 1 });
    clock.advance(0);
    assert.deepEqual(named('traces/changed'), [{ total: 0 }]);
    ask('traces/undoClear', {});
    clock.advance(100);
    assert.deepEqual(named('traces/changed').at(-1), { total: 1 });
  });
});

describe('a second client', () => {
  let heard: { readonly event: string; readonly payload: unknown }[];
  let second: EngineConnection;

  beforeEach(() => {
    heard = [];
    second = engine.connect((event, payload) => heard.push({ event, payload }));
    store.draw(SMALL);
  });

  it('hears of traces, the status and the log as the first does', () => {
    engine.log('info', 'hello');
    send(LARGER);
    clock.advance(100);
    assert.deepEqual(
      heard.map(({ event }) => event),
      ['log', 'traces/changed', 'status/changed'],
    );
    assert.equal(events.length, heard.length);
  });

  it('has views of its own: the other neither hears of them nor reaches them', () => {
    const { viewId } = ask('view/open', { traceId: DRAWN_TRACE }, second);
    send(LARGER);
    clock.advance(100);
    assert.deepEqual(named('view/changed'), []);
    assert.deepEqual(
      heard.filter(({ event }) => event === 'view/changed').map(({ payload }) => (payload as ViewInfo).viewId),
      [viewId],
    );
    assert.throws(() => ask('view/info', { viewId }), { code: 'notFound' });
    ask('view/close', { viewId });
    assert.equal(ask('view/info', { viewId }, second).viewId, viewId);
  });

  it('pauses its own list only', () => {
    ask('engine/pause', { paused: true }, second);
    store.draw(SMALL, { traceId: OTHER });
    assert.deepEqual(
      [ask('traces/list', { limit: 9 }).waiting, ask('traces/list', { limit: 9 }, second).waiting],
      [0, 1],
    );
    assert.deepEqual([ask('engine/status', {}).paused, ask('engine/status', {}, second).paused], [false, true]);
  });

  it('keeps at most 64 views, forgets the least recently used, and none of another client', () => {
    const ofFirst = ask('view/open', { traceId: DRAWN_TRACE });
    const oldest = ask('view/open', { traceId: DRAWN_TRACE }, second);
    const next = ask('view/open', { traceId: DRAWN_TRACE }, second);
    ask('view/info', { viewId: oldest.viewId }, second);
    for (let more = 0; more < 63; more++) ask('view/open', { traceId: DRAWN_TRACE }, second);
    assert.throws(() => ask('view/info', { viewId: next.viewId }, second), { code: 'notFound' });
    assert.equal(ask('view/info', { viewId: oldest.viewId }, second).viewId, oldest.viewId);
    assert.equal(ask('view/info', { viewId: ofFirst.viewId }).viewId, ofFirst.viewId);
  });

  it('takes its views with it and hears no more', () => {
    const { viewId } = ask('view/open', { traceId: DRAWN_TRACE }, second);
    second.dispose();
    send(LARGER);
    clock.advance(100);
    assert.deepEqual(heard, []);
    assert.throws(() => ask('view/info', { viewId }, second), { code: 'notFound' });
  });
});

describe('requests of another shape', () => {
  const ref = { traceId: DRAWN_TRACE, spanId: drawnSpanId('a') };
  const good: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    'receiver/start': { httpPort: 0, grpcPort: 0, maxBodyBytes: 1, allowedHosts: [] },
    'engine/limits': { maxStoreBytes: 2 ** 20 },
    'engine/pause': { paused: false },
    'client/hello': { folders: [] },
    'traces/list': { limit: 1 },
    'traces/find': { text: '' },
    'view/open': { traceId: DRAWN_TRACE },
    'view/info': { viewId: 1 },
    'view/rows': { viewId: 1, from: 0, count: 1, anchor: '' },
    'view/fold': { viewId: 1, spanId: ref.spanId, expanded: true, recursive: true },
    'view/locate': { viewId: 1, spanId: ref.spanId, reveal: true },
    'view/step': { viewId: 1, spanId: ref.spanId, step: 'parent' },
    'view/close': { viewId: 1 },
    'span/details': ref,
    'span/model': ref,
    'span/events': { ...ref, from: 0, limit: 1 },
    'span/logs': { ...ref, from: 0, limit: 1 },
    'span/hints': ref,
    'span/value': { ...ref, ref: 'x', offset: 0 },
    'span/summary': ref,
  };
  const BAD: readonly unknown[] = [undefined, null, -1, 1.5, {}, ['x', 1], 'not an id', Symbol.iterator];

  async function codeOf(method: keyof EngineMethods, params: unknown): Promise<string> {
    try {
      await (ask(method, params) as unknown);
      return 'answered';
    } catch (error) {
      return error instanceof ProtocolError ? error.code : String(error);
    }
  }

  for (const [method, params] of Object.entries(good)) {
    it(`are refused by ${method}, field by field`, async () => {
      assert.notEqual(await codeOf(method as keyof EngineMethods, params), 'invalid');
      for (const key of Object.keys(params)) {
        for (const bad of BAD) {
          // An empty or foreign reference of a value is text like any other.
          if (typeof bad === 'string' && typeof params[key] === 'string' && (key === 'text' || key === 'ref')) continue;
          const code = await codeOf(method as keyof EngineMethods, { ...params, [key]: bad });
          assert.equal(code, 'invalid', `${key}: ${String(bad)}`);
        }
      }
      for (const bad of [undefined, null, 'x', []]) {
        assert.equal(await codeOf(method as keyof EngineMethods, bad), 'invalid');
      }
    });
  }
});

describe('what is not held', () => {
  it('is not found', async () => {
    const ref = { traceId: DRAWN_TRACE, spanId: drawnSpanId('a') };
    const isNotFound = (error: unknown): boolean => error instanceof ProtocolError && error.code === 'notFound';
    for (const method of ['span/details', 'span/model', 'span/hints', 'span/summary'] as const) {
      await assert.rejects(
        Promise.resolve().then(() => ask(method, ref) as unknown),
        isNotFound,
        method,
      );
    }
    for (const method of ['span/events', 'span/logs'] as const) {
      await assert.rejects(
        Promise.resolve().then(() => ask(method, { ...ref, from: 0, limit: 1 }) as unknown),
        isNotFound,
        method,
      );
    }
    await assert.rejects(
      Promise.resolve().then(() => ask('span/value', { ...ref, ref: 'x', offset: 0 }) as unknown),
      isNotFound,
    );
    await assert.rejects(
      Promise.resolve().then(() => ask('view/open', { traceId: DRAWN_TRACE }) as unknown),
      isNotFound,
    );
  });
});
