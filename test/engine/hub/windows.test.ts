import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it, type TestContext } from 'node:test';
import type { TraceId } from '../../../src/core/model/ids.ts';
import { ProtocolError } from '../../../src/protocol/errors.ts';
import { spanIdAt, tracesRequest } from '../../support/otlpBytes.ts';
import { ProcessWindow } from '../../support/testWindows.ts';

let storage = '';
const windows: ProcessWindow[] = [];

beforeEach(async () => {
  storage = path.join(await mkdtemp(path.join(tmpdir(), 'spanline-windows-')), 'globalStorage');
});
afterEach(async () => {
  await Promise.all(windows.splice(0).map((window) => window.kill()));
  await rm(path.dirname(storage), { recursive: true, force: true });
});

/** A window that has found its part in the store. */
async function open(): Promise<ProcessWindow> {
  const window = new ProcessWindow(storage);
  windows.push(window);
  await window.request('engine/status', {});
  return window;
}

function traceIdAt(n: number): TraceId {
  return n.toString(16).padStart(32, 'a') as TraceId;
}

function batch(n: number): Uint8Array {
  return tracesRequest([
    {
      traceId: traceIdAt(n),
      spanId: spanIdAt(1),
      name: `op ${n}`,
      startNs: 1_700_000_000_000_000_000n,
      endNs: 1_700_000_001_000_000_000n,
    },
  ]);
}

async function post(httpPort: number, body: Uint8Array): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${httpPort}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: Buffer.from(body),
    });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}

async function portsOf(window: ProcessWindow): Promise<{ httpPort: number; grpcPort: number }> {
  const state = await window.receive();
  assert.ok(state.kind === 'listening', JSON.stringify(state));
  return { httpPort: state.httpPort, grpcPort: state.grpcPort };
}

async function roleOf(window: ProcessWindow): Promise<string> {
  return (await window.request('engine/status', {})).role;
}

describe('two windows', () => {
  it('share one store: the second shows what the first received, rows and all', async () => {
    const first = await open();
    const { httpPort } = await portsOf(first);
    const second = await open();
    assert.deepEqual([await roleOf(first), await roleOf(second)], ['owner', 'client']);
    const arrived = second.next('traces/changed', ({ total }) => total === 1);
    assert.ok(await post(httpPort, batch(1)));
    await arrived;
    const view = await second.request('view/open', { traceId: traceIdAt(1) });
    const rows = await second.request('view/rows', { viewId: view.viewId, from: 0, count: 10, anchor: '' });
    assert.deepEqual([rows.names, [...rows.durationNs]], [['op 1'], [1e9]]);
    await assert.rejects(first.request('view/info', { viewId: view.viewId }), { code: 'notFound' });
  });

  it('receive on the same ports, whichever asks', async () => {
    const first = await open();
    const second = await open();
    const ports = await portsOf(second);
    assert.deepEqual(await portsOf(first), ports);
    assert.deepEqual((await first.receive(ports)).kind, 'listening');
    const stopped = first.next('status/changed', ({ receiver }) => receiver.kind === 'stopped');
    await second.request('receiver/stop', {});
    await stopped;
  });

  it('of which the second opens late, are told at once what there is', async () => {
    const first = await open();
    const { httpPort } = await portsOf(first);
    await post(httpPort, batch(1));
    const second = new ProcessWindow(storage);
    windows.push(second);
    const status = await second.next('status/changed');
    assert.deepEqual([status.traces, status.role, status.receiver.kind], [1, 'client', 'listening']);
  });
});

