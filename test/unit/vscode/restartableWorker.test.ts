import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type * as vscode from 'vscode';
import { ProtocolError } from '../../../src/protocol/errors.ts';
import { RestartableWorker } from '../../../src/vscode/restartableWorker.ts';

interface Methods {
  pid: readonly [Record<string, never>, number];
  die: readonly [Record<string, never>, void];
}

interface Events {
  hello: { readonly threadId: number };
}

/** Speaks the channel's messages by hand: answers `pid` with its thread id, ends on `die`, says hello at start. */
const WORKER = `
const { parentPort, threadId } = require('node:worker_threads');
parentPort.postMessage({ k: 'v', n: 'hello', p: { threadId } });
parentPort.on('message', ({ k, id, m }) => {
  if (k === 'q' && m === 'pid') parentPort.postMessage({ k: 'a', id, r: threadId });
  if (k === 'q' && m === 'die') process.exit(3);
});
`;

const silent = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
} as unknown as vscode.LogOutputChannel;

describe('RestartableWorker', () => {
  let folder = '';
  const workers: { dispose(): void }[] = [];
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'worker-'));
    writeFileSync(path.join(folder, 'worker.cjs'), WORKER);
  });
  after(() => {
    for (const worker of workers) worker.dispose();
    rmSync(folder, { recursive: true });
  });
  const make = (): RestartableWorker<Methods, Events> => {
    const worker = new RestartableWorker<Methods, Events>({
      name: 'test',
      file: path.join(folder, 'worker.cjs'),
      log: silent,
    });
    workers.push(worker);
    return worker;
  };

  it('starts on the first request', async () => {
    const worker = make();
    const starts: boolean[] = [];
    worker.onStart((restarted) => starts.push(restarted));
    assert.deepEqual(starts, []);
    assert.ok((await worker.request('pid', {})) > 0);
    assert.deepEqual(starts, [false]);
  });

  it('is started again when it dies, fails what was pending, and keeps its listeners', async () => {
    const worker = make();
    const hellos: number[] = [];
    const seen = new EventTarget();
    worker.on('hello', ({ threadId }) => {
      hellos.push(threadId);
      seen.dispatchEvent(new Event('hello'));
    });
    const first = await worker.request('pid', {});
    await assert.rejects(
      worker.request('die', {}),
      (error) => error instanceof ProtocolError && error.code === 'disposed',
    );
    if (hellos.length < 2) await once(seen, 'hello');
    const second = await worker.request('pid', {});
    assert.notEqual(second, first);
    assert.deepEqual(hellos, [first, second]);
  });

  it('gives up after three deaths within a minute, and starts again when asked to', async () => {
    const worker = make();
    let gaveUp = 0;
    worker.onGaveUp(() => gaveUp++);
    for (let i = 0; i < 3; i++) await assert.rejects(worker.request('die', {}));
    assert.equal(gaveUp, 1);
    await assert.rejects(worker.request('pid', {}), /restart it by command/);
    worker.restart();
    assert.ok((await worker.request('pid', {})) > 0);
  });
});
