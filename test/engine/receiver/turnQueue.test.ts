import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TurnQueue } from '../../../src/engine/receiver/turnQueue.ts';

/** A queue on a clock and an event loop that are moved by hand. */
function rig(): {
  queue: TurnQueue;
  ran: string[];
  task: (name: string, ms: number) => () => void;
  turn: () => void;
  isIdle: () => boolean;
  wait: (ms: number) => void;
} {
  let now = 0;
  let deferred: (() => void)[] = [];
  const ran: string[] = [];
  return {
    queue: new TurnQueue(8, { now: () => now, defer: (callback) => void deferred.push(callback) }),
    ran,
    task: (name, ms) => () => {
      ran.push(name);
      now += ms;
    },
    turn: () => {
      const due = deferred;
      deferred = [];
      for (const callback of due) callback();
    },
    isIdle: () => deferred.length === 0,
    wait: (ms) => (now += ms),
  };
}

describe('a turn queue', () => {
  it('runs a task at once while the slice lasts, and the others in their order, a slice a turn', () => {
    const { queue, ran, task, turn } = rig();
    for (const name of ['a', 'b', 'c', 'd', 'e']) queue.run(task(name, 5));
    assert.deepEqual(ran, ['a', 'b']);
    turn();
    assert.deepEqual(ran, ['a', 'b', 'c', 'd']);
    turn();
    assert.deepEqual(ran, ['a', 'b', 'c', 'd', 'e']);
  });

  it('lets no task overtake one that waits', () => {
    const { queue, ran, task, turn } = rig();
    queue.run(task('a', 10));
    queue.run(task('b', 20));
    turn();
    queue.run(task('c', 1));
    assert.deepEqual(ran, ['a', 'b']);
    turn();
    assert.deepEqual(ran, ['a', 'b', 'c']);
  });

  it('runs a task longer than the slice whole, alone in its turn', () => {
    const { queue, ran, task, turn } = rig();
    queue.run(task('a', 100));
    queue.run(task('b', 100));
    queue.run(task('c', 1));
    turn();
    assert.deepEqual(ran, ['a', 'b']);
    turn();
    assert.deepEqual(ran, ['a', 'b', 'c']);
  });

  it('begins each turn with a whole slice, and asks for no turn when it has nothing to do', () => {
    const { queue, ran, task, turn, isIdle } = rig();
    assert.ok(isIdle());
    queue.run(task('a', 7));
    turn();
    queue.run(task('b', 7));
    queue.run(task('c', 7));
    assert.deepEqual(ran, ['a', 'b', 'c']);
    turn();
    turn();
    assert.ok(isIdle());
  });

  it('tells how long the next task has waited', () => {
    const { queue, task, turn, wait } = rig();
    assert.equal(queue.waitedMs, 0);
    queue.run(task('a', 8));
    queue.run(task('b', 8));
    wait(1000);
    assert.equal(queue.waitedMs, 1000);
    turn();
    assert.equal(queue.waitedMs, 0);
  });

  it('goes on after a task that throws', () => {
    const { queue, ran, task, turn } = rig();
    const fail = (): void => {
      throw new Error('mine');
    };
    assert.throws(() => queue.run(fail));
    queue.run(task('a', 8));
    queue.run(fail);
    queue.run(task('b', 1));
    assert.throws(turn);
    turn();
    assert.deepEqual(ran, ['a', 'b']);
  });

  it('keeps the order over thousands of tasks', () => {
    const { queue, ran, task, turn } = rig();
    for (let i = 0; i < 5000; i++) queue.run(task(String(i), 4));
    for (let i = 0; i < 2500; i++) turn();
    assert.deepEqual(
      ran,
      Array.from({ length: 5000 }, (_, i) => String(i)),
    );
  });
});
