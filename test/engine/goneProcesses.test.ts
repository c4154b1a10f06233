import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import os from 'node:os';
import { describe, it } from 'node:test';
import type { RunningSpan } from '../../src/core/store/runningSpans.ts';
import { GoneProcesses, isProcessAlive } from '../../src/engine/goneProcesses.ts';

function watched(spans: readonly RunningSpan[], alive: Readonly<Record<string, boolean | undefined>>) {
  const timers: (() => void)[] = [];
  const ended: (readonly number[])[] = [];
  const gone = new GoneProcesses({
    timers: { set: (callback) => timers.push(callback), clear: () => undefined },
    anyRunning: () => spans.length > 0,
    running: () => spans.filter(({ handle }) => !ended.flat().includes(handle)),
    end: (handles) => ended.push(handles),
    isAlive: (process) => alive[process],
  });
  return { gone, timers, ended };
}

describe('processes of running spans', () => {
  it('are looked at while one of them lives, and end their spans when they are gone', () => {
    const alive: Record<string, boolean | undefined> = { a: true, b: false };
    const { gone, timers, ended } = watched(
      [
        { handle: 1, process: 'a' },
        { handle: 2, process: 'b' },
        { handle: 3, process: 'b' },
      ],
      alive,
    );
    gone.wake();
    gone.wake();
    assert.equal(timers.length, 1);
    timers[0]?.();
    assert.deepEqual(ended, [[2, 3]]);
    assert.equal(timers.length, 2);
    alive['a'] = false;
    timers[1]?.();
    assert.deepEqual(ended, [[2, 3], [1]]);
    assert.equal(timers.length, 2);
  });

  it('that cannot be known from here are left alone, and cost no timer until something comes', () => {
    const { gone, timers, ended } = watched([{ handle: 1, process: '' }], {});
    gone.wake();
    timers[0]?.();
    assert.deepEqual(ended, []);
    assert.equal(timers.length, 1);
  });

  it('are not looked for when nothing runs', () => {
    const { gone, timers } = watched([], {});
    gone.wake();
    assert.equal(timers.length, 0);
  });
});

describe('a process by the name that instrument/ gives it', () => {
  const place = process.platform === 'linux' ? `${os.hostname()}/${readlinkSync('/proc/self/ns/pid')}` : os.hostname();

  it('is alive until it ends', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
    assert.equal(isProcessAlive(`${String(child.pid)}@${place}`), true);
    const exited = once(child, 'exit');
    child.stdin.end();
    await exited;
    assert.equal(isProcessAlive(`${String(child.pid)}@${place}`), false);
  });

  it('is unknown on another machine, in another container, and by a name that is none', () => {
    for (const name of ['1@elsewhere', `1@${os.hostname()}/pid:[1]`, '', 'x@y', `0@${place}`, `-1@${place}`]) {
      assert.equal(isProcessAlive(name), undefined, name);
    }
  });
});