describe('when the window that owns the store is killed', () => {
  it('another takes over and receives on the same ports, and the rest follow it', async (t: TestContext) => {
    const first = await open();
    const others = [await open(), await open(), await open()];
    const { httpPort } = await portsOf(first);
    const moved = others.map((window) => window.next('engine/moved'));
    const listening = others.map((window) =>
      window.next('status/changed', ({ receiver }) => receiver.kind === 'listening'),
    );
    const began = performance.now();
    await first.kill();
    const roles = (await Promise.all(moved)).map(({ role }) => role).sort();
    const settled = performance.now();
    assert.deepEqual(roles, ['client', 'client', 'owner']);
    await Promise.all(listening);
    const served = performance.now();
    assert.ok(await post(httpPort, batch(2)));
    t.diagnostic(
      `owner found after ${(settled - began).toFixed(0)} ms, listening after ${(served - began).toFixed(0)} ms`,
    );
    for (const window of others) assert.equal((await window.request('traces/list', { limit: 10 })).total, 1);
  });

  it('the next one masks by the same rules and has the same limits before it receives', async () => {
    const first = await open();
    const { httpPort } = await portsOf(first);
    const second = await open();
    const presets = { apiKeys: true, bearerTokens: true, passwords: true, cookies: true, email: false };
    for (const window of [first, second]) {
      await window.request('engine/redact', { presets, keys: [], values: ['op \\d+ of a secret'] });
    }
    const text = 'op 77 of a secret';
    const moved = second.next('engine/moved');
    await first.kill();
    await moved;
    // The host has said nothing yet: what comes first is masked by what the worker remembers.
    const body = tracesRequest([
      {
        traceId: traceIdAt(1),
        spanId: spanIdAt(1),
        name: 'op',
        startNs: 1_700_000_000_000_000_000n,
        endNs: 1_700_000_001_000_000_000n,
        attributes: { note: text },
      },
    ]);
    while (!(await post(httpPort, body)));
    const { attributes } = await second.request('span/details', {
      traceId: traceIdAt(1),
      spanId: spanIdAt(1),
    });
    const note = attributes.find(({ key }) => key === 'note')?.value;
    assert.ok(note?.type === 'string' && !note.value.includes('77'), JSON.stringify(note));
  });

  it('a request it left unanswered fails as disposed, and one asked meanwhile is answered by the next', async () => {
    const first = await open();
    const second = await open();
    first.process.kill('SIGSTOP');
    const left = assert.rejects(
      second.request('traces/list', { limit: 1 }),
      (error) => error instanceof ProtocolError && error.code === 'disposed',
    );
    const moved = second.next('engine/moved');
    await first.kill();
    await left;
    assert.equal((await second.request('traces/list', { limit: 1 })).total, 0);
    assert.equal((await moved).role, 'owner');
  });

  it('what it had received is read back by the next, and a view of it opens as soon as it is there', async () => {
    const first = await open();
    const second = await open();
    const { httpPort } = await portsOf(first);
    for (let n = 0; n < 20; n++) assert.ok(await post(httpPort, batch(n)));
    const moved = second.next('engine/moved');
    await first.kill();
    await moved;
    const view = await second.request('view/open', { traceId: traceIdAt(7) });
    assert.equal(view.summary.name, 'op 7');
    await second.readBack();
    assert.equal((await second.request('traces/list', { limit: 100 })).total, 20);
  });

  it('time after time under load, everything acknowledged is there, once', async (t: TestContext) => {
    let owner = await open();
    const rest = [await open(), await open(), await open()];
    const { httpPort } = await portsOf(owner);
    let ended = false;
    const stopped = (): boolean => ended;
    let next = 0;
    let longest = 0;
    const accepted = new Set<number>();
    const send = async (): Promise<void> => {
      while (!stopped()) {
        const n = next++;
        const body = batch(n);
        const began = performance.now();
        // An exporter's retry, without its waiting.
        while (!(await post(httpPort, body))) if (stopped()) return;
        accepted.add(n);
        longest = Math.max(longest, performance.now() - began);
      }
    };
    const senders = Array.from({ length: 4 }, send);
    while (rest.length > 0) {
      const most = accepted.size + 50;
      while (accepted.size < most) await owner.next('status/changed');
      const movedTo = rest.map(async (window) => ({ window, role: (await window.next('engine/moved')).role }));
      await owner.kill();
      const taker = (await Promise.all(movedTo)).find(({ role }) => role === 'owner');
      assert.ok(taker);
      owner = taker.window;
      rest.splice(rest.indexOf(owner), 1);
    }
    const most = accepted.size + 50;
    while (accepted.size < most) await owner.next('status/changed');
    ended = true;
    await Promise.all(senders);
    await owner.readBack();
    t.diagnostic(
      `${accepted.size} batches through 3 takeovers; the longest took ${longest.toFixed(0)} ms with its retries`,
    );
    const { traces } = await owner.request('traces/list', { limit: 100_000 });
    const held = new Map(traces.map(({ traceId, spanCount }) => [traceId, spanCount]));
    assert.equal(held.size, traces.length);
    const lost = [...accepted].filter((n) => held.get(traceIdAt(n)) !== 1);
    assert.deepEqual(lost, [], 'lost or doubled');
  });
});

it('a window whose folder cannot be used works alone and says why', async () => {
  storage = '/dev/null/nowhere';
  const window = await open();
  const status = await window.request('engine/status', {});
  assert.equal(status.role, 'alone');
  assert.match(status.roleReason, /cannot be used/);
  await portsOf(window);
  storage = path.join(tmpdir(), 'spanline-windows-none', 'x');
});
