import assert from 'node:assert/strict';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { writeJson } from '../../src/core/otlp/jsonWriter.ts';
import { traceFromText } from '../support/otlpBytes.ts';
import { linesOf, runSpanline, startSpanline } from './support/runSpanline.ts';

const DOCUMENT = path.resolve(import.meta.dirname, '../../docs/command.md');
const folder = mkdtempSync(path.join(tmpdir(), 'spanline-serve-'));
const running = new Set<ChildProcessWithoutNullStreams>();
after(async () => {
  for (const child of running) await end(child, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

interface Ready {
  readonly pid: number;
  readonly http: string;
  readonly grpc: string;
  readonly page: string | null;
  readonly storage: string;
}

async function serve(
  storage: string,
): Promise<{ readonly child: ChildProcessWithoutNullStreams; readonly ready: Ready }> {
  const child = startSpanline(['serve', '--http', '0', '--grpc=0', '--storage', storage]);
  running.add(child);
  const line = await linesOf(child).next();
  return { child, ready: JSON.parse(line.value as string) as Ready };
}

function end(child: ChildProcessWithoutNullStreams, signal: NodeJS.Signals): Promise<number | null> {
  running.delete(child);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.kill(signal);
  return ended;
}

describe('spanline serve', () => {
  test('says where it is, receives, and answers the other commands', async () => {
    const storage = path.join(folder, 'one');
    const { child, ready } = await serve(storage);
    assert.deepEqual([ready.pid, ready.storage], [child.pid, storage]);
    const documented = /<!-- serve -->\s+```json\n([^]*?)\n```/.exec(readFileSync(DOCUMENT, 'utf8'))?.[1] ?? '';
    assert.deepEqual(Object.keys(ready), Object.keys(JSON.parse(documented) as object));
    assert.match(ready.http, /^http:\/\/localhost:\d+$/);
    assert.match(ready.grpc, /^http:\/\/localhost:\d+$/);
    const posted = await fetch(`${ready.http}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: traceFromText('GET /served web 0..5 server'),
    });
    assert.equal(posted.status, 200);
    const listed = await runSpanline(['traces'], { storage });
    assert.equal(listed.code, 0, listed.err);
    assert.match(listed.out, /GET \/served/);
    assert.match((await runSpanline(['stats'], { storage })).out, new RegExp(`^Receiver +${ready.http} `));
    assert.equal(await end(child, 'SIGTERM'), 0);
    if (ready.page !== null) {
      assert.ok(!readdirSync(storage).includes(path.basename(fileURLToPath(ready.page))), 'the page’s file is gone');
    }
    assert.equal((await runSpanline(['stats'], { storage })).code, 1);
  });

  test('a server that was killed has its traces again when it is started again', async () => {
    const storage = path.join(folder, 'killed');
    const first = await serve(storage);
    const file = path.join(folder, 'trace.json');
    writeFileSync(file, Buffer.from(writeJson('traces', traceFromText('GET /kept web 0..5 server'))));
    assert.equal((await runSpanline(['open', file], { storage })).code, 0);
    await end(first.child, 'SIGKILL');
    const second = await serve(storage);
    const pages = readdirSync(storage).filter((name) => name.endsWith('.html'));
    assert.ok(!pages.includes(`open-${first.ready.pid}.html`), 'what the first left behind is gone');
    let listed = await runSpanline(['traces'], { storage });
    // The journal is read back while it serves.
    while (listed.code === 3) listed = await runSpanline(['traces'], { storage });
    assert.match(listed.out, /GET \/kept/);
    assert.equal(await end(second.child, 'SIGTERM'), 0);
  });

  test('two with one storage folder: the second says who holds it', async () => {
    const storage = path.join(folder, 'two');
    const { child, ready } = await serve(storage);
    const second = await runSpanline(['serve', '--http', '0', '--grpc', '0', '--storage', storage]);
    assert.equal(second.code, 1);
    assert.equal(second.out, '');
    assert.match(second.err, /another Spanline holds the store in .*--storage/);
    assert.match((await runSpanline(['stats'], { storage })).out, new RegExp(`^Receiver +${ready.http} `));
    assert.equal(await end(child, 'SIGINT'), 0);
  });

  test('a port that is taken is named, with the cure', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as { port: number };
    try {
      const { code, out, err } = await runSpanline([
        'serve',
        '--http',
        String(port),
        '--grpc',
        '0',
        '--storage',
        path.join(folder, 'three'),
      ]);
      assert.deepEqual([code, out], [1, '']);
      assert.match(err, new RegExp(`port ${port} is taken by .*--http 14318 --grpc 14317`));
    } finally {
      holder.close();
    }
  });

  test('wrong arguments are refused before anything starts', async () => {
    for (const [args, words] of [
      [['--http', '70000'], /--http is a whole number from 0 to 65535, not 70000/],
      [['--source', '/nonexistent/folder'], /there is no such folder/],
      [['more'], /serve takes no more/],
    ] as const) {
      const { code, err } = await runSpanline(['serve', ...args]);
      assert.equal(code, 2, err);
      assert.match(err, words);
    }
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    const unusable = await runSpanline(['serve', '--storage', path.join(file, 'inside')]);
    assert.deepEqual([unusable.code, unusable.out], [1, '']);
    assert.match(unusable.err, /file\/inside cannot be used/);
  });
});
