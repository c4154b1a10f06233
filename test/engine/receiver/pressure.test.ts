import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Pressure } from '../../../src/engine/receiver/pressure.ts';
import { TurnQueue } from '../../../src/engine/receiver/turnQueue.ts';
import { assertRefused, callGrpc, grpcStatus, openHttp2, openRaw, send, startRig } from './receiverRig.ts';

interface Knobs {
  now: number;
  heap: number;
  sink: string | undefined;
}

function pressureOf(knobs: Knobs): { pressure: Pressure; queue: TurnQueue } {
  const queue = new TurnQueue(8, { now: () => knobs.now, defer: () => undefined });
  const pressure = new Pressure({
    queue,
    elapsed: () => knobs.now,
    sink: () => knobs.sink,
    heapShare: () => knobs.heap,
  });
  return { pressure, queue };
}

describe('pressure', () => {
  it('is none while everything is within its bounds', () => {
    assert.equal(pressureOf({ now: 0, heap: 0.9, sink: undefined }).pressure.check(), undefined);
  });

  it('is there once a request has waited for two seconds to be read, and gone when it was', () => {
    const knobs: Knobs = { now: 0, heap: 0, sink: undefined };
    const { pressure, queue } = pressureOf(knobs);
    queue.run(() => (knobs.now += 10));
    queue.run(() => undefined);
    knobs.now += 2000;
    assert.equal(pressure.check(), undefined);
    knobs.now += 1;
    const refusal = pressure.check();
    assert.equal(refusal?.httpStatus, 503);
    assert.equal(refusal.retryAfterSeconds, 1);
    assert.match(refusal.message, /More arrives than can be read/);
  });

  it('is there when the heap is nearly full, looked at four times a second', () => {
    const knobs: Knobs = { now: 0, heap: 0.95, sink: undefined };
    const { pressure } = pressureOf(knobs);
    assert.match(pressure.check()?.message ?? '', /memory is nearly used up/);
    knobs.heap = 0.5;
    knobs.now = 249;
    assert.ok(pressure.check());
    knobs.now = 250;
    assert.equal(pressure.check(), undefined);
  });

  it('is what the store says', () => {
    const refusal = pressureOf({ now: 0, heap: 0, sink: 'The store is over its limit.' }).pressure.check();
    assert.match(refusal?.message ?? '', /^The store is over its limit\. The sender is asked to retry/);
  });
});

describe('a receiver under pressure', () => {
  const full = { pressure: () => 'The store is full.' };

  it('answers 503 with Retry-After before the body comes, and reports it', async (t) => {
    const rig = await startRig(t, full);
    const raw = await openRaw(t, rig.httpPort);
    raw.socket.write(
      'POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n',
    );
    assert.match(await raw.receives(/\}$/), /^HTTP\/1\.1 503[^]*retry-after: 1\r\n[^]*The store is full/i);
    assertRefused(rig, 'busy', /The store is full\. The sender is asked to retry in a second/);
  });

  it('answers RESOURCE_EXHAUSTED with RetryInfo over gRPC', async (t) => {
    const rig = await startRig(t, full);
    const answer = await callGrpc(await openHttp2(t, rig.grpcPort), Buffer.from('x'));
    assert.equal(grpcStatus(answer), 8);
    assert.match(Buffer.from(String(answer.headers['grpc-status-details-bin']), 'base64').toString(), /rpc\.RetryInfo/);
    assertRefused(rig, 'busy', /The store is full/);
  });

  it('takes requests again when the pressure is gone', async (t) => {
    let why: string | undefined = 'The store is full.';
    const rig = await startRig(t, { pressure: () => why });
    assert.equal((await send(rig.httpPort)).status, 503);
    why = undefined;
    assert.equal((await send(rig.httpPort)).status, 200);
  });

  it('still says what it is and refuses what is wrong in itself', async (t) => {
    const rig = await startRig(t, full);
    assert.equal((await send(rig.httpPort, { method: 'GET', path: '/', headers: {} })).status, 200);
    assert.equal((await send(rig.httpPort, { path: '/nowhere' })).status, 404);
  });
});

describe('bodies that arrive together', () => {
  it('are read a slice at a time, and whatever else waits has its turn between', async (t) => {
    const order: string[] = [];
    const rig = await startRig(t, {
      limits: { sliceMs: 1e-6 },
      ingest: () => {
        order.push('body');
        if (order.length === 1) setImmediate(() => order.push('other'));
        return { accepted: 1, rejected: 0, message: '' };
      },
    });
    const raw = await openRaw(t, rig.httpPort);
    const request =
      'POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}';
    // Pipelined: all are complete in one read.
    raw.socket.write(request.repeat(5));
    await raw.receives(/(HTTP\/1\.1 200[^]*){5}/);
    assert.equal(order.filter((one) => one === 'body').length, 5);
    assert.ok(order.indexOf('other') < order.lastIndexOf('body'), order.join());
  });

  it('count as in flight until they were read', async (t) => {
    const rig = await startRig(t, { limits: { inFlightBytes: 150_000, sliceMs: 1e-6 } });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => send(rig.httpPort, { body: Buffer.alloc(100_000) })),
    );
    assert.ok(answers.every(({ status }) => status === 200 || status === 503));
    assert.equal((await send(rig.httpPort, { body: Buffer.alloc(100_000) })).status, 200);
  });
});
