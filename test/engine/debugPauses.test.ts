import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { DebugPause } from '../../src/protocol/pauseApi.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';

describe('pauses of debuggers', () => {
  let engine: TestEngine;
  before(async () => {
    engine = await startTestEngine({ receiver: false });
  });
  after(() => engine.stop());

  it('reach all windows, and stay when the window of the debugger goes', async () => {
    const debugging = engine.connect();
    const heard = engine.nextEvent('pauses/changed');
    const marker = { id: 'pause a 1', kind: 'pause', label: 'api', atMs: 1000, toMs: null } as const;
    await debugging.request('markers/put', marker);
    const lasting: readonly DebugPause[] = [{ fromMs: 1000, toMs: null, label: 'api' }];
    assert.deepEqual((await heard).pauses, lasting);
    assert.deepEqual((await engine.request('pauses/list', {})).pauses, lasting);

    await debugging.request('markers/put', { ...marker, toMs: 4000 });
    const second = engine.nextEvent('pauses/changed', ({ pauses }) => pauses.length === 2);
    await debugging.request('markers/put', { ...marker, id: 'pause a 2', atMs: 500 });
    assert.deepEqual(
      (await second).pauses.map(({ fromMs, toMs }) => [fromMs, toMs]),
      [
        [500, null],
        [1000, 4000],
      ],
    );

    const ended = engine.nextEvent('pauses/changed', ({ pauses }) => pauses.every(({ toMs }) => toMs !== null));
    debugging.dispose();
    const [open, closed] = (await ended).pauses;
    assert.notEqual(open?.toMs, null, 'nobody else would tell of its end');
    assert.deepEqual(closed, { fromMs: 1000, toMs: 4000, label: 'api' });
  });

  it('are those of debuggers only', async () => {
    const count = (await engine.request('pauses/list', {})).pauses.length;
    await engine.request('markers/put', { id: 'file x', kind: 'file', label: 'x.py', atMs: 1, toMs: 1 });
    assert.equal((await engine.request('pauses/list', {})).pauses.length, count);
  });
});
