import assert from 'node:assert/strict';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { servePage } from '../../src/cli/page/pageHost.ts';
import { PageServer } from '../../src/cli/page/pageServer.ts';
import { PageSource } from '../../src/cli/page/pageSource.ts';
import { hubVersion } from '../../src/engine/hub/challenge.ts';
import { decodeMessage, encodeMessage } from '../../src/protocol/wireCodec.ts';
import { traceFromText } from '../support/otlpBytes.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';

const VERSION = '1.2.3';
const folder = mkdtempSync(path.join(tmpdir(), 'spanline-page-'));
let engine: TestEngine;
let server: PageServer;
before(async () => {
  const dist = mkdtempSync(path.join(folder, 'dist-'));
  for (const name of [
    'webview.js',
    'webview-chunk.js',
    'webview-LateViews.js',
    'webview.css',
    'browserPage.js',
    'browser.css',
    'codicon.css',
    'codicon.ttf',
  ]) {
    writeFileSync(path.join(dist, name), name);
  }
  engine = await startTestEngine({ receiver: false });
  engine.store.ingestTraces(traceFromText('GET /page web 0..5 server'));
  const source = new PageSource(engine.channel, { version: VERSION, dist, instrument: '' }, undefined);
  server = await PageServer.start({
    dist,
    version: VERSION,
    storage: folder,
    endpoint: 'http://localhost:1',
    onPage: (link) => servePage(link, { engine: engine.channel, source, endpoint: 'http://localhost:1' }),
    log: () => undefined,
  });
});
after(async () => {
  await server.close();
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The last code that was used up. */
let used = '';

/** The code in the file that opens the page, as soon as it is a fresh one; whoever takes it uses it up. */
async function freshCode(): Promise<string> {
  for (;;) {
    const code = /#([0-9a-f]{64})"/.exec(readFileSync(fileURLToPath(server.url), 'utf8'))?.[1] ?? '';
    if (code !== used) {
      used = code;
      return code;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

interface Connected {
  readonly socket: WebSocket;
  readonly session: string;
  /** Asks a method; resolves to the answer's message. */
  readonly ask: (method: string, params: unknown) => Promise<Readonly<Record<string, unknown>>>;
}

interface ConnectOptions {
  readonly origin?: string;
  readonly named?: string;
  readonly path?: string;
}

/** A tab as webview/browser/hubSocket.ts is one. Rejects with the status of a refusal. */
function connect(secret: string, options: ConnectOptions = {}): Promise<Connected> {
  const name = createHash('sha256')
    .update(options.named ?? secret)
    .digest('hex')
    .slice(0, 32);
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}${options.path ?? '/hub'}`, `spanline-${name}`, {
    origin: options.origin ?? `http://127.0.0.1:${server.port}`,
  });
  const client = randomBytes(32).toString('hex');
  const version = hubVersion(VERSION);
  const proofOf = (role: string, hello: string): string =>
    createHmac('sha256', Buffer.from(secret, 'hex'))
      .update(JSON.stringify(['spanline hub', role, client, hello, version, version]))
      .digest('hex');
  return new Promise((resolve, reject) => {
    const answers = new Map<number, (answer: Readonly<Record<string, unknown>>) => void>();
    let next = 1;
    const ask: Connected['ask'] = (m, p) =>
      new Promise((settle) => {
        const id = next++;
        answers.set(id, settle);
        socket.send(encodeMessage({ k: 'q', id, m, p }));
      });
    socket.on('open', () => socket.send(JSON.stringify({ hello: client, version })));
    socket.on('unexpected-response', (_request, response) => reject(new Error(String(response.statusCode))));
    socket.on('error', () => undefined);
    socket.on('close', (code) => reject(new Error(`closed ${code}`)));
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) {
        const message = decodeMessage(data) as Readonly<Record<string, unknown>>;
        if (typeof message['id'] === 'number') answers.get(message['id'])?.(message);
        return;
      }
      const word = JSON.parse(data.toString()) as Readonly<Record<string, unknown>>;
      if (typeof word['hello'] === 'string') {
        if (word['proof'] !== proofOf('server', word['hello'])) reject(new Error('not our server'));
        socket.send(JSON.stringify({ proof: proofOf('client', word['hello']) }));
      }
      if (typeof word['session'] === 'string') resolve({ socket, session: word['session'], ask });
    });
  });
}

