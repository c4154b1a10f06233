import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import * as zlib from 'node:zlib';
import { fileChunks, fileSize } from '../../../src/engine/files/fileChunks.ts';
import { FileProblem } from '../../../src/engine/files/fileProblem.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'spanline-files-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const content = Buffer.from('{"resourceSpans":[]}\n'.repeat(500));

async function readFile(bytes: Uint8Array, signal?: AbortSignal): Promise<Buffer> {
  const file = path.join(folder, 'file');
  writeFileSync(file, bytes);
  const parts: Uint8Array[] = [];
  let told = 0;
  for await (const chunk of fileChunks(file, { onProgress: (readBytes) => (told = readBytes), signal })) {
    parts.push(chunk);
  }
  assert.equal(told, await fileSize(file));
  return Buffer.concat(parts);
}

describe('bytes of files', () => {
  test('compression is told by content', async () => {
    assert.deepEqual(await readFile(content), content);
    assert.deepEqual(await readFile(zlib.gzipSync(content)), content);
    const members = Buffer.concat([zlib.gzipSync(content), zlib.gzipSync(content)]);
    assert.deepEqual(await readFile(members), Buffer.concat([content, content]));
    assert.deepEqual(await readFile(Buffer.from('x')), Buffer.from('x'));
    if ('zstdCompressSync' in zlib) assert.deepEqual(await readFile(zlib.zstdCompressSync(content)), content);
  });

  test('what goes wrong is said in words', async () => {
    await assert.rejects(readFile(zlib.gzipSync(content).subarray(0, -20)), /compressed data ends early/);
    const damaged = zlib.gzipSync(content);
    damaged.fill(0xff, 20, 40);
    await assert.rejects(readFile(damaged), /compressed data is damaged/);
    await assert.rejects(fileSize(path.join(folder, 'missing')), /there is no such file/);
    await assert.rejects(fileSize(folder), /this is a directory/);
    await assert.rejects(fileChunks(path.join(folder, 'missing')).next(), /there is no such file/);
  });

  test('reading ends when it is cancelled', async () => {
    const cancelled = new AbortController();
    cancelled.abort(new FileProblem('before'));
    await assert.rejects(readFile(content, cancelled.signal), { message: 'before' });
    const cancelling = new AbortController();
    const file = path.join(folder, 'long');
    writeFileSync(file, Buffer.alloc(8 * 1024 * 1024));
    const reading = fileChunks(file, {
      onProgress: () => cancelling.abort(new FileProblem('stop')),
      signal: cancelling.signal,
    });
    await assert.rejects(
      async () => {
        for await (const chunk of reading) assert.ok(chunk.length > 0);
      },
      { message: 'stop' },
    );
  });
});
