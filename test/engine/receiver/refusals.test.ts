import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { encodeStatus } from '../../../src/core/otlp/responses.ts';
import type { ProblemReport } from '../../../src/engine/receiver/intake.ts';
import { assertRefused, JSON_TYPE, openRaw, PROTOBUF, send, startRig } from './receiverRig.ts';
import type { Sent } from './receiverRig.ts';

const BODY = Buffer.from('0123456789');
const AGENT = { 'user-agent': 'Probe/1' };

describe('requests that are refused: answered, counted, reported, and the sink not asked', () => {
  const cases: readonly (readonly [string, Sent, number, ProblemReport['code'], RegExp])[] = [
    ['no content type', { headers: AGENT }, 415, 'unsupportedType', /^From Probe\/1: No Content-Type is not taken/],
    [
      'a form post',
      { headers: { ...AGENT, 'content-type': 'text/plain' } },
      415,
      'unsupportedType',
      /text\/plain is not taken\. OTLP\/HTTP is sent as application\/x-protobuf or application\/json/,
    ],
    [
      'gRPC over HTTP/1.1',
      { headers: { ...AGENT, 'content-type': 'application/grpc' } },
      415,
      'unsupportedType',
      /gRPC needs HTTP\/2/,
    ],
    [
      'an unknown path',
      { path: '/v1/trace', headers: { ...AGENT, ...PROTOBUF } },
      404,
      'notFound',
      /POST \/v1\/traces, /,
    ],
    ['GET on a signal path', { method: 'GET', headers: AGENT }, 405, 'other', /GET \/v1\/traces is not served/],
    ['PUT', { method: 'PUT' }, 405, 'other', /PUT \/v1\/traces/],
    ['DELETE of the root', { method: 'DELETE', path: '/' }, 405, 'other', /DELETE \/ is not served/],
  ];
  for (const [name, sent, status, code, message] of cases) {
    it(`${name}: ${status}`, async (t) => {
      const rig = await startRig(t);
      const answer = await send(rig.httpPort, { body: BODY, ...sent });
      assert.equal(answer.status, status);
      assert.equal(answer.headers['server'], 'Spanline');
      assertRefused(rig, code, message);
    });
  }

  it('names the methods that are served', async (t) => {
    const rig = await startRig(t);
    assert.equal((await send(rig.httpPort, { method: 'GET' })).headers.allow, 'POST, OPTIONS');
    const root = await send(rig.httpPort, { method: 'PUT', path: '/' });
    assert.equal(root.headers.allow, 'GET, HEAD, POST, OPTIONS');
  });

  it('explains in the encoding of the request, in text when that is not known', async (t) => {
    const rig = await startRig(t);
    const text = await send(rig.httpPort, { path: '/x', headers: {} });
    assert.equal(text.headers['content-type'], 'text/plain; charset=utf-8');
    const message = text.body.toString().trimEnd();
    const json = await send(rig.httpPort, { path: '/x', headers: JSON_TYPE });
    assert.deepEqual(JSON.parse(json.body.toString()), { code: 5, message });
    const protobuf = await send(rig.httpPort, { path: '/x' });
    assert.deepEqual(protobuf.body, Buffer.from(encodeStatus('protobuf', 5, message)));
  });

  it('shows no control characters of a hostile sender, and not all it says', async (t) => {
    const rig = await startRig(t);
    const raw = await openRaw(t, rig.httpPort);
    raw.socket.write(
      `GET /x HTTP/1.1\r\nhost: localhost\r\nuser-agent: a\tb\x85c\xad${'y'.repeat(500)}\r\n\r\n`,
      'latin1',
    );
    await raw.receives(/HTTP/);
    assert.equal(rig.problems.length, 1);
    assert.match(rig.problems[0]!.message, /^From a\?b\?c\?y{74}…: GET/);
  });
});

