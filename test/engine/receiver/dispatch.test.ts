import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { sniffProtocol } from '../../../src/engine/receiver/socketDispatcher.ts';
import { callGrpc, grpcStatus, openHttp2, openRaw, PROTOBUF, send, startRig, writeSlowly } from './receiverRig.ts';

const BODY = Buffer.from('body');
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const EMPTY_SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);

describe('each port', () => {
  for (const port of ['httpPort', 'grpcPort'] as const) {
    for (const host of ['127.0.0.1', '::1']) {
      it(`takes HTTP/1.1 and gRPC on ${host} (${port})`, async (t) => {
        const rig = await startRig(t);
        assert.equal((await send(rig[port], { body: BODY, host })).status, 200);
        const session = await openHttp2(t, rig[port], { host });
        assert.equal(grpcStatus(await callGrpc(session, BODY)), 0);
        assert.equal(rig.ingested.length, 2);
      });
    }

    it(`answers a TLS hello by closing, and names the sender and the cure (${port})`, async (t) => {
      const rig = await startRig(t);
      const tls = connectTls({ host: '127.0.0.1', port: rig[port] });
      const [error] = (await once(tls, 'error')) as [NodeJS.ErrnoException];
      assert.equal(error.code, 'ECONNRESET');
      const { message } = await rig.problem('tls');
      assert.match(message, /Use an http:\/\/ endpoint/);
      assert.match(message, /OTEL_EXPORTER_OTLP_INSECURE=true/);
      assert.ok(message.includes(`port ${rig[port]}`));
      if (process.platform === 'linux') assert.ok(message.includes(`(pid ${process.pid})`), message);
      assert.equal(rig.receiver.metrics.refusedRequests, 1);
      assert.equal(rig.ingested.length, 0);
    });
  }

  it('takes either protocol when its first bytes come one by one', async (t) => {
    const rig = await startRig(t);
    const http1 = await openRaw(t, rig.grpcPort);
    await writeSlowly(http1.socket, Buffer.from('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n'));
    await http1.receives(/^HTTP\/1\.1 200/);
    const http2 = await openRaw(t, rig.httpPort);
    await writeSlowly(http2.socket, Buffer.concat([Buffer.from(PREFACE), EMPTY_SETTINGS]));
    // The server's SETTINGS frame, then the acknowledgement of ours.
    await http2.receives(/^[^]{3}\x04\0[^]*\0\0\0\x04\x01\0\0\0\0/);
  });

  it('answers TLS hellos by closing as fast as they come, and names later ones again', async (t) => {
    const rig = await startRig(t);
    const raws = await Promise.all(Array.from({ length: 20 }, () => openRaw(t, rig.grpcPort)));
    for (const { socket } of raws) socket.write(Buffer.from([0x16, 3, 1, 2, 0, 1]));
    await Promise.all(raws.map((raw) => raw.closed));
    await rig.until(() => rig.problems.length === 20);
    assert.equal(rig.receiver.metrics.refusedRequests, 20);
    const later = await openRaw(t, rig.grpcPort);
    later.socket.write(Buffer.from([0x16, 3, 1, 2, 0, 1]));
    await rig.until(() => rig.problems.length === 21);
    if (process.platform === 'linux') assert.ok(rig.problems[20]?.message.includes(`(pid ${String(process.pid)})`));
  });

  it('closes a connection that says nothing, without calling it a problem', async (t) => {
    const rig = await startRig(t, { limits: { headerTimeoutMs: 40 } });
    const silent = await openRaw(t, rig.httpPort);
    const half = await openRaw(t, rig.httpPort);
    half.socket.write('PR');
    assert.equal(await silent.closed, '');
    assert.equal(await half.closed, '');
    assert.deepEqual(rig.problems, []);
  });

  it('survives a connection that ends or breaks before it said anything', async (t) => {
    const rig = await startRig(t);
    const ended = await openRaw(t, rig.httpPort);
    ended.socket.end('P');
    assert.equal(await ended.closed, '');
    const reset = await openRaw(t, rig.httpPort);
    reset.socket.resetAndDestroy();
    await reset.closed;
    assert.equal((await send(rig.httpPort, { headers: PROTOBUF, body: BODY })).status, 200);
  });

  it('closes an HTTP/2 preface that goes wrong and reports it', async (t) => {
    const rig = await startRig(t);
    const raw = await openRaw(t, rig.grpcPort);
    raw.socket.write('PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n');
    await raw.closed;
    assert.match((await rig.problem('malformed')).message, /broke HTTP\/2's rules/);
  });
});

describe('the first bytes of a connection', () => {
  for (const [bytes, protocol] of [
    ['', undefined],
    ['P', undefined],
    ['PR', undefined],
    ['PRI', undefined],
    ['PRI ', 'http2'],
    [PREFACE, 'http2'],
    ['PO', 'http1'],
    ['POST / HTTP/1.1', 'http1'],
    ['G', 'http1'],
    ['\x16', undefined],
    ['\x16\x03', 'tls'],
    ['\x16\x03\x01\x02', 'tls'],
    ['\x16\x04', 'http1'],
    ['\0', 'http1'],
  ] as const) {
    it(`${JSON.stringify(bytes)} tell ${protocol ?? 'nothing yet'}`, () => {
      assert.equal(sniffProtocol(Buffer.from(bytes, 'latin1')), protocol);
    });
  }
});
