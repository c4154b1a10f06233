import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findHolder, listenOnLoopback } from '../../../src/engine/receiver/loopbackPorts.ts';
import { Receiver } from '../../../src/engine/receiver/receiver.ts';
import { ACCEPTED, ANY_PORTS, listening, openHttp2, openRaw, send, startRig } from './receiverRig.ts';

function quietReceiver(t: TestContext): Receiver {
  const receiver = new Receiver({
    ingest: { ingest: () => ACCEPTED },
    onProblem: () => undefined,
    now: () => 0,
    log: () => undefined,
  });
  t.after(() => receiver.stop());
  return receiver;
}

/** A listener that is no Spanline: it greets and closes. */
async function foreignListener(t: TestContext, host: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end('SSH-2.0-foreign\r\n');
  });
  t.after(() => server.close());
  server.listen(0, host);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function canConnect(t: TestContext, port: number, host: string): Promise<boolean> {
  try {
    await openRaw(t, port, host);
    return true;
  } catch {
    return false;
  }
}

describe('starting', () => {
  it('listens on both loopback families, on the same ports', async (t) => {
    const receiver = quietReceiver(t);
    assert.deepEqual(receiver.state, { kind: 'stopped' });
    const state = listening(await receiver.start(ANY_PORTS));
    assert.deepEqual(state.hosts, ['127.0.0.1', '::1']);
    assert.notEqual(state.httpPort, state.grpcPort);
    assert.equal(receiver.state, state);
    for (const port of [state.httpPort, state.grpcPort]) {
      for (const host of state.hosts) assert.equal((await send(port, { host })).status, 200);
    }
  });

  it('again with the same options changes nothing', async (t) => {
    const receiver = quietReceiver(t);
    const [first, second] = await Promise.all([receiver.start(ANY_PORTS), receiver.start(ANY_PORTS)]);
    assert.equal(first, second);
    assert.equal(first.kind, 'listening');
  });

  it('again with other options uses those', async (t) => {
    const receiver = quietReceiver(t);
    const first = listening(await receiver.start(ANY_PORTS));
    const options = { ...ANY_PORTS, httpPort: first.httpPort, grpcPort: first.grpcPort, maxBodyBytes: 10 };
    const second = listening(await receiver.start(options));
    assert.equal(second.httpPort, first.httpPort);
    assert.equal((await send(second.httpPort, { body: 'more than ten bytes' })).status, 413);
  });

  it('takes one port for both roles', async (t) => {
    const { httpPort } = listening(await quietReceiver(t).start(ANY_PORTS));
    const other = quietReceiver(t);
    const freed = quietReceiver(t);
    const { grpcPort } = listening(await freed.start(ANY_PORTS));
    await freed.stop();
    const state = listening(await other.start({ ...ANY_PORTS, httpPort: grpcPort, grpcPort }));
    assert.equal(state.httpPort, grpcPort);
    assert.equal(state.grpcPort, grpcPort);
    assert.notEqual(state.httpPort, httpPort);
  });

  it('says what is wrong with an impossible port', async (t) => {
    const state = await quietReceiver(t).start({ ...ANY_PORTS, httpPort: 70_000 });
    assert.deepEqual(state, { kind: 'failed', message: '70000 is not a port number (0 to 65535).' });
  });
});

