import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { CLOSE, proofOf } from '../../../src/engine/hub/challenge.ts';
import { knock } from '../../../src/engine/hub/hubClient.ts';
import { HUB_PATH, HubServer, type HubServerOptions } from '../../../src/engine/hub/hubServer.ts';
import { randomHex } from '../../../src/engine/hub/ownerRecord.ts';
import type { WsLink } from '../../../src/engine/hub/wsLink.ts';

const SECRET = randomHex();
const open: HubServer[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((hub) => hub.close()));
});

async function listen(
  options: Partial<HubServerOptions> = {},
): Promise<{ hub: HubServer; links: WsLink[]; log: string[] }> {
  const links: WsLink[] = [];
  const log: string[] = [];
  const onClient = (link: WsLink): unknown => links.push(link);
  const hub = await HubServer.listen({
    secret: SECRET,
    version: '1',
    onClient,
    log: (line) => log.push(line),
    ...options,
  });
  open.push(hub);
  return { hub, links, log };
}

async function linkTo(hub: HubServer): Promise<WsLink> {
  const answer = await knock({ port: hub.port, secret: SECRET }, '1');
  assert.equal(answer.kind, 'link');
  return (answer as { link: WsLink }).link;
}

function nextMessage(link: WsLink): Promise<unknown> {
  return new Promise((resolve) => {
    link.onMessage(resolve);
  });
}

/** Says `texts` to the hub one after the other, each after an answer; resolves with the close code and the answers. */
async function talk(hub: HubServer, texts: readonly (string | Buffer | ((answer: string) => string))[]) {
  const socket = new WebSocket(`ws://127.0.0.1:${hub.port}${HUB_PATH}`);
  const answers: string[] = [];
  const rest = [...texts];
  const next = (): void => {
    const text = rest.shift();
    if (text !== undefined) socket.send(typeof text === 'function' ? text(answers.at(-1) ?? '') : text);
  };
  socket.on('error', () => undefined);
  socket.on('open', next);
  socket.on('message', (data: Buffer) => {
    answers.push(data.toString());
    next();
  });
  const [code] = (await once(socket, 'close')) as [number];
  return { code, answers };
}