describe('limits', () => {
  it('refuses a declared length over the limit with 413 before the body comes', async (t) => {
    const rig = await startRig(t, { limits: { lingerMs: 60_000 } });
    const raw = await openRaw(t, rig.httpPort);
    raw.socket.write(
      'POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 2000000\r\n\r\n',
    );
    const text = await raw.receives(/\}$/);
    assert.match(text, /^HTTP\/1\.1 413/);
    assert.match(text, /connection: close/i);
    await rig.problem('tooLarge');
    assertRefused(rig, 'tooLarge', /may have 1 MiB; this one has 2 MiB\. Send smaller batches/);
  });

  it('lets a sender that reads only after it has sent everything see why its body was refused', async (t) => {
    const rig = await startRig(t);
    const raw = await openRaw(t, rig.httpPort);
    raw.socket.pause();
    raw.socket.write(
      'POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 12000000\r\n\r\n',
    );
    const failed = await new Promise((resolve) => raw.socket.write(Buffer.alloc(12_000_000), resolve));
    assert.equal(failed ?? undefined, undefined);
    raw.socket.resume();
    assert.match(await raw.closed, /^HTTP\/1\.1 413[^]*Send smaller batches/);
    assert.equal(rig.ingested.length, 0);
  });

  it('cuts off a refused sender that does not stop', async (t) => {
    const rig = await startRig(t, { limits: { lingerBytes: 100_000, lingerMs: 60_000 } });
    const raw = await openRaw(t, rig.httpPort);
    raw.socket.write(
      'POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 9000000\r\n\r\n',
    );
    raw.socket.write(Buffer.alloc(300_000));
    assert.match(await raw.closed, /^HTTP\/1\.1 413/);
  });

  it('cuts off a refused sender that neither sends nor closes', async (t) => {
    const rig = await startRig(t, { limits: { lingerMs: 20 } });
    const raw = await openRaw(t, rig.httpPort);
    raw.socket.write(
      'POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 9000000\r\n\r\n',
    );
    assert.match(await raw.closed, /^HTTP\/1\.1 413/);
  });

  it('names the program that sent what is too large, where the system tells, its size, the limit and the cures', async (t) => {
    const rig = await startRig(t);
    const bomb = gzipSync(Buffer.alloc(20_000_000));
    const headers = { ...PROTOBUF, ...AGENT, 'content-encoding': 'gzip' };
    assert.equal((await send(rig.httpPort, { headers, body: bomb })).status, 413);
    const { message } = await rig.problem('tooLarge');
    const sender = process.platform === 'linux' ? `Probe/1, node (pid ${process.pid})` : 'Probe/1';
    // The script's name is told where no option of the interpreter comes before it.
    assert.equal(
      message.replace(' refusals.test.ts', ''),
      `From ${sender}: A request may have 1 MiB after decompression; this one has 20 KiB and inflates beyond it. ` +
        'Send smaller batches (OTEL_BSP_MAX_EXPORT_BATCH_SIZE, for logs OTEL_BLRP_MAX_EXPORT_BATCH_SIZE), limit ' +
        'attribute values (OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT), or raise the setting spanline.receiver.maxBodyMiB.',
    );
  });

  it('refuses a chunked body that grows over the limit with 413', async (t) => {
    const rig = await startRig(t);
    const answer = await send(rig.httpPort, { chunked: true, body: Buffer.alloc(1024 * 1024 + 1) });
    assert.equal(answer.status, 413);
    await rig.problem('tooLarge');
    assertRefused(rig, 'tooLarge', /this one is larger than that/);
  });

  it('takes bodies up to exactly the limit, with and without a declared length', async (t) => {
    const rig = await startRig(t);
    const body = Buffer.alloc(1024 * 1024, 1);
    assert.equal((await send(rig.httpPort, { body })).status, 200);
    assert.equal((await send(rig.httpPort, { chunked: true, body })).status, 200);
    for (const one of rig.ingested) assert.deepEqual(Buffer.from(one.body), body);
    assert.equal(rig.ingested.length, 2);
  });

  it('asks to retry later while too many bytes are in flight, and serves again afterwards', async (t) => {
    const rig = await startRig(t, { limits: { inFlightBytes: 150_000 } });
    const head = 'POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-protobuf\r\n';
    const first = await openRaw(t, rig.httpPort);
    first.socket.write(`${head}content-length: 100000\r\n\r\n`);
    first.socket.write(Buffer.alloc(99_999));
    // The second is refused only once bytes of the first are held; until then it is served.
    let answer = await send(rig.httpPort, { body: Buffer.alloc(100_000) });
    while (answer.status === 200) answer = await send(rig.httpPort, { body: Buffer.alloc(100_000) });
    assert.equal(answer.status, 503);
    assert.equal(answer.headers['retry-after'], '1');
    assert.match((await rig.problem('busy')).message, /inFlightMiB\)\. The sender is asked to retry/);
    first.socket.write('x');
    await first.receives(/^HTTP\/1\.1 200/);
    assert.equal((await send(rig.httpPort, { body: Buffer.alloc(100_000) })).status, 200);
  });

  it('gives the bytes of an aborted request back and does not ask the sink', async (t) => {
    const rig = await startRig(t, { limits: { inFlightBytes: 150_000 } });
    const raw = await openRaw(t, rig.httpPort);
    raw.socket.write(
      'POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-protobuf\r\ncontent-length: 100000\r\n\r\n',
    );
    raw.socket.write(Buffer.alloc(50_000));
    while ((await send(rig.httpPort, { body: Buffer.alloc(100_000) })).status === 200);
    const before = rig.ingested.length;
    raw.socket.destroy();
    while ((await send(rig.httpPort, { body: Buffer.alloc(100_000) })).status !== 200);
    assert.ok(rig.ingested.slice(before).every((one) => one.body.byteLength === 100_000));
  });

  it('answers a body that does not come in time with 408', async (t) => {
    const rig = await startRig(t, { limits: { requestTimeoutMs: 30 } });
    const raw = await openRaw(t, rig.httpPort);
    raw.socket.write(
      'POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{',
    );
    assert.match(await raw.receives(/\}$/), /^HTTP\/1\.1 408/);
    assertRefused(rig, 'other', /before its deadline/);
  });

  it('closes a connection whose headers do not end in time, the first request and later ones', async (t) => {
    const rig = await startRig(t, { limits: { headerTimeoutMs: 200 } });
    const first = await openRaw(t, rig.httpPort);
    first.socket.write('POST /v1/traces HTTP/1.1\r\nhost: local');
    assert.match(await first.closed, /^HTTP\/1\.1 408/);
    const second = await openRaw(t, rig.httpPort);
    second.socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await second.receives(/Nothing can be read back/);
    second.socket.write('GET / HTTP/1.1\r\nhost: loc');
    assert.match(await second.closed, /HTTP\/1\.1 408/);
    assert.equal(rig.receiver.metrics.refusedRequests, 2);
  });

  it('refuses headers beyond the limit with 431', async (t) => {
    const rig = await startRig(t);
    assert.equal((await send(rig.httpPort, { headers: { ...PROTOBUF, 'x-large': 'x'.repeat(30_000) } })).status, 200);
    const answer = await send(rig.httpPort, { headers: { ...PROTOBUF, 'x-large': 'x'.repeat(40_000) } });
    assert.equal(answer.status, 431);
    assert.equal(rig.ingested.length, 1);
  });

  it('takes a bounded number of connections and reports the rest', async (t) => {
    const rig = await startRig(t, { limits: { connections: 2 } });
    const held = [await openRaw(t, rig.httpPort), await openRaw(t, rig.httpPort)];
    const third = await openRaw(t, rig.httpPort);
    assert.equal(await third.closed, '');
    assert.match((await rig.problem('busy')).message, /More than 2 connections/);
    held[0]?.socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await held[0]?.receives(/^HTTP\/1\.1 200/);
  });

  it('answers what is not HTTP with 400 and closes', async (t) => {
    const rig = await startRig(t);
    const raw = await openRaw(t, rig.httpPort);
    raw.socket.write('\x00\x01garbage\r\n\r\n');
    assert.match(await raw.closed, /^HTTP\/1\.1 400/);
    assertRefused(rig, 'malformed', /broke HTTP\/1\.1's rules/);
  });

  it('closes on a broken chunk in the middle of a body and does not ask the sink', async (t) => {
    const rig = await startRig(t);
    const raw = await openRaw(t, rig.httpPort);
    raw.socket.write(
      'POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-protobuf\r\n' +
        'transfer-encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n',
    );
    assert.match(await raw.closed, /^HTTP\/1\.1 400/);
    assertRefused(rig, 'malformed', /broke HTTP\/1\.1's rules/);
  });

  for (const [when, pieces] of [
    ['at once', ['ZZ\r\n']],
    ['after a while', ['3\r\nabc\r\n', 'ZZ\r\n']],
  ] as const) {
    it(`answers a refused request once, and counts it once, when its body breaks ${when}`, async (t) => {
      const rig = await startRig(t, { limits: { lingerMs: 60_000 } });
      const raw = await openRaw(t, rig.httpPort);
      const [first, ...rest] = pieces;
      raw.socket.write(
        'POST /v1/nope HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n' +
          `transfer-encoding: chunked\r\n\r\n${first}`,
      );
      if (rest.length > 0) await raw.receives(/\}$/);
      for (const piece of rest) raw.socket.write(piece);
      const text = await raw.closed;
      assert.match(text, /^HTTP\/1\.1 404[^]*\}$/);
      assert.equal(text.match(/HTTP\/1\.1/g)?.length, 1, text);
      assertRefused(rig, 'notFound', /OTLP\/HTTP is sent as/);
    });
  }

  it('answers garbage after a finished request on the same connection', async (t) => {
    const rig = await startRig(t);
    const raw = await openRaw(t, rig.httpPort);
    raw.socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await raw.receives(/Nothing can be read back/);
    raw.socket.write('garbage\r\n\r\n');
    assert.match(await raw.closed, /^HTTP\/1\.1 200[^]*HTTP\/1\.1 400/);
    assertRefused(rig, 'malformed', /broke HTTP\/1\.1's rules/);
  });
});
