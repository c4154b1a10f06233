import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { it } from 'node:test';
import path from 'node:path';
import type { TraceId } from '../../../src/core/model/ids.ts';
import { bytesOf, FakeHistory, freshFolder, MemoryFiles, openRig, readBack } from './journalRig.ts';

const PIN = '0af7651916cd43dd8448eb211c80319c' as TraceId;

it('gives back what was appended, signal, bytes and time, from a real folder', async (t) => {
  const dir = path.join(freshFolder(t), 'below', 'journal');
  const { journal, clock } = await openRig(dir);
  journal.append('traces', bytesOf('one'));
  clock.advance(5);
  journal.append('logs', bytesOf(''));
  journal.append('metrics', new Uint8Array([0, 255, 128]));
  await journal.dispose();

  const { journal: again } = await openRig(dir);
  const sink = new FakeHistory();
  await again.replay(sink);
  assert.deepEqual(
    sink.records.map(({ signal, body, arrivedMs }) => [signal, [...body], arrivedMs]),
    [
      ['traces', [...bytesOf('one')], 1_700_000_000_000],
      ['logs', [], 1_700_000_000_005],
      ['metrics', [0, 255, 128], 1_700_000_000_005],
    ],
  );
  assert.equal(again.status.state, 'ready');
  assert.equal(again.status.replayedBytes, again.status.totalBytes);
  await again.dispose();
});

it('lets nobody else read the folder and its files', { skip: process.platform === 'win32' }, async (t) => {
  const dir = path.join(freshFolder(t), 'journal');
  const { journal } = await openRig(dir);
  journal.append('traces', bytesOf('secret'));
  await journal.dispose();
  const { journal: again } = await openRig(dir);
  await again.replay(new FakeHistory());
  await again.dispose();
  assert.equal(statSync(dir).mode & 0o777, 0o700);
  const modes = readdirSync(dir).map((name) => statSync(path.join(dir, name)).mode & 0o777);
  assert.deepEqual(modes, [0o600]);
});

it('makes no file before the first request, and none at all when days are 0', async (t) => {
  const dir = path.join(freshFolder(t), 'journal');
  const { journal } = await openRig(dir);
  assert.deepEqual(readdirSync(dir), []);
  await journal.dispose();
  const off = path.join(dir, 'off');
  const { journal: memoryOnly } = await openRig(off, { limits: { keepDays: 0, maxBytes: 1e9 } });
  memoryOnly.append('traces', bytesOf('one'));
  memoryOnly.clear();
  assert.equal(memoryOnly.status.state, 'off');
  await memoryOnly.dispose();
  assert.deepEqual(readdirSync(dir), []);
});

it('stops writing when days become 0, leaves what is there, and goes on when they are more', async () => {
  const files = new MemoryFiles();
  const { journal, clock } = await openRig('', { files });
  journal.append('traces', bytesOf('before'));
  journal.setLimits({ keepDays: 0, maxBytes: 1e9 });
  assert.equal(journal.status.state, 'off');
  journal.append('traces', bytesOf('off'));
  clock.advance(10);
  journal.setLimits({ keepDays: 3, maxBytes: 1e9 });
  journal.append('traces', bytesOf('after'));
  await journal.dispose();
  assert.deepEqual((await readBack(files)).texts, ['before', 'after']);
});

it('reads the newest file first and each from its beginning', async () => {
  const files = new MemoryFiles();
  for (const session of ['a', 'b', 'c']) {
    const { journal } = await openRig('', { files });
    journal.append('traces', bytesOf(`${session}1`));
    journal.append('traces', bytesOf(`${session}2`));
    await journal.dispose();
  }
  const { journal } = await openRig('', { files });
  const sink = new FakeHistory();
  await journal.replay(sink);
  await journal.dispose();
  assert.deepEqual(sink.files, [
    ['c1', 'c2'],
    ['b1', 'b2'],
    ['a1', 'a2'],
  ]);
});

it('keeps the order of files when the clock was set back between two processes', async () => {
  const files = new MemoryFiles();
  const { journal, clock } = await openRig('', { files });
  journal.append('traces', bytesOf('earlier'));
  await journal.dispose();
  clock.spend(-3_600_000);
  const { journal: later } = await openRig('', { files, clock });
  later.append('traces', bytesOf('later'));
  await later.dispose();
  assert.deepEqual((await readBack(files)).texts, ['earlier', 'later']);
});

it('never lets time run backwards inside a file', async () => {
  const files = new MemoryFiles();
  const { journal, clock } = await openRig('', { files });
  journal.append('traces', bytesOf('1'));
  clock.spend(-60_000);
  journal.append('traces', bytesOf('2'));
  await journal.dispose();
  const { journal: again } = await openRig('', { files });
  const sink = new FakeHistory();
  await again.replay(sink);
  await again.dispose();
  assert.deepEqual(
    sink.records.map(({ arrivedMs }) => arrivedMs),
    [1_700_000_000_000, 1_700_000_000_000],
  );
});

