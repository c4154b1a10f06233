import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CODEC, FILE_KIND, readFileHeader } from '../../../src/engine/journal/journalFormat.ts';
import { rewriteFile } from '../../../src/engine/journal/rewriteFile.ts';
import { bytesOf, FakeHistory, MemoryFiles, openRig, readBack, systemError } from './journalRig.ts';

const BODIES = Array.from({ length: 60 }, (_, i) => `${i}:${'a prompt that repeats itself. '.repeat(3000)}`);
const options = { pause: () => Promise.resolve(), stopped: () => false };

async function written(): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  const { journal } = await openRig('', { files });
  for (const body of BODIES) journal.append('traces', bytesOf(body));
  await journal.dispose();
  return files;
}

function isCompressed({ newest }: MemoryFiles): boolean {
  const header = readFileHeader(newest.bytes);
  return typeof header === 'object' && header.kind === FILE_KIND.blocks;
}

describe('rewriting a closed file', () => {
  for (const [name, codec] of Object.entries(CODEC)) {
    it(`keeps every record with ${name}, in order`, async () => {
      const files = await written();
      assert.equal(await rewriteFile(files, files.newest.name, { ...options, codec }), 'rewritten');
      assert.ok(isCompressed(files));
      assert.deepEqual((await readBack(files)).texts, BODIES);
      assert.equal(await rewriteFile(files, files.newest.name, options), 'left');
    });
  }

  it('is done after reading back, makes the file smaller, and is not done again', async () => {
    const files = await written();
    const raw = files.newest.bytes.length;
    await readBack(files);
    assert.ok(isCompressed(files));
    assert.ok(files.newest.bytes.length < raw / 10);
    files.log.length = 0;
    await readBack(files);
    assert.deepEqual(
      files.log.filter((entry) => entry.startsWith('write')),
      [],
    );
  });

  it('is done when a file is full while the process goes on', async () => {
    const files = new MemoryFiles();
    const timers = {
      set: (callback: () => void): unknown => setImmediate(callback),
      clear: (handle: unknown): void => clearImmediate(handle as NodeJS.Immediate),
    };
    const { journal } = await openRig('', { files, timers, limits: { keepDays: 7, maxBytes: 8_000_000 } });
    const replaced = new Promise<void>((resolve) => {
      journal.onChange = () => {
        if (files.log.some((entry) => entry.startsWith('replace'))) resolve();
      };
    });
    for (const body of BODIES) journal.append('traces', bytesOf(body));
    await replaced;
    await journal.dispose();
    assert.deepEqual((await readBack(files)).texts, BODIES);
  });

  it('rests after each block, longer than the block took, while requests arrive', async () => {
    const files = await written();
    const { journal, clock } = await openRig('', { files });
    const rests: number[] = [];
    const set = clock.timers.set.bind(clock.timers);
    Object.assign(clock.timers, {
      set: (callback: () => void, ms: number) => {
        rests.push(ms);
        return ms > 200 ? set(callback, ms) : setImmediate(callback);
      },
    });
    const write = files.write.bind(files);
    files.write = async (name) => {
      const target = await write(name);
      return {
        ...target,
        write: (parts) => {
          clock.spend(7);
          journal.append('traces', bytesOf('meanwhile'));
          return target.write(parts);
        },
      };
    };
    await journal.replay(new FakeHistory());
    await journal.dispose();
    // The header of the file is written before the first block.
    assert.ok(rests.filter((ms) => ms === 21).length >= 3, rests.join());
  });

  it('leaves the file as it was, and no other, when any step fails', async () => {
    for (const step of ['write', 'readPart', 'writePart', 'syncWritten', 'replace'] as const) {
      const files = await written();
      const before = files.newest;
      let calls = 0;
      files.fail = (operation) =>
        operation === step && calls++ === (step === 'writePart' ? 2 : 0) ? systemError('EIO') : undefined;
      await assert.rejects(rewriteFile(files, before.name, options), /EIO/, step);
      assert.deepEqual([...files.contents.keys()], [before.name], step);
      assert.ok(files.newest.bytes.equals(before.bytes), step);
    }
  });

  it('is begun anew after a process ended at any step, and nothing is lost or doubled', async () => {
    // A killed process does not even clean up: from the step on, nothing at all reaches the folder.
    for (const step of ['write', 'writePart', 'syncWritten', 'replace'] as const) {
      for (const call of [0, 1, 2]) {
        const files = await written();
        let calls = 0;
        let dead = false;
        files.fail = (operation) => {
          if (operation === step && calls++ === call) dead = true;
          return dead ? new Error('killed') : undefined;
        };
        await rewriteFile(files, files.newest.name, options).catch(() => undefined);
        files.fail = () => undefined;
        assert.deepEqual((await readBack(files)).texts, BODIES, `${step} ${call}`);
        assert.equal(files.contents.size, 1, `${step} ${call}`);
      }
    }
  });

  it('does not bring back a file that was deleted meanwhile', async () => {
    const files = await written();
    const { journal } = await openRig('', { files });
    let deleted: Promise<void> | undefined;
    const write = files.write.bind(files);
    files.write = (name) => {
      deleted ??= journal.deleteAll();
      return write(name);
    };
    await journal.replay(new FakeHistory());
    await deleted;
    assert.equal(files.contents.size, 0);
    await journal.dispose();
  });

  it('leaves damaged records out and keeps the others', async () => {
    const files = await written();
    const { name, bytes } = files.newest;
    const damaged = Buffer.from(bytes);
    damaged[damaged.indexOf('7:a prompt')] = 0;
    files.contents.set(name, damaged);
    await rewriteFile(files, name, options);
    assert.deepEqual(
      (await readBack(files)).texts,
      BODIES.filter((_, i) => i !== 7),
    );
  });
});