describe('the challenge', () => {
  it('lets in who knows the secret, and messages with typed arrays pass both ways', async () => {
    const { hub, links } = await listen();
    const client = await linkTo(hub);
    const [server] = links;
    assert.ok(server);
    const asked = nextMessage(server);
    client.post({ k: 'q', id: 1 });
    assert.deepEqual(await asked, { k: 'q', id: 1 });
    const answered = nextMessage(client);
    server.post({ k: 'a', id: 1, r: new Float64Array([1, NaN]) });
    assert.deepEqual(await answered, { k: 'a', id: 1, r: new Float64Array([1, NaN]) });
    assert.equal(hub.clients, 1);
  });

  it('never sends the secret', async () => {
    const { hub } = await listen();
    const hello = JSON.stringify({ hello: randomHex(), version: '1' });
    const { answers } = await talk(hub, [hello, JSON.stringify({ proof: randomHex() })]);
    assert.equal(answers.length, 1);
    assert.ok(!answers.join('').includes(SECRET));
  });

  it('refuses a client with another secret, and one that sends the hub its own proof back', async () => {
    const { hub, links, log } = await listen();
    const hello = JSON.stringify({ hello: randomHex(), version: '1' });
    const wrong = await talk(hub, [
      hello,
      JSON.stringify({
        proof: proofOf(randomHex(), 'client', {
          client: '',
          server: '',
          clientVersion: '',
          serverVersion: '',
        }),
      }),
    ]);
    const mirrored = await talk(hub, [
      hello,
      (answer) => JSON.stringify({ proof: (JSON.parse(answer) as { proof: string }).proof }),
    ]);
    assert.deepEqual([wrong.code, mirrored.code], [CLOSE.refused, CLOSE.refused]);
    assert.deepEqual(links, []);
    assert.equal(log.length, 2);
  });

  it('shows a client that the hub knows the secret before the client proves anything', async () => {
    const { hub } = await listen({ secret: randomHex() });
    assert.deepEqual(await knock({ port: hub.port, secret: SECRET }, '1'), { kind: 'gone' });
  });

  it('names another version instead of talking to it', async () => {
    const { hub, links } = await listen({ version: '2' });
    assert.deepEqual(await knock({ port: hub.port, secret: SECRET }, '1'), { kind: 'otherVersion', version: '2' });
    assert.deepEqual(links, []);
  });

  for (const [title, texts] of Object.entries({
    'what is no JSON': ['{'],
    'a hello without a nonce': ['{"hello":"00","version":"1"}'],
    'a protocol message': [JSON.stringify({ k: 'q', id: 1, m: 'engine/status', p: {} })],
    'a binary frame': [Buffer.from('{}')],
    'a proof that is no text': [JSON.stringify({ hello: randomHex(), version: '1' }), '{"proof":{"length":64}}'],
  })) {
    it(`refuses ${title}`, async () => {
      const { hub, links } = await listen();
      assert.equal((await talk(hub, texts)).code, CLOSE.refused);
      assert.deepEqual(links, []);
    });
  }

  it('cuts a connection that sends much before it has proved itself', async () => {
    const { hub, links } = await listen();
    assert.equal((await talk(hub, [Buffer.alloc(1024 * 1024)])).code, 1006);
    assert.deepEqual(links, []);
  });

  it('closes a connection that does not finish in time, at whatever step it stops', async () => {
    const { hub } = await listen({ challengeMs: 50 });
    const bare = connect(hub.port, '127.0.0.1');
    bare.on('error', () => undefined);
    const half = connect(hub.port, '127.0.0.1');
    half.on('error', () => undefined);
    half.write('GET /hub HTTP/1.1\r\nHost:');
    await Promise.all([once(bare, 'close'), once(half, 'close')]);
    assert.equal((await talk(hub, [])).code, 1006);
    const hello = JSON.stringify({ hello: randomHex(), version: '1' });
    assert.equal((await talk(hub, [hello])).code, 1006);
  });

  it('lets a window in while many idle connections wait', async () => {
    const { hub } = await listen({ challengeMs: 20_000 });
    const idle = Array.from({ length: 100 }, () => {
      const socket = connect(hub.port, '127.0.0.1');
      socket.on('error', () => undefined);
      return socket;
    });
    await Promise.all(idle.map((socket) => once(socket, 'connect')));
    (await linkTo(hub)).dispose();
    for (const socket of idle) socket.destroy();
  });
});