function get(
  at: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; headers: unknown }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: server.port, path: at, headers }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
    });
    asked.on('error', reject);
    asked.end();
  });
}

describe('the server of pages', () => {
  test('a code lets in one tab, once, and the file gets a new one', async () => {
    const code = await freshCode();
    const first = await connect(code);
    await assert.rejects(connect(code), { message: '403' });
    const second = await connect(await freshCode());
    assert.notEqual(first.session, second.session);
    assert.equal(statSync(fileURLToPath(server.url)).mode & 0o777, 0o600);
    for (const { socket } of [first, second]) socket.terminate();
    const again = await connect(first.session);
    const { r } = await again.ask('traces/list', { limit: 5 });
    assert.equal((r as { total: number }).total, 1);
    again.socket.terminate();
  });

  test('a page of another origin, or one that does not know the secret, is refused', async () => {
    const code = await freshCode();
    for (const origin of ['http://evil.example', `http://localhost:${server.port}`, 'null', 'http://127.0.0.1:1']) {
      await assert.rejects(connect(code, { origin }), { message: '403' }, origin);
    }
    await assert.rejects(connect('0'.repeat(64)), { message: '403' });
    await assert.rejects(connect(code, { path: '/other' }), { message: '404' });
    // Knows the code's name and not the code: it could not check the server, and the server finds its proof wrong.
    await assert.rejects(connect('1'.repeat(64), { named: code }), /not our server|closed 4001/);
  });

  test('a tab reaches the methods of the panel and nothing else', async () => {
    const { ask, socket } = await connect(await freshCode());
    for (const method of [
      'receiver/stop',
      'engine/limits',
      'traces/import',
      'traces/export',
      'files/open',
      'files/export',
      'constructor',
    ]) {
      const { k, t } = await ask(method, {});
      assert.deepEqual([k, t], ['e', `unknown method ${method}`]);
    }
    const { c } = await ask('source/resolve', { traceId: '../../etc', spanId: 'x' });
    assert.equal(c, 'invalid');
    const ready = await ask('panel/ready', { state: { traceId: '<script>', spanId: 7 } });
    assert.deepEqual((ready['r'] as { show: unknown }).show, { traceId: '', spanId: '' });
    assert.equal((await ask('panel/action', { action: 'showLog' }))['k'], 'e');
    socket.terminate();
  });

  test('what a tab had open is closed with it', async () => {
    const { ask, socket } = await connect(await freshCode());
    const { traces } = (await ask('traces/list', { limit: 1 }))['r'] as { traces: [{ traceId: string }] };
    const view = (await ask('view/open', { traceId: traces[0].traceId }))['r'] as { viewId: number };
    await engine.request('view/info', { viewId: view.viewId });
    socket.terminate();
    const gone = async (): Promise<boolean> =>
      engine.request('view/info', { viewId: view.viewId }).then(
        () => false,
        () => true,
      );
    while (!(await gone())) await new Promise((resolve) => setImmediate(resolve));
  });

  test('files of the page are served under a strict policy, and no others', async () => {
    const { status, headers } = await get('/');
    const { 'content-security-policy': csp = '', 'set-cookie': cookie } = headers as Record<string, string>;
    assert.equal(status, 200);
    assert.equal(cookie, undefined);
    assert.match(csp, /^default-src 'none'; script-src 'nonce-[\w+/=]+'; style-src 'self' 'nonce-/);
    assert.match(csp, new RegExp(`connect-src ws://127\\.0\\.0\\.1:${server.port}/hub; base-uri 'none'`));
    for (const at of ['/../package.json', '/webview.js.map', '/%2e%2e/package.json', '/hub', '/open-1.html']) {
      assert.equal((await get(at)).status, 404, at);
    }
    // A name that a web page made point here.
    assert.equal((await get('/', { host: 'rebound.example' })).status, 404);
  });
});
