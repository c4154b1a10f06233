import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Channel, type Handlers, type Timers, type Transport } from '../../../src/protocol/channel.ts';
import { ProtocolError } from '../../../src/protocol/errors.ts';

interface Methods {
  add: readonly [{ readonly a: number; readonly b: number }, number];
  fail: readonly [{ readonly code: 'notFound' | 'plain' }, number];
  wait: readonly [Record<string, never>, number];
}

interface Events {
  ticked: { readonly count: number };
}

/** Timers that run when told: a timeout is a signal here, not a wait. */
class ManualTimers implements Timers {
  readonly pending = new Map<number, () => void>();
  #next = 1;
  set(callback: () => void): number {
    this.pending.set(this.#next, callback);
    return this.#next++;
  }
  clear(handle: unknown): void {
    this.pending.delete(handle as number);
  }
  fire(): void {
    for (const [handle, callback] of [...this.pending]) {
      this.pending.delete(handle);
      callback();
    }
  }
}

/** Two ends that copy each message as JSON, as a webview link would. */
function linkedTransports(): [Transport, Transport, { readonly sent: unknown[] }] {
  const listeners: [(message: unknown) => void, (message: unknown) => void] = [() => undefined, () => undefined];
  const sent: unknown[] = [];
  const end = (own: 0 | 1): Transport => ({
    post(message) {
      sent.push(message);
      const copy: unknown = JSON.parse(JSON.stringify(message));
      queueMicrotask(() => listeners[own === 0 ? 1 : 0](copy));
    },
    onMessage(listener) {
      listeners[own] = listener;
    },
    dispose: () => undefined,
  });
  return [end(0), end(1), { sent }];
}

function pair() {
  const [left, right, wire] = linkedTransports();
  const timers = new ManualTimers();
  const released: (() => void)[] = [];
  const signals: { readonly cancelled: boolean }[] = [];
  const handlers: Handlers<Methods> = {
    add: ({ a, b }) => a + b,
    fail: ({ code }) => {
      if (code === 'notFound') throw new ProtocolError('notFound', 'no such span');
      throw new Error('broken');
    },
    wait: (_params, signal) => {
      signals.push(signal);
      return new Promise((resolve) => released.push(() => resolve(1)));
    },
  };
  const client = new Channel<Methods, object, Events, object>(left, {}, timers);
  const server = new Channel<object, Methods, object, Events>(right, handlers, new ManualTimers());
  return { client, server, timers, released, signals, wire };
}

const withCode = (code: string) => (error: unknown) => error instanceof ProtocolError && error.code === code;
const turns = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

describe('Channel', () => {
  it('answers a request with the handler’s result', async () => {
    assert.equal(await pair().client.request('add', { a: 2, b: 3 }), 5);
  });

  it('carries typed errors, and others as failed', async () => {
    const { client } = pair();
    await assert.rejects(client.request('fail', { code: 'notFound' }), withCode('notFound'));
    await assert.rejects(client.request('fail', { code: 'plain' }), withCode('failed'));
  });

  it('refuses methods that are not served, inherited ones too', async () => {
    const { client } = pair();
    const request = client.request.bind(client) as (method: string, params: unknown) => Promise<unknown>;
    await assert.rejects(request('nope', {}), withCode('invalid'));
    await assert.rejects(request('toString', {}), withCode('invalid'));
  });

  it('fails with timeout when no answer comes, and tells the other end', async () => {
    const { client, timers, signals, released } = pair();
    const answer = client.request('wait', {});
    await turns();
    timers.fire();
    await assert.rejects(answer, withCode('timeout'));
    await turns();
    assert.equal(signals[0]?.cancelled, true);
    released[0]?.();
  });

  it('cancels an older request when a newer one with the same key comes', async () => {
    const { client, signals, released } = pair();
    const older = client.request('wait', {}, { supersede: 'rows' });
    const newer = client.request('wait', {}, { supersede: 'rows' });
    await assert.rejects(older, withCode('cancelled'));
    await turns();
    assert.deepEqual(
      signals.map(({ cancelled }) => cancelled),
      [true, false],
    );
    released[1]?.();
    assert.equal(await newer, 1);
  });

  it('settles everything pending on dispose, and refuses new requests', async () => {
    const { client, timers } = pair();
    const answer = client.request('wait', {});
    client.dispose();
    await assert.rejects(answer, withCode('disposed'));
    await assert.rejects(client.request('add', { a: 1, b: 1 }), withCode('disposed'));
    assert.equal(timers.pending.size, 0, 'no timer is left');
  });

  it('tells events until the listener is removed', async () => {
    const { client, server } = pair();
    const counts: number[] = [];
    const stop = client.on('ticked', ({ count }) => counts.push(count));
    server.emit('ticked', { count: 1 });
    await turns();
    stop();
    server.emit('ticked', { count: 2 });
    await turns();
    assert.deepEqual(counts, [1]);
  });

  it('passes over messages of another shape', async () => {
    const { client, wire } = pair();
    const [left, right] = linkedTransports();
    const lonely = new Channel<Methods, object, Events, object>(left, {}, new ManualTimers());
    for (const noise of [null, 7, 'q', {}, { k: 4 }, { k: 'a', id: 99, r: 1 }, { k: 'zz' }]) right.post(noise);
    await turns();
    assert.equal(await client.request('add', { a: 1, b: 1 }), 2);
    assert.ok(wire.sent.length > 0);
    lonely.dispose();
  });
});