describe('a request to the hub', () => {
  function upgrade(hub: HubServer, headers: Readonly<Record<string, string>>, path = HUB_PATH): Promise<number> {
    return new Promise((resolve, reject) => {
      const asked = request({
        host: '127.0.0.1',
        port: hub.port,
        path,
        headers: {
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
          ...headers,
        },
      });
      asked.on('upgrade', (response, socket) => {
        socket.destroy();
        resolve(response.statusCode ?? 0);
      });
      asked.on('response', (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      asked.on('error', reject);
      asked.end();
    });
  }

  it('with an Origin, whatever it is, is refused', async () => {
    const { hub } = await listen();
    assert.equal(await upgrade(hub, {}), 101);
    for (const origin of ['http://evil.test', 'null', `http://127.0.0.1:${hub.port}`, 'vscode-webview://x']) {
      assert.equal(await upgrade(hub, { origin }), 403, origin);
    }
  });

  it('with an Origin is let to the challenge when it presents what a page was given', async () => {
    const { hub } = await listen({
      browserSecret: ({ headers }) => (headers.origin === 'http://127.0.0.1' ? SECRET : undefined),
    });
    assert.equal(await upgrade(hub, { origin: 'http://127.0.0.1' }), 101);
    assert.equal(await upgrade(hub, { origin: 'http://evil.test' }), 403);
  });

  it('with another Host or path is refused', async () => {
    const { hub } = await listen();
    assert.equal(await upgrade(hub, { host: `rebound.test:${hub.port}` }), 403);
    assert.equal(await upgrade(hub, { host: '127.0.0.1' }), 403);
    assert.equal(await upgrade(hub, { host: `localhost:${hub.port}` }), 101);
    assert.equal(await upgrade(hub, {}, '/'), 404);
  });

  it('of a plain kind finds nothing, unless there is a page', async () => {
    const { hub } = await listen();
    assert.equal((await fetch(`http://127.0.0.1:${hub.port}/`)).status, 404);
    const served = await listen({
      page: (_request, respond) => respond(200, { 'content-type': 'text/plain' }, Buffer.from('page')),
    });
    assert.equal(await (await fetch(`http://127.0.0.1:${served.hub.port}/`)).text(), 'page');
  });
});

describe('a link', () => {
  it('keeps what came before anybody listened', async () => {
    const { hub, links } = await listen();
    const client = await linkTo(hub);
    client.say({ early: true });
    client.post('first');
    client.post('second');
    const [server] = links;
    assert.ok(server);
    client.dispose();
    await new Promise<void>((resolve) => {
      server.onClose(() => resolve());
    });
    const messages: unknown[] = [];
    const words: unknown[] = [];
    server.onMessage((message) => messages.push(message));
    server.onWord((word) => words.push(word));
    assert.deepEqual([messages, words], [['first', 'second'], [{ early: true }]]);
  });

  it('is dropped with a reason when its other end does not read', async () => {
    const { hub, links } = await listen();
    const socket = new WebSocket(`ws://127.0.0.1:${hub.port}${HUB_PATH}`);
    const client = randomHex();
    socket.on('open', () => {
      socket.send(JSON.stringify({ hello: client, version: '1' }));
    });
    const [hello] = (await once(socket, 'message')) as [Buffer];
    const { hello: server } = JSON.parse(hello.toString()) as { hello: string };
    const nonces = { client, server, clientVersion: '1', serverVersion: '1' };
    socket.send(JSON.stringify({ proof: proofOf(SECRET, 'client', nonces) }));
    await once(socket, 'message');
    socket.pause();
    const [link] = links;
    assert.ok(link);
    const closed = new Promise<string>((resolve) => {
      link.onClose(resolve);
    });
    const large = { rows: new Uint8Array(4 * 1024 * 1024) };
    for (let n = 0; n < 20; n++) link.post(large);
    assert.match(await closed, /waited to be read/);
    assert.equal(hub.clients, 0);
    socket.terminate();
  });

  it('that sends what is no message is closed, the others stay', async () => {
    const { hub, links } = await listen();
    const other = await linkTo(hub);
    const socket = new WebSocket(`ws://127.0.0.1:${hub.port}${HUB_PATH}`);
    const client = randomHex();
    socket.on('open', () => {
      socket.send(JSON.stringify({ hello: client, version: '1' }));
    });
    const [hello] = (await once(socket, 'message')) as [Buffer];
    const { hello: server } = JSON.parse(hello.toString()) as { hello: string };
    socket.send(
      JSON.stringify({ proof: proofOf(SECRET, 'client', { client, server, clientVersion: '1', serverVersion: '1' }) }),
    );
    await once(socket, 'message');
    socket.send(Buffer.from([255, 255, 255, 255, 1]));
    const [code] = (await once(socket, 'close')) as [number];
    assert.equal(code, CLOSE.malformed);
    assert.equal(links.length, 2);
    const answered = nextMessage(other);
    links[0]?.post('still here');
    assert.equal(await answered, 'still here');
  });

  it('ends at both ends when the hub closes', async () => {
    const { hub } = await listen();
    const client = await linkTo(hub);
    const closed = new Promise<string>((resolve) => {
      client.onClose(resolve);
    });
    await hub.close();
    await closed;
    assert.deepEqual(await knock({ port: hub.port, secret: SECRET }, '1'), { kind: 'gone' });
  });
});
