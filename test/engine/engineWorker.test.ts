import assert from 'node:assert/strict';
import { once } from 'node:events';
import { it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { Channel } from '../../src/protocol/channel.ts';
import type { EngineEvents, EngineMethods } from '../../src/protocol/engineApi.ts';
import { portTransport } from '../../src/protocol/portTransport.ts';

const ENTRY = new URL('../../src/engine/engineWorker.ts', import.meta.url);

const timers = {
  set: (callback: () => void, ms: number): unknown => setTimeout(callback, ms),
  clear: (handle: unknown): void => clearTimeout(handle as NodeJS.Timeout),
};

function connect(worker: Worker): Channel<EngineMethods, object, EngineEvents, object> {
  return new Channel<EngineMethods, object, EngineEvents, object>(
    portTransport(worker, () => void worker.terminate()),
    {},
    timers,
  );
}

it('the engine answers from its worker thread and ends with it', async () => {
  const worker = new Worker(ENTRY);
  const channel = connect(worker);
  const state = await channel.request('receiver/start', {
    httpPort: 0,
    grpcPort: 0,
    maxBodyBytes: 1024 * 1024,
    allowedHosts: [],
  });
  assert.equal(state.kind, 'listening');
  assert.equal((await channel.request('engine/status', {})).receiver.kind, 'listening');
  const exit = once(worker, 'exit');
  channel.dispose();
  await exit;
});

it('an error nobody caught is logged and then ends the worker, so that the host sees it', async () => {
  // Runs the real entry, and then fails in a timer as a bug would.
  const program = `await import(${JSON.stringify(ENTRY.href)}); setTimeout(() => { throw new Error('planted'); }, 0);`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`));
  const channel = connect(worker);
  const logged = new Promise<string>((resolve) => {
    channel.on('log', ({ message }) => resolve(message));
  });
  const failed = once(worker, 'error');
  // `once` would take the error for its own.
  const exit = new Promise<number>((resolve) => {
    worker.on('exit', resolve);
  });
  assert.match(await logged, /planted/);
  const [error] = (await failed) as [Error];
  assert.equal(error.message, 'planted');
  assert.notEqual(await exit, 0);
});
