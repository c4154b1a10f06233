import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { journalName } from '../../../src/engine/journal/journalNames.ts';
import { filesToDelete, rollBytesOf } from '../../../src/engine/journal/retention.ts';
import { ManualClock } from '../../support/manualClock.ts';
import { bytesOf, MemoryFiles, openRig, readBack } from './journalRig.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const MIB = 1024 * 1024;
const NOW = 1_700_000_000_000;

const file = (daysAgo: number, mib: number): { readonly name: string; readonly bytes: number } => ({
  name: journalName(NOW - daysAgo * DAY_MS, '0123456789ab'),
  bytes: mib * MIB,
});

describe('files to delete', () => {
  it('are those begun before the days that are kept', () => {
    const files = [file(9, 1), file(7.01, 1), file(6.99, 1), file(0, 1)];
    const limits = { keepDays: 7, maxBytes: 2048 * MIB };
    assert.deepEqual(
      filesToDelete(files, limits, NOW),
      files.slice(0, 2).map(({ name }) => name),
    );
  });

  it('are the oldest, until there is room for one more of full size', () => {
    const files = [file(5, 60), file(4, 60), file(3, 60), file(2, 60), file(1, 10)];
    const limits = { keepDays: 7, maxBytes: 200 * MIB };
    assert.equal(rollBytesOf(limits), 25 * MIB);
    assert.deepEqual(
      filesToDelete(files, limits, NOW),
      files.slice(0, 2).map(({ name }) => name),
    );
  });

  it('go after a week when nothing more is written', () => {
    const files = [file(8, 1), file(6, 1)];
    assert.deepEqual(filesToDelete(files, { keepDays: 0, maxBytes: 2048 * MIB }, NOW), [files[0]?.name]);
  });
});

describe('a journal', () => {
  it('never holds more bytes than its limit, and loses the oldest', async () => {
    const files = new MemoryFiles();
    const limits = { keepDays: 7, maxBytes: 160_000 };
    const { journal, clock } = await openRig('', { files, limits });
    let most = 0;
    for (let i = 0; i < 100; i++) {
      journal.append('traces', new Uint8Array(9000).fill(i));
      clock.advance(200);
      await new Promise(setImmediate);
      most = Math.max(
        most,
        files.list().reduce((sum, { bytes }) => sum + bytes, 0),
      );
    }
    await journal.dispose();
    assert.ok(most <= 160_000, `${most} bytes`);
    const { texts } = await readBack(files);
    assert.equal(texts.at(-1)?.charCodeAt(0), 99);
    assert.ok(texts.length > 10 && texts.length < 100);
  });

  it('deletes a file when its time has come, without being asked, and begins another each hour', async () => {
    const files = new MemoryFiles();
    const { journal, clock } = await openRig('', { files, limits: { keepDays: 1, maxBytes: 512 * MIB } });
    journal.append('traces', bytesOf('first hour'));
    clock.advance(60 * 60 * 1000);
    journal.append('traces', bytesOf('second hour'));
    await new Promise(setImmediate);
    assert.equal(files.contents.size, 2);
    clock.advance(DAY_MS - 60 * 60 * 1000 + 2000);
    await new Promise(setImmediate);
    assert.equal(files.contents.size, 1);
    // The last one is still open: it is closed, then deleted.
    for (let i = 0; i < 5; i++) {
      clock.advance(60 * 60 * 1000);
      await new Promise(setImmediate);
    }
    assert.equal(files.contents.size, 0);
    await journal.dispose();
  });

  it('goes by new limits at once', async () => {
    const files = new MemoryFiles();
    const clock = new ManualClock();
    for (const body of ['a', 'b']) {
      const { journal } = await openRig('', { files, clock });
      journal.append('traces', bytesOf(body));
      await journal.dispose();
      clock.advance(2 * DAY_MS);
    }
    const { journal } = await openRig('', { files, clock });
    assert.equal(files.contents.size, 2);
    journal.setLimits({ keepDays: 3, maxBytes: 512 * MIB });
    assert.equal(files.contents.size, 1);
    await journal.dispose();
  });

  it('removes what rewriting left half done, and nothing that is not its own', async () => {
    const files = new MemoryFiles();
    const half = `${journalName(NOW, '0123456789ab')}.tmp`;
    files.contents.set(half, Buffer.from('half'));
    files.contents.set('notes.txt', Buffer.from('a person put this here'));
    const { journal } = await openRig('', { files });
    assert.deepEqual([...files.contents.keys()], ['notes.txt']);
    await journal.dispose();
  });
});
