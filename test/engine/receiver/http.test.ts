import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as zlib from 'node:zlib';
import { OtlpDecodeError } from '../../../src/core/otlp/decodeError.ts';
import { encodeExportResponse, encodeStatus } from '../../../src/core/otlp/responses.ts';
import { JSON_TYPE, NOW, openRaw, PROTOBUF, send, startRig, writeSlowly } from './receiverRig.ts';

const BODY = Buffer.from('a body that the sink does not look at');

describe('OTLP over HTTP/1.1', () => {
  for (const signal of ['traces', 'logs', 'metrics']) {
    it(`hands a protobuf body posted to /v1/${signal} to the sink byte for byte and answers with an empty message`, async (t) => {
      const rig = await startRig(t);
      const answer = await send(rig.httpPort, { path: `/v1/${signal}`, body: BODY });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers['content-type'], 'application/x-protobuf');
      assert.equal(answer.headers['server'], 'Spanline');
      assert.equal(answer.body.byteLength, 0);
      assert.deepEqual(
        rig.ingested.map((one) => [one.signal, Buffer.from(one.body)]),
        [[signal, BODY]],
      );
      assert.deepEqual(rig.problems, []);
    });
  }

  it('counts what it accepted', async (t) => {
    const rig = await startRig(t);
    await send(rig.httpPort, { body: BODY });
    await send(rig.httpPort, { body: BODY });
    assert.deepEqual(rig.receiver.metrics, {
      acceptedRequests: 2,
      lastAcceptedMs: NOW,
      refusedRequests: 0,
      acceptedBytes: 2 * BODY.byteLength,
      connections: 2,
    });
  });

  it('gives the sink a buffer that nothing else shares', async (t) => {
    const rig = await startRig(t);
    await send(rig.httpPort, { body: BODY });
    const { body } = rig.ingested[0]!;
    assert.equal(body.constructor, Uint8Array);
    assert.equal(body.buffer.byteLength, body.byteLength);
  });

  it('accepts an empty body', async (t) => {
    const rig = await startRig(t);
    assert.equal((await send(rig.httpPort)).status, 200);
    assert.equal(rig.ingested[0]?.body.byteLength, 0);
  });

  it('allows parameters and capitals in the content type', async (t) => {
    const rig = await startRig(t);
    const headers = { 'content-type': 'Application/X-Protobuf; charset=utf-8' };
    assert.equal((await send(rig.httpPort, { headers, body: BODY })).status, 200);
    assert.equal(rig.ingested.length, 1);
  });

  for (const path of ['/v1/traces/', '//v1/traces', '/v1/traces?x=1', 'http://localhost:4318/v1/traces']) {
    it(`takes ${path} for /v1/traces`, async (t) => {
      const rig = await startRig(t);
      assert.equal((await send(rig.httpPort, { path, body: BODY })).status, 200);
      assert.equal(rig.ingested[0]?.signal, 'traces');
    });
  }

  it('answers JSON with JSON', async (t) => {
    const rig = await startRig(t);
    const answer = await send(rig.httpPort, { headers: JSON_TYPE, body: '{"resourceSpans":[]}' });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], 'application/json');
    assert.equal(answer.body.toString(), '{}');
    assert.equal(rig.ingested.length, 1);
  });

  for (const [encoding, headers, body] of [
    ['protobuf', PROTOBUF, BODY],
    ['json', JSON_TYPE, '{}'],
  ] as const) {
    it(`tells partial success in ${encoding} and reports it with its sender`, async (t) => {
      const rig = await startRig(t, { ingest: () => ({ accepted: 1, rejected: 2, message: 'ids are zero' }) });
      const answer = await send(rig.httpPort, { headers: { ...headers, 'user-agent': 'Probe/1' }, body });
      assert.equal(answer.status, 200);
      const expected = encodeExportResponse('traces', encoding, { rejected: 2, message: 'ids are zero' });
      assert.deepEqual(answer.body, Buffer.from(expected));
      const problem = await rig.problem('rejectedSpans');
      assert.equal(problem.message, 'From Probe/1: 2 spans not kept: ids are zero');
    });

    it(`answers a malformed ${encoding} body with 400 and a Status in ${encoding}`, async (t) => {
      const rig = await startRig(t, {
        ingest: () => {
          throw new OtlpDecodeError('wire type 7', 12);
        },
      });
      const answer = await send(rig.httpPort, { headers: { ...headers, 'user-agent': 'Probe/1' }, body });
      assert.equal(answer.status, 400);
      assert.equal(answer.headers['content-type'], headers['content-type']);
      const problem = await rig.problem('malformed');
      const format = encoding === 'json' ? 'JSON' : 'protobuf';
      const message = `The traces body is not valid OTLP ${format}: wire type 7 (byte 12).`;
      assert.equal(problem.message, `From Probe/1: ${message}`);
      assert.deepEqual(answer.body, Buffer.from(encodeStatus(encoding, 3, message)));
      assert.equal(rig.receiver.metrics.refusedRequests, 1);
    });
  }

  it('refuses a body that is not JSON with 400 and does not ask the sink', async (t) => {
    const rig = await startRig(t);
    const answer = await send(rig.httpPort, { headers: JSON_TYPE, body: '{"resourceSpans":[' });
    assert.equal(answer.status, 400);
    assert.equal((JSON.parse(answer.body.toString()) as { code: number }).code, 3);
    assert.equal(rig.ingested.length, 0);
  });

  it('answers an error of its own with 500 and logs it without quoting what it may have read', async (t) => {
    const rig = await startRig(t, {
      ingest: () => {
        throw new Error('unexpected token in "a secret"');
      },
    });
    const answer = await send(rig.httpPort, { body: BODY });
    assert.equal(answer.status, 500);
    const logged = rig.logged.filter((line) => line.startsWith('error'));
    assert.equal(logged.length, 1);
    assert.match(logged[0]!, /Ingesting traces failed: Error\n {4}at /);
    assert.doesNotMatch(`${logged.join()}${JSON.stringify(rig.problems)}${answer.body.toString()}`, /secret/);
  });

  it('serves several requests on one connection', async (t) => {
    const rig = await startRig(t);
    const raw = await openRaw(t, rig.httpPort);
    const request =
      'POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-protobuf\r\ncontent-length: 3\r\n\r\nabc';
    raw.socket.write(request + request);
    await raw.receives(/(HTTP\/1\.1 200[^]*){2}/);
    raw.socket.write(request);
    await raw.receives(/(HTTP\/1\.1 200[^]*){3}/);
    assert.equal(rig.ingested.length, 3);
    assert.equal(rig.receiver.metrics.connections, 1);
  });

  it('closes a kept connection that stays idle', async (t) => {
    const rig = await startRig(t, { limits: { idleTimeoutMs: 30 } });
    const raw = await openRaw(t, rig.httpPort);
    raw.socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
    assert.match(await raw.closed, /^HTTP\/1\.1 200[^]*keep-alive/i);
    assert.deepEqual(rig.problems, []);
  });

  it('ignores an offer to upgrade to HTTP/2, as the Java client makes with every request', async (t) => {
    const rig = await startRig(t);
    const headers = {
      ...PROTOBUF,
      connection: 'Upgrade, HTTP2-Settings',
      upgrade: 'h2c',
      'http2-settings': 'AAEAAEAA',
    };
    assert.equal((await send(rig.httpPort, { headers, body: BODY })).status, 200);
    assert.equal(rig.ingested.length, 1);
  });

  it('takes a chunked body that comes byte by byte', async (t) => {
    const rig = await startRig(t);
    const raw = await openRaw(t, rig.httpPort);
    const text =
      'POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-protobuf\r\n' +
      'transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n';
    await writeSlowly(raw.socket, Buffer.from(text));
    await raw.receives(/^HTTP\/1\.1 200/);
    assert.equal(Buffer.from(rig.ingested[0]!.body).toString(), 'abcdefg');
    assert.equal(rig.ingested[0]!.body.buffer.byteLength, 7);
  });

  it('keeps many parallel bodies apart', async (t) => {
    const rig = await startRig(t);
    const bodies = Array.from({ length: 100 }, (_, i) => Buffer.alloc(20_000 + i, i));
    const answers = await Promise.all(bodies.map((body) => send(rig.httpPort, { body })));
    assert.ok(answers.every((answer) => answer.status === 200));
    const got = rig.ingested.map(({ body }) => Buffer.from(body)).sort((a, b) => a.byteLength - b.byteLength);
    assert.deepEqual(got, bodies);
  });

  it('asks a waiting client to continue, and refuses without asking when the head is wrong', async (t) => {
    const rig = await startRig(t, { limits: { lingerMs: 60_000 } });
    const head = (type: string): string =>
      `POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${type}\r\ncontent-length: 3\r\nexpect: 100-continue\r\n\r\n`;
    const good = await openRaw(t, rig.httpPort);
    good.socket.write(head('application/x-protobuf'));
    await good.receives(/^HTTP\/1\.1 100/);
    good.socket.write('abc');
    await good.receives(/HTTP\/1\.1 200/);
    const bad = await openRaw(t, rig.httpPort);
    bad.socket.write(head('text/html'));
    assert.match(await bad.closed, /^HTTP\/1\.1 415/);
    assert.equal(rig.ingested.length, 1);
  });

  it('says what it is to a browser', async (t) => {
    const rig = await startRig(t);
    const page = await send(rig.httpPort, { method: 'GET', path: '/', headers: {} });
    assert.equal(page.status, 200);
    assert.equal(page.headers['content-type'], 'text/plain; charset=utf-8');
    assert.match(page.body.toString(), /^Spanline receives OpenTelemetry/);
    const head = await send(rig.httpPort, { method: 'HEAD', path: '/', headers: {} });
    assert.equal(head.status, 200);
    assert.equal(head.body.byteLength, 0);
    assert.equal(rig.ingested.length, 0);
  });
});