describe('a taken port', () => {
  for (const host of ['127.0.0.1', '::1', '0.0.0.0']) {
    it(`is reported with its foreign holder on ${host}, and nothing is started`, async (t) => {
      const taken = await foreignListener(t, host);
      const receiver = quietReceiver(t);
      const spare = quietReceiver(t);
      const { httpPort: free } = listening(await spare.start(ANY_PORTS));
      await spare.stop();
      const state = await receiver.start({ ...ANY_PORTS, httpPort: free, grpcPort: taken });
      assert.equal(state.kind, 'portTaken');
      assert.equal(state.holders.length, 1);
      assert.equal(state.holders[0]?.port, taken);
      assert.equal(state.holders[0].kind, 'foreign');
      if (process.platform === 'linux')
        assert.match(state.holders[0].description, new RegExp(`\\(pid ${process.pid}\\)$`));
      assert.equal(await canConnect(t, free, '127.0.0.1'), false);
      if (host === '127.0.0.1') assert.equal(await canConnect(t, taken, '::1'), false);
    });
  }

  it('on one family only is not held on the other afterwards', async (t) => {
    const port = await foreignListener(t, '::1');
    const options = { connections: 1, onConnection: () => undefined, onDrop: () => undefined };
    assert.deepEqual(await listenOnLoopback(port, options), { taken: true });
    assert.equal(await canConnect(t, port, '127.0.0.1'), false);
  });

  it('of another HTTP server is not taken for a Spanline', async (t) => {
    const server = createHttpServer((_request, response) => response.end('hello'));
    t.after(() => server.close());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    assert.equal((await findHolder(port))?.kind, 'foreign');
  });

  it('that another Spanline holds is recognised', async (t) => {
    const rig = await startRig(t);
    const state = await quietReceiver(t).start({ ...ANY_PORTS, httpPort: rig.httpPort, grpcPort: rig.grpcPort });
    assert.equal(state.kind, 'portTaken');
    assert.deepEqual(
      state.holders.map(({ port, kind }) => [port, kind]),
      [
        [rig.httpPort, 'spanline'],
        [rig.grpcPort, 'spanline'],
      ],
    );
    assert.deepEqual(rig.problems, []);
  });

  it('of a holder that accepts and says nothing is reported as foreign', async (t) => {
    const silent = createServer((socket) => socket.on('error', () => undefined));
    t.after(() => silent.close());
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const state = await quietReceiver(t).start({ ...ANY_PORTS, httpPort: port });
    assert.equal(state.kind, 'portTaken');
    assert.equal(state.holders[0]?.kind, 'foreign');
  });

  it(
    'that is found out only when it is opened leaves nothing started',
    { skip: process.platform !== 'linux' },
    async (t) => {
      const server = createServer((socket) => socket.on('error', () => undefined));
      t.after(() => server.close());
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      // The near end of a connection holds its port without listening there.
      const { socket } = await openRaw(t, (server.address() as AddressInfo).port);
      const spare = quietReceiver(t);
      const { httpPort: free } = listening(await spare.start(ANY_PORTS));
      await spare.stop();
      const receiver = quietReceiver(t);
      const state = await receiver.start({ ...ANY_PORTS, httpPort: free, grpcPort: socket.localPort ?? 0 });
      const holder = { port: socket.localPort, kind: 'foreign', description: '' };
      assert.deepEqual(state, { kind: 'portTaken', holders: [holder] });
      assert.equal(await canConnect(t, free, '127.0.0.1'), false);
    },
  );

  it('can be taken once it is free', async (t) => {
    const rig = await startRig(t);
    const waiting = quietReceiver(t);
    const options = { ...ANY_PORTS, httpPort: rig.httpPort, grpcPort: rig.grpcPort };
    assert.equal((await waiting.start(options)).kind, 'portTaken');
    await rig.receiver.stop();
    assert.equal((await waiting.start(options)).kind, 'listening');
  });
});

describe('stopping', () => {
  it('closes ports and open connections of every protocol, whatever they are doing', async (t) => {
    const rig = await startRig(t);
    const idle = await openRaw(t, rig.httpPort);
    const half = await openRaw(t, rig.httpPort);
    half.socket.write(
      'POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
    );
    const kept = await openRaw(t, rig.httpPort);
    kept.socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await kept.receives(/read back/);
    const session = await openHttp2(t, rig.grpcPort);
    const closed = once(session, 'close');
    await rig.receiver.stop();
    await Promise.all([idle.closed, half.closed, kept.closed, closed]);
    assert.deepEqual(rig.receiver.state, { kind: 'stopped' });
    for (const host of ['127.0.0.1', '::1']) {
      assert.equal(await canConnect(t, rig.httpPort, host), false);
      assert.equal(await canConnect(t, rig.grpcPort, host), false);
    }
    assert.equal(rig.ingested.length, 0);
  });

  it('twice, before a start, and during one, is harmless', async (t) => {
    const receiver = quietReceiver(t);
    await receiver.stop();
    const starting = receiver.start(ANY_PORTS);
    await Promise.all([receiver.stop(), receiver.stop()]);
    assert.equal((await starting).kind, 'listening');
    assert.equal(receiver.state.kind, 'stopped');
    assert.equal((await receiver.start(ANY_PORTS)).kind, 'listening');
  });

  it('leaves nothing that keeps the process alive', async () => {
    const program = fileURLToPath(new URL('./startAndStop.ts', import.meta.url));
    const child = spawn(process.execPath, [program], {
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: 20_000,
    });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    assert.equal(out, 'listening 200 stopped\n');
    assert.equal(code, 0);
  });
});
