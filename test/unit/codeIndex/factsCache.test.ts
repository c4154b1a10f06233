import assert from 'node:assert/strict';
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { ContentHistory } from '../../../src/codeIndex/contentHistory.ts';
import { FactsCache } from '../../../src/codeIndex/factsCache.ts';
import { nodeFileSystem, type FileSystem } from '../../../src/codeIndex/fileSystem.ts';
import { brief, hints, openIndex, workspaceOf } from './openIndex.ts';

const start = (name: string): string => `def work():\n    tracer.start_span("${name}")\n`;

/** Long enough ago to be told from a change while it was read. */
const HOUR_AGO = new Date(Date.now() - 3_600_000);

interface Place {
  readonly folder: string;
  readonly cacheFile: string;
  readonly file: (name: string) => string;
}

/** Files that changed an hour ago, and an empty place for the cache. */
async function placeOf(test: TestContext, files: Readonly<Record<string, string>>): Promise<Place> {
  const folder = await workspaceOf(test, files);
  const file = (name: string): string => path.join(folder, name);
  for (const name of Object.keys(files)) await utimes(file(name), HOUR_AGO, HOUR_AGO);
  return { folder, cacheFile: path.join(await workspaceOf(test, {}), 'storage/codeIndex.gz'), file };
}

/** One start of the index: what it answers for a span name, which code it read before, what it said. */
async function startOnce(
  { folder, cacheFile }: Place,
  spanName: string,
  build = 'one',
): Promise<{ readonly found: string[]; readonly read: string[]; readonly log: string[] }> {
  const read: string[] = [];
  const fileSystem: FileSystem = {
    ...nodeFileSystem,
    readText: (at, maxBytes) => {
      if (at.endsWith('.py')) read.push(path.relative(folder, at));
      return nodeFileSystem.readText(at, maxBytes);
    },
  };
  const { index, log } = openIndex([folder], { cacheFile }, fileSystem, { build });
  await index.settled();
  await index.saved();
  const texts = read.toSorted();
  const { candidates } = await index.resolve(hints({ spanName }));
  return { found: brief(candidates), read: texts, log };
}

describe('facts kept on disk', () => {
  it('spare the next start reading files that did not change', async (test) => {
    const place = await placeOf(test, { 'a.py': start('a'), 'b.py': start('b') });
    const first = await startOnce(place, 'a');
    assert.deepEqual(first.read, ['a.py', 'b.py']);
    const second = await startOnce(place, 'a');
    assert.deepEqual(second.found, first.found);
    assert.deepEqual(first.found, ['exact a.py:2 work']);
    await writeFile(place.file('b.py'), start('changed'));
    assert.deepEqual((await startOnce(place, 'changed')).found, ['exact b.py:2 work']);
    assert.deepEqual((await startOnce(place, 'b')).found, []);
  });

  it('are not read again, whatever the number of starts', async (test) => {
    const place = await placeOf(test, { 'a.py': start('a'), 'b.py': start('b') });
    await startOnce(place, 'nothing');
    const { mtimeMs } = await stat(place.cacheFile);
    for (let i = 0; i < 2; i++) assert.deepEqual((await startOnce(place, 'nothing')).read, []);
    assert.equal((await stat(place.cacheFile)).mtimeMs, mtimeMs, 'nor written');
  });

  it('hold for one file each', async (test) => {
    const place = await placeOf(test, { 'a.py': start('a'), 'b.py': start('b'), 'c.py': start('c') });
    await startOnce(place, 'nothing');
    await writeFile(place.file('b.py'), start('x'));
    await rm(place.file('c.py'));
    assert.deepEqual((await startOnce(place, 'nothing')).read, ['b.py']);
    const text = gunzipSync(await readFile(place.cacheFile)).toString();
    assert.equal(text.includes('c.py'), false, 'what is gone is forgotten');
  });

  it('are not those of a file that may have changed while it was read', async (test) => {
    const place = await placeOf(test, { 'a.py': start('a') });
    const soon = new Date(Date.now() + 3_600_000);
    await utimes(place.file('a.py'), soon, soon);
    await startOnce(place, 'a');
    assert.deepEqual((await startOnce(place, 'nothing')).read, ['a.py']);
  });

  it('are passed over when another build kept them, or the file is not whole', async (test) => {
    const place = await placeOf(test, { 'a.py': start('a') });
    await startOnce(place, 'nothing');
    const whole = await readFile(place.cacheFile);
    assert.deepEqual((await startOnce(place, 'nothing', 'two')).read, ['a.py']);
    const lines = gunzipSync(whole).toString().split('\n');
    const broken: readonly (readonly [string, Buffer])[] = [
      ['cut', whole.subarray(0, whole.length - 5)],
      ['empty', Buffer.alloc(0)],
      ['no gzip', Buffer.from('{}')],
      ['a head without facts', gzipSync(lines.slice(0, 2).join('\n') + '\n')],
      ['a head of another form', gzipSync(`${String(lines[0])}\n17\n{}\n`)],
      ['facts cut', gzipSync(`${String(lines[0])}\n${String(lines[1])}\n${String(lines[2]).slice(0, -9)}\n`)],
    ];
    for (const [what, bytes] of broken) {
      await writeFile(place.cacheFile, bytes);
      const { read, found } = await startOnce(place, 'a');
      assert.deepEqual(found, ['exact a.py:2 work'], what);
      assert.equal(read.includes('a.py'), true, what);
    }
  });

  it('are not those of a file that was seen to change, whatever its time and size', async (test) => {
    const place = await placeOf(test, { 'a.py': start('a') });
    await startOnce(place, 'a');
    const stamp = (await nodeFileSystem.stampOf(place.file('a.py')))!;
    const cache = new FactsCache(place.cacheFile, 'one', new ContentHistory());
    assert.equal(await cache.load(), undefined);
    assert.equal(cache.has(place.file('a.py'), stamp), true);
    cache.delete(place.file('a.py'));
    assert.equal(cache.has(place.file('a.py'), stamp), false);
  });

  it('that cannot be written cost no answer', async (test) => {
    const place = await placeOf(test, { 'a.py': start('a') });
    const { found, log } = await startOnce({ ...place, cacheFile: path.join(place.file('a.py'), 'inside') }, 'a');
    assert.deepEqual(found, ['exact a.py:2 work']);
    assert.match(log.join('\n'), /warn Code index: not kept for the next start: /);
  });
});