describe('compressed bodies', () => {
  const plain = Buffer.from('spans '.repeat(50_000));
  for (const [name, encoding, packed] of [
    ['gzip', 'gzip', zlib.gzipSync(plain)],
    [
      'gzip of two members',
      'gzip',
      Buffer.concat([zlib.gzipSync(plain.subarray(0, 9)), zlib.gzipSync(plain.subarray(9))]),
    ],
    ['x-gzip', 'X-GZip', zlib.gzipSync(plain)],
    ['deflate', 'deflate', zlib.deflateSync(plain)],
    ['deflate without zlib header', 'deflate', zlib.deflateRawSync(plain)],
    ['zstd', 'zstd', zlib.zstdCompressSync(plain)],
    [
      'zstd of three frames',
      'zstd',
      Buffer.concat(
        [plain.subarray(0, 9), Buffer.alloc(0), plain.subarray(9)].map((part) => zlib.zstdCompressSync(part)),
      ),
    ],
    ['identity', 'identity', plain],
  ] as const) {
    it(`takes ${name}`, async (t) => {
      const rig = await startRig(t);
      const headers = { ...PROTOBUF, 'content-encoding': encoding };
      assert.equal((await send(rig.httpPort, { headers, body: packed })).status, 200);
      const { body } = rig.ingested[0]!;
      assert.deepEqual(Buffer.from(body), plain);
      assert.ok(body.buffer.byteLength <= plain.byteLength * 1.125 + 1, String(body.buffer.byteLength));
    });
  }

  it('refuses a coding it does not know with 415 and names those it takes', async (t) => {
    const rig = await startRig(t);
    const answer = await send(rig.httpPort, { headers: { ...PROTOBUF, 'content-encoding': 'snappy' }, body: BODY });
    assert.equal(answer.status, 415);
    assert.match(answer.headers['accept-encoding'] ?? '', /gzip, deflate/);
    assert.match((await rig.problem('unsupportedType')).message, /snappy/);
    assert.equal(rig.ingested.length, 0);
  });

  for (const [name, encoding, packed] of [
    ['something else', 'gzip', BODY],
    ['truncated gzip', 'gzip', zlib.gzipSync(plain).subarray(0, -100)],
    ['an empty gzip body', 'gzip', Buffer.alloc(0)],
    ['broken zstd', 'zstd', zlib.zstdCompressSync(plain).subarray(0, -5)],
    ['zstd with something behind it', 'zstd', Buffer.concat([zlib.zstdCompressSync(plain), BODY])],
    ['very many empty frames of zstd', 'zstd', Buffer.concat(Array<Buffer>(1000).fill(zlib.zstdCompressSync('')))],
    ['broken deflate', 'deflate', BODY],
  ] as const) {
    it(`refuses ${name} with 400`, async (t) => {
      const rig = await startRig(t);
      const headers = { ...PROTOBUF, 'content-encoding': encoding };
      assert.equal((await send(rig.httpPort, { headers, body: packed })).status, 400);
      assert.match((await rig.problem('malformed')).message, new RegExp(`not valid ${encoding}`));
      assert.equal(rig.ingested.length, 0);
    });
  }

  for (const [encoding, packed] of [
    ['gzip', zlib.gzipSync(Buffer.alloc(50_000_000))],
    ['deflate', zlib.deflateSync(Buffer.alloc(50_000_000))],
    ['zstd', zlib.zstdCompressSync(Buffer.alloc(50_000_000))],
  ] as const) {
    it(`refuses ${encoding} that inflates beyond the limit with 413`, async (t) => {
      const rig = await startRig(t);
      const headers = { ...PROTOBUF, 'content-encoding': encoding };
      const answer = await send(rig.httpPort, { headers, body: packed });
      assert.equal(answer.status, 413);
      assert.match((await rig.problem('tooLarge')).message, /may have 1 MiB after decompression/);
      assert.equal(rig.ingested.length, 0);
    });
  }

  it('takes a body that inflates to exactly the limit', async (t) => {
    const rig = await startRig(t);
    const headers = { ...PROTOBUF, 'content-encoding': 'gzip' };
    const full = zlib.gzipSync(Buffer.alloc(1024 * 1024));
    assert.equal((await send(rig.httpPort, { headers, body: full })).status, 200);
    const over = zlib.gzipSync(Buffer.alloc(1024 * 1024 + 1));
    assert.equal((await send(rig.httpPort, { headers, body: over })).status, 413);
    assert.equal(rig.ingested[0]?.body.byteLength, 1024 * 1024);
    assert.equal(rig.ingested.length, 1);
  });
});