it('tells progress while it reads back, lets others run in between, and ends with all of it', async () => {
  const files = new MemoryFiles();
  const { journal } = await openRig('', { files });
  for (let i = 0; i < 40; i++) journal.append('traces', new Uint8Array(100_000));
  await journal.dispose();
  const { journal: again, clock } = await openRig('', { files });
  const states: string[] = [];
  const bytes: number[] = [];
  again.onChange = () => {
    states.push(again.status.state);
    bytes.push(again.status.replayedBytes);
  };
  const sink = new FakeHistory();
  const ingestHistory = sink.ingestHistory.bind(sink);
  let turns = 0;
  let turnsSeen = 0;
  sink.ingestHistory = (...record) => {
    // Each record takes 3 ms of the thread: a slice is at most 4 of them.
    clock.spend(3);
    turnsSeen = Math.max(turnsSeen, turns);
    return ingestHistory(...record);
  };
  const others = setInterval(() => turns++, 0);
  await again.replay(sink);
  clearInterval(others);
  assert.ok(states.filter((state) => state === 'replaying').length >= 10, states.join());
  assert.deepEqual(
    bytes,
    [...bytes].sort((a, b) => a - b),
  );
  assert.equal(bytes.at(-1), again.status.totalBytes);
  assert.ok(turnsSeen > 0, 'a timer ran between slices');
  assert.equal(sink.records.length, 40);
  await again.dispose();
});

it('stops when the store is full, and says that older traces are on disk only', async () => {
  const files = new MemoryFiles();
  for (const session of ['old', 'new']) {
    const { journal } = await openRig('', { files });
    for (let i = 0; i < 3; i++) journal.append('traces', bytesOf(`${session}${i}`));
    await journal.dispose();
  }
  const { journal } = await openRig('', { files });
  const sink = new FakeHistory(3);
  await journal.replay(sink);
  assert.deepEqual(sink.texts, ['new0', 'new1', 'new2']);
  assert.equal(journal.status.state, 'ready');
  assert.ok(journal.status.replayedBytes < journal.status.totalBytes);
  assert.equal(files.contents.size, 2);
  await journal.dispose();
});

it('remembers what was cleared, undone and pinned, also when only the newest file is left', async () => {
  const files = new MemoryFiles();
  const { journal, clock } = await openRig('', { files });
  journal.append('traces', bytesOf('one'));
  journal.clear();
  clock.advance(10);
  journal.append('traces', bytesOf('two'));
  journal.clear();
  journal.clear();
  journal.undoClear();
  journal.setPinned(PIN, true);
  const expected = { clears: [1_700_000_000_000, 1_700_000_000_010], pins: [PIN] };
  assert.deepEqual(journal.state, expected);
  await journal.dispose();
  clock.advance(10);
  const { journal: second } = await openRig('', { files, clock });
  assert.deepEqual(second.state, expected);
  second.append('traces', bytesOf('three'));
  await second.dispose();
  for (const name of [...files.contents.keys()].sort().slice(0, -1)) files.contents.delete(name);
  const { journal: third } = await openRig('', { files, clock });
  assert.deepEqual(third.state, expected);
  third.setPinned(PIN, false);
  assert.deepEqual(third.state.pins, []);
  await third.dispose();
});

it('tells what came in the millisecond of a clear, but after it, from what came before', async () => {
  const files = new MemoryFiles();
  const { journal } = await openRig('', { files });
  journal.append('traces', bytesOf('before'));
  journal.clear();
  journal.append('traces', bytesOf('after'));
  await journal.dispose();
  const { journal: again } = await openRig('', { files });
  const sink = new FakeHistory();
  await again.replay(sink);
  await again.dispose();
  const [cleared = 0] = again.state.clears;
  assert.deepEqual(
    sink.records.map(({ arrivedMs }) => arrivedMs <= cleared),
    [true, false],
  );
});

it('deletes everything that is here, of other versions and half-done, too, and keeps what comes after', async () => {
  const files = new MemoryFiles();
  const { journal: earlier } = await openRig('', { files });
  earlier.append('traces', bytesOf('earlier'));
  await earlier.dispose();
  const { journal, clock } = await openRig('', { files });
  clock.advance(10);
  journal.append('traces', bytesOf('doomed'));
  journal.clear();
  files.contents.set('001700000000000-0123456789ab.journal.tmp', bytesAsBuffer('half'));
  files.contents.set('001700000000000-0123456789ac.journal', bytesAsBuffer('a newer format'));
  files.contents.set('keep.txt', bytesAsBuffer('not ours'));
  const deleted = journal.deleteAll();
  journal.append('traces', bytesOf('after'));
  await deleted;
  assert.deepEqual(journal.state, { clears: [], pins: [] });
  await journal.dispose();
  assert.ok(files.contents.has('keep.txt'));
  assert.equal(files.contents.size, 2);
  assert.deepEqual((await readBack(files)).texts, ['after']);
});

it('deletes everything while it reads back, and gives the store nothing more', async () => {
  const files = new MemoryFiles();
  const { journal } = await openRig('', { files });
  for (let i = 0; i < 20; i++) journal.append('traces', bytesOf(String(i)));
  await journal.dispose();
  const { journal: again, clock } = await openRig('', { files });
  const sink = new FakeHistory();
  const ingestHistory = sink.ingestHistory.bind(sink);
  let deleted: Promise<void> | undefined;
  sink.ingestHistory = (...record) => {
    clock.spend(20);
    deleted ??= again.deleteAll();
    return ingestHistory(...record);
  };
  await again.replay(sink);
  await deleted;
  assert.equal(sink.records.length, 1);
  assert.equal(files.contents.size, 0);
  assert.equal(again.status.diskBytes, 0);
  await again.dispose();
});

it('says which file could not be deleted by rejecting', async () => {
  const files = new MemoryFiles();
  const { journal } = await openRig('', { files });
  journal.append('traces', bytesOf('one'));
  files.fail = (operation) => (operation === 'remove' ? new Error('EBUSY: in use') : undefined);
  await assert.rejects(journal.deleteAll(), /EBUSY/);
  await journal.dispose();
});

function bytesAsBuffer(text: string): Buffer {
  return Buffer.from(text);
}
