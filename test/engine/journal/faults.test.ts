import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bytesOf, MemoryFiles, openRig, readBack, systemError } from './journalRig.ts';

/** Longer than the longest pause between two tries. */
const LATER_MS = 61_000;

describe('a disk that is full', () => {
  it('leaves nothing half-written, says so with the cure, and is tried again', async () => {
    const files = new MemoryFiles();
    const { journal, clock, logged } = await openRig('', { files });
    journal.append('traces', bytesOf('one'));
    const whole = files.newest.bytes.length;
    // Enough for the header and a part of the body.
    files.space = 40;
    journal.append('traces', bytesOf('a body that finds no room'));
    assert.equal(files.newest.bytes.length, whole);
    assert.equal(journal.status.state, 'failed');
    assert.match(journal.status.message, /disk is full.*Free some space.*Retry/);
    files.space = 0;
    clock.advance(LATER_MS);
    journal.append('traces', bytesOf('still none'));
    assert.equal(journal.status.unwrittenRequests, 2);
    files.space = Infinity;
    clock.advance(LATER_MS);
    journal.append('traces', bytesOf('two'));
    assert.deepEqual([journal.status.state, journal.status.message], ['ready', '']);
    assert.ok(logged.some((line) => /written again; 2 requests/.test(line)));
    await journal.dispose();
    assert.deepEqual((await readBack(files)).texts, ['one', 'two']);
    assert.equal(files.contents.size, 2);
  });

  it('is not asked for each request while it is full', async () => {
    const files = new MemoryFiles();
    const { journal } = await openRig('', { files });
    files.space = 0;
    for (let i = 0; i < 100; i++) journal.append('traces', bytesOf('x'));
    assert.equal(files.log.filter((entry) => entry.startsWith('append')).length, 1);
    assert.equal(journal.status.unwrittenRequests, 100);
    assert.equal(files.contents.size, 0);
    await journal.dispose();
  });

  it('is tried at once when the user asks', async () => {
    const files = new MemoryFiles();
    const { journal } = await openRig('', { files });
    files.space = 0;
    journal.append('traces', bytesOf('lost'));
    assert.equal(journal.retry(), false);
    files.space = Infinity;
    assert.equal(journal.retry(), true);
    assert.equal(journal.status.state, 'ready');
    journal.append('traces', bytesOf('kept'));
    await journal.dispose();
    assert.deepEqual((await readBack(files)).texts, ['kept']);
  });

  it('that does not even let a file be cut costs no other record', async () => {
    const files = new MemoryFiles();
    const { journal, clock } = await openRig('', { files });
    journal.append('traces', bytesOf('one'));
    files.space = 40;
    files.fail = (operation) => (operation === 'truncate' ? systemError('EIO') : undefined);
    journal.append('traces', bytesOf('a body that finds no room'));
    files.fail = () => undefined;
    files.space = Infinity;
    clock.advance(LATER_MS);
    journal.append('traces', bytesOf('two'));
    await journal.dispose();
    assert.deepEqual((await readBack(files)).texts, ['one', 'two']);
  });
});

describe('a folder that cannot be written', () => {
  it('is said at once, what is in it is read, and writing begins when it can', async () => {
    const files = new MemoryFiles();
    const { journal } = await openRig('', { files });
    journal.append('traces', bytesOf('earlier'));
    await journal.dispose();
    const readOnly = new Set(['prepare', 'create', 'write', 'remove', 'replace']);
    files.fail = (operation) => (readOnly.has(operation) ? systemError('EROFS') : undefined);
    const { texts, rig } = await readBack(files);
    assert.deepEqual(texts, ['earlier']);
    assert.equal(rig.journal.status.state, 'failed');
    assert.match(rig.journal.status.message, /cannot be written \(EROFS\).*Make it writable.*Retry/);

    const { journal: again, clock } = await openRig('', { files });
    again.append('traces', bytesOf('in memory'));
    files.fail = () => undefined;
    clock.advance(LATER_MS);
    again.append('traces', bytesOf('later'));
    assert.equal(again.status.state, 'ready');
    await again.dispose();
    assert.deepEqual((await readBack(files)).texts, ['earlier', 'later']);
  });

  it('and cannot be listed is memory only, too', async () => {
    const files = new MemoryFiles();
    files.fail = (operation) => (operation === 'list' || operation === 'prepare' ? systemError('EACCES') : undefined);
    const { journal } = await openRig('', { files });
    assert.equal(journal.status.state, 'failed');
    journal.append('traces', bytesOf('in memory'));
    assert.equal(journal.status.unwrittenRequests, 1);
    await journal.deleteAll();
    await journal.dispose();
  });
});

describe('syncing', () => {
  it('begins within 200 ms of a write, one at a time, and once for many writes', async () => {
    const files = new MemoryFiles();
    const { journal, clock } = await openRig('', { files });
    const syncs = (): number => files.log.filter((entry) => entry.startsWith('sync ')).length;
    let release = (): void => undefined;
    files.holdSyncs = new Promise((resolve) => (release = resolve));
    for (let i = 0; i < 50; i++) journal.append('traces', bytesOf('x'));
    assert.equal(syncs(), 0);
    clock.advance(199);
    assert.equal(syncs(), 1);
    journal.append('traces', bytesOf('during'));
    clock.advance(1000);
    assert.equal(syncs(), 1);
    release();
    await new Promise(setImmediate);
    clock.advance(199);
    assert.equal(syncs(), 2);
    await journal.dispose();
    assert.equal(files.mostSyncing, 1);
  });

  it('leaves no timer but the one for files that get too old', async () => {
    const { journal, clock } = await openRig('', { files: new MemoryFiles() });
    const before = clock.waiting;
    journal.append('traces', bytesOf('x'));
    clock.advance(199);
    await new Promise(setImmediate);
    const idle = clock.waiting;
    await journal.dispose();
    assert.deepEqual([before, idle, clock.waiting], [0, 1, 0]);
  });

  it('that fails is said, and another file is begun', async () => {
    const files = new MemoryFiles();
    const { journal, clock } = await openRig('', { files });
    journal.append('traces', bytesOf('one'));
    files.fail = (operation) => (operation === 'sync' ? systemError('EIO') : undefined);
    clock.advance(199);
    await new Promise(setImmediate);
    assert.equal(journal.status.state, 'failed');
    assert.match(journal.status.message, /EIO/);
    files.fail = () => undefined;
    clock.advance(LATER_MS);
    journal.append('traces', bytesOf('two'));
    assert.equal(journal.status.state, 'ready');
    await journal.dispose();
    assert.equal(files.contents.size, 2);
    assert.deepEqual((await readBack(files)).texts, ['one', 'two']);
  });
});
