import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CODEC, FILE_HEADER_BYTES, type Codec } from '../../../src/engine/journal/journalFormat.ts';
import { rewriteFile } from '../../../src/engine/journal/rewriteFile.ts';
import { bytesOf, MemoryFiles, openRig, readBack } from './journalRig.ts';

const BODIES = ['the first request', 'the second', 'and the last one'];

async function written(bodies: readonly (string | Uint8Array)[] = BODIES): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  const { journal } = await openRig('', { files });
  for (const body of bodies) journal.append('traces', typeof body === 'string' ? bytesOf(body) : body);
  await journal.dispose();
  return files;
}

async function compressed(files: MemoryFiles, codec: Codec): Promise<void> {
  await rewriteFile(files, files.newest.name, { pause: () => Promise.resolve(), stopped: () => false, codec });
}

/** The same folder with other bytes in its only file. */
function changed(files: MemoryFiles, change: (bytes: Buffer) => Buffer): MemoryFiles {
  const { name, bytes } = files.newest;
  const other = new MemoryFiles();
  other.contents.set(name, change(Buffer.from(bytes)));
  return other;
}

describe('a file that ends too early', () => {
  it('gives all whole records, wherever in the last one it ends', async () => {
    const files = await written();
    const whole = files.newest.bytes.length;
    const lastRecord = 32 + Buffer.byteLength(BODIES[2] ?? '');
    for (let cut = 1; cut <= lastRecord; cut++) {
      const { texts, rig } = await readBack(changed(files, (bytes) => bytes.subarray(0, whole - cut)));
      assert.deepEqual(texts, BODIES.slice(0, 2), `${cut} bytes cut`);
      assert.equal(rig.journal.status.damagedRecords, 0);
      const said = rig.logged.some((line) => line.includes(`${lastRecord - cut} bytes of an unfinished record cut`));
      assert.equal(said, cut < lastRecord, rig.logged.join('\n'));
    }
  });

  it('gives nothing and breaks nothing when not even its header is whole', async () => {
    const files = await written();
    for (let length = 0; length < FILE_HEADER_BYTES; length++) {
      const cut = changed(files, (bytes) => bytes.subarray(0, length));
      const { rig, texts } = await readBack(cut);
      assert.deepEqual([texts, rig.journal.status.damagedRecords], [[], 0], 'no record was ever in it');
    }
  });

  it('gives all records before zeros, which a power cut leaves', async () => {
    const files = await written();
    const { texts } = await readBack(changed(files, (bytes) => Buffer.concat([bytes, Buffer.alloc(5000)])));
    assert.deepEqual(texts, BODIES);
  });

  it('gives all blocks before the one that is not whole', async () => {
    const large = [0, 1, 2].map((fill) => new Uint8Array(800_000).fill(fill));
    const files = await written(large);
    await compressed(files, CODEC.deflate);
    const size = files.newest.bytes.length;
    for (const cut of [1, 20, 200, 500]) {
      const { texts } = await readBack(changed(files, (bytes) => bytes.subarray(0, size - cut)));
      assert.deepEqual(
        texts.map((text) => text.charCodeAt(0)),
        [0, 1],
        `${cut} bytes cut`,
      );
    }
  });
});

describe('flipped bits', () => {
  it('cost one record at most and never make one up, whichever byte they are in', async () => {
    const files = await written();
    for (let at = 0; at < files.newest.bytes.length; at++) {
      for (const bit of [1, 0x80]) {
        const { texts } = await readBack(
          changed(files, (bytes) => {
            bytes[at] = (bytes[at] ?? 0) ^ bit;
            return bytes;
          }),
        );
        const missing = BODIES.filter((body) => !texts.includes(body));
        assert.ok(missing.length <= 1, `byte ${at}: ${missing.length} records lost`);
        assert.deepEqual(
          texts,
          BODIES.filter((body) => !missing.includes(body)),
        );
      }
    }
  });

  it('are counted and said', async () => {
    const files = await written();
    const at = files.newest.bytes.indexOf('second');
    const { rig } = await readBack(
      changed(files, (bytes) => {
        bytes[at] = 0;
        return bytes;
      }),
    );
    assert.equal(rig.journal.status.damagedRecords, 1);
    assert.ok(rig.logged.some((line) => line.includes('1 damaged records')));
  });

  for (const [name, codec] of Object.entries(CODEC)) {
    it(`cost one block at most in a file compressed with ${name}`, async () => {
      const files = await written([0, 1, 2].map((fill) => new Uint8Array(700_000).fill(65 + fill)));
      await compressed(files, codec);
      const { length } = files.newest.bytes;
      for (let at = 0; at < length; at += Math.max(1, Math.floor(length / 150))) {
        const { texts } = await readBack(
          changed(files, (bytes) => {
            bytes[at] = (bytes[at] ?? 0) ^ 0x10;
            return bytes;
          }),
        );
        assert.ok(texts.length >= 2, `byte ${at}: ${texts.length} records left`);
        assert.ok(texts.every((text) => /^(A+|B+|C+)$/.test(text)));
      }
    });
  }

  it('do not let the body of a damaged record pass for records', async () => {
    const inner = (await written(['planted'])).newest.bytes;
    const files = await written(['before', inner, 'after']);
    // The header of the record that holds the other file's records: from now on the reader looks for the next.
    const at = files.newest.bytes.indexOf(inner) - 10;
    const { texts } = await readBack(
      changed(files, (bytes) => {
        bytes[at] = (bytes[at] ?? 0) ^ 1;
        return bytes;
      }),
    );
    assert.deepEqual(texts, ['before', 'after']);
  });
});

describe('a file that is not readable as a whole', () => {
  it('of a newer format is left alone, and said', async () => {
    const files = await written();
    const { name } = files.newest;
    const newer = Buffer.from(files.newest.bytes);
    newer.writeUInt16LE(2, 8);
    const { crc32 } = await import('node:zlib');
    newer.writeUInt32LE(crc32(newer.subarray(0, 28)), 28);
    files.contents.set(name, newer);
    const { texts, rig } = await readBack(files);
    assert.deepEqual(texts, []);
    assert.ok(files.contents.get(name)?.equals(newer));
    assert.ok(rig.logged.some((line) => line.includes('newer version')));
  });

  it('does not keep the others from being read', async () => {
    const files = await written();
    const { journal } = await openRig('', { files });
    journal.append('traces', bytesOf('newer'));
    await journal.dispose();
    const broken = files.newest.name;
    files.fail = (operation, name) => (operation === 'readPart' && name === broken ? new Error('EIO') : undefined);
    const { texts, rig } = await readBack(files);
    assert.deepEqual(texts, BODIES);
    assert.ok(rig.logged.some((line) => line.includes('could not be read')));
  });
});
