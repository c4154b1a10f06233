import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { TraceScope } from '../../src/protocol/engineApi.ts';
import { newTraceId, postTraces, traceJson } from '../support/otlpJson.ts';
import { startTestEngine, type EngineChannel, type TestEngine } from '../support/testEngine.ts';

let engine: TestEngine;
let shop: EngineChannel;
let bank: EngineChannel;

beforeEach(async () => {
  engine = await startTestEngine();
  shop = engine.connect();
  bank = engine.connect();
});
afterEach(async () => {
  shop.dispose();
  bank.dispose();
  await engine.stop();
});

function send(name: string, resource: Readonly<Record<string, string>>, attributes?: Readonly<Record<string, string>>) {
  const body = traceJson(newTraceId(), 'service', [{ name, ...(attributes && { attributes }) }], resource);
  return postTraces(`http://127.0.0.1:${engine.httpPort}`, body);
}

async function hello(): Promise<void> {
  await shop.request('client/hello', { folders: ['/home/me/shop'] });
  await bank.request('client/hello', { folders: ['/home/me/bank/', 'C:\\Work\\Bank'] });
}

async function names(channel: EngineChannel, scope: TraceScope): Promise<string> {
  const { traces } = await channel.request('traces/list', { limit: 100, scope });
  return traces
    .map(({ name }) => name)
    .sort()
    .join(' ');
}

/** Waits until a window counts so many traces of others. */
async function until(channel: EngineChannel, others: number): Promise<void> {
  for (;;) {
    const changed = new Promise<void>((resolve) => {
      const stop = channel.on('traces/changed', () => {
        stop();
        resolve();
      });
    });
    if ((await channel.request('traces/list', { limit: 0, scope: 'workspace' })).others === others) return;
    await changed;
  }
}

describe("a window's own traces", () => {
  it('are those that run in its folders, and those that tell nothing', async () => {
    await hello();
    await send('shop', { 'process.working_directory': '/home/me/shop/api' });
    await send('bank', { 'process.command': '/home/me/bank/main.js' });
    await send('windows', { 'process.working_directory': 'c:\\work\\bank' });
    await send('unknown', {});
    await send('elsewhere', { 'process.working_directory': '/opt/service' });
    await until(shop, 2);
    await until(bank, 1);
    assert.equal(await names(shop, 'workspace'), 'elsewhere shop unknown');
    assert.equal(await names(shop, 'others'), 'bank windows');
    assert.equal(await names(bank, 'workspace'), 'bank elsewhere unknown windows');
    assert.equal(await names(bank, 'others'), 'shop');
    assert.equal(await names(shop, 'all'), 'bank elsewhere shop unknown windows');
    const { total, others } = await shop.request('traces/list', { limit: 1, scope: 'workspace' });
    assert.deepEqual([total, others], [3, 2]);
  });

  it('are told by code attributes where the process tells nothing', async () => {
    await hello();
    await send('bank', {}, { 'code.file.path': '/home/me/bank/pay.py' });
    await until(shop, 1);
    assert.equal(await names(bank, 'workspace'), 'bank');
  });

  it('are no other because of a folder whose name only begins alike', async () => {
    await hello();
    await send('like', { 'process.working_directory': '/home/me/bank-tools' });
    await send('bank', { 'process.working_directory': '/home/me/bank' });
    await until(shop, 1);
    assert.equal(await names(shop, 'workspace'), 'like');
  });

  it('that arrived before the other window came are found then, and stay told apart when it is gone', async () => {
    await shop.request('client/hello', { folders: ['/home/me/shop'] });
    await send('bank', { 'process.working_directory': '/home/me/bank' });
    assert.equal(await names(shop, 'workspace'), 'bank');
    await hello();
    await until(shop, 1);
    bank.dispose();
    await send('bank again', { 'process.working_directory': '/home/me/bank' });
    await until(shop, 2);
  });

  it('are a paused list like any other', async () => {
    await hello();
    await send('shop', { 'process.working_directory': '/home/me/shop' });
    await send('bank', { 'process.working_directory': '/home/me/bank' });
    await until(shop, 1);
    await shop.request('engine/pause', { paused: true });
    await send('shop later', { 'process.working_directory': '/home/me/shop' });
    await send('bank later', { 'process.working_directory': '/home/me/bank' });
    await until(bank, 2);
    assert.equal(await names(shop, 'workspace'), 'shop');
    assert.equal(await names(shop, 'others'), 'bank');
    assert.equal((await shop.request('traces/list', { limit: 9, scope: 'workspace' })).waiting, 2);
  });

  it('are not hidden again by what was cleared', async () => {
    await hello();
    await send('bank', { 'process.working_directory': '/home/me/bank' });
    await until(shop, 1);
    await shop.request('traces/clear', {});
    assert.deepEqual(await shop.request('traces/list', { limit: 9, scope: 'workspace' }), {
      traces: [],
      total: 0,
      waiting: 0,
      others: 0,
    });
  });

  it('are listed among very many of others', async () => {
    await hello();
    await send('shop', { 'process.working_directory': '/home/me/shop' });
    const many = Array.from({ length: 1100 }, (_, n) => newTraceId().slice(0, 26) + String(n).padStart(6, '0'));
    const bodies = many.map((id) =>
      traceJson(id, 'service', [{ name: 'bank' }], { 'process.working_directory': '/home/me/bank' }),
    );
    const requests = bodies.map((body) => JSON.parse(body) as { resourceSpans: unknown[] });
    const body = JSON.stringify({ resourceSpans: requests.flatMap(({ resourceSpans }) => resourceSpans) });
    await postTraces(`http://127.0.0.1:${engine.httpPort}`, body);
    await until(shop, 1100);
    assert.equal(await names(shop, 'workspace'), 'shop');
    assert.equal((await shop.request('traces/list', { limit: 10, scope: 'others' })).traces.length, 10);
  });
});
