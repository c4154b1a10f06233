import assert from 'node:assert/strict';
import { once } from 'node:events';
import { constants } from 'node:http2';
import { describe, it } from 'node:test';
import * as zlib from 'node:zlib';
import protobuf from 'protobufjs';
import { OtlpDecodeError } from '../../../src/core/otlp/decodeError.ts';
import { encodeExportResponse } from '../../../src/core/otlp/responses.ts';
import {
  callGrpc,
  END_STREAM,
  exchange,
  frame,
  GRPC_HEADERS,
  grpcMessage,
  grpcStatus,
  headerBlock,
  HTTP2_START,
  http2Frame,
  LOGS_EXPORT,
  METRICS_EXPORT,
  openHttp2,
  openRaw,
  PROTOBUF,
  send,
  startRig,
  TRACE_EXPORT,
} from './receiverRig.ts';
import type { Http2Answer } from './receiverRig.ts';

const { root: RPC } = protobuf.parse(`
syntax = "proto3";
message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
message Any { string type_url = 1; bytes value = 2; }
message RetryInfo { Duration retry_delay = 1; }
message Duration { int64 seconds = 1; int32 nanos = 2; }
`);

/** `grpc-status-details-bin`, as an implementation that is not ours reads it. */
function retryDetails({ headers }: Http2Answer): unknown {
  const text = String(headers['grpc-status-details-bin']);
  assert.doesNotMatch(text, /=/);
  const status = RPC.lookupType('Status').decode(Buffer.from(text, 'base64')) as unknown as {
    code: number;
    message: string;
    details: readonly { typeUrl: string; value: Uint8Array }[];
  };
  const details = status.details.map(({ typeUrl, value }) => {
    const info = RPC.lookupType('RetryInfo').decode(value) as unknown as { retryDelay: { seconds: unknown } };
    return { typeUrl, seconds: Number(info.retryDelay.seconds) };
  });
  return { code: status.code, message: status.message, details };
}

const BODY = Buffer.from('a message that the sink does not look at');

describe('OTLP over gRPC', () => {
  for (const [signal, path] of [
    ['traces', TRACE_EXPORT],
    ['logs', LOGS_EXPORT],
    ['metrics', METRICS_EXPORT],
  ] as const) {
    it(`hands the message of ${path} to the sink byte for byte`, async (t) => {
      const rig = await startRig(t);
      const session = await openHttp2(t, rig.grpcPort);
      const answer = await callGrpc(session, BODY, { ':path': path });
      assert.equal(answer.headers[':status'], 200);
      assert.equal(answer.headers['content-type'], 'application/grpc');
      assert.equal(grpcStatus(answer), 0);
      assert.deepEqual(answer.body, frame(Buffer.alloc(0)));
      assert.equal(answer.resetCode, constants.NGHTTP2_NO_ERROR);
      assert.deepEqual(
        rig.ingested.map((one) => [one.signal, Buffer.from(one.body)]),
        [[signal, BODY]],
      );
      assert.deepEqual(rig.problems, []);
    });
  }

  it('takes content type application/grpc+proto and an empty message', async (t) => {
    const rig = await startRig(t);
    const session = await openHttp2(t, rig.grpcPort);
    const answer = await callGrpc(session, Buffer.alloc(0), { 'content-type': 'application/grpc+proto' });
    assert.equal(grpcStatus(answer), 0);
    assert.equal(rig.ingested[0]?.body.byteLength, 0);
  });

  it('puts a message together that comes byte by byte', async (t) => {
    const rig = await startRig(t);
    const session = await openHttp2(t, rig.grpcPort);
    const bytes = frame(BODY);
    const answer = await exchange(
      session,
      GRPC_HEADERS,
      Array.from(bytes, (byte) => Uint8Array.of(byte)),
    );
    assert.equal(grpcStatus(answer), 0);
    assert.deepEqual(Buffer.from(rig.ingested[0]!.body), BODY);
  });

  it('keeps many parallel calls on one connection apart', async (t) => {
    const rig = await startRig(t);
    const session = await openHttp2(t, rig.grpcPort);
    const bodies = Array.from({ length: 200 }, (_, i) => Buffer.alloc(30_000 + i, i));
    const answers = await Promise.all(bodies.map((body) => callGrpc(session, body)));
    assert.ok(answers.every((answer) => grpcStatus(answer) === 0));
    const got = rig.ingested.map(({ body }) => Buffer.from(body)).sort((a, b) => a.byteLength - b.byteLength);
    assert.deepEqual(got, bodies);
  });

  for (const [encoding, packed] of [
    ['gzip', zlib.gzipSync(BODY)],
    ['deflate', zlib.deflateSync(BODY)],
    ['zstd', zlib.zstdCompressSync(BODY)],
  ] as const) {
    it(`takes a message compressed with ${encoding}`, async (t) => {
      const rig = await startRig(t);
      const session = await openHttp2(t, rig.grpcPort);
      const answer = await callGrpc(session, packed, { 'grpc-encoding': encoding });
      assert.equal(grpcStatus(answer), 0);
      assert.deepEqual(Buffer.from(rig.ingested[0]!.body), BODY);
    });
  }

  it('takes an uncompressed message although a compression was named', async (t) => {
    const rig = await startRig(t);
    const session = await openHttp2(t, rig.grpcPort);
    const answer = await exchange(session, { ...GRPC_HEADERS, 'grpc-encoding': 'gzip' }, [frame(BODY)]);
    assert.equal(grpcStatus(answer), 0);
    assert.deepEqual(Buffer.from(rig.ingested[0]!.body), BODY);
  });

  it('tells partial success and reports it with its sender', async (t) => {
    const rig = await startRig(t, { ingest: () => ({ accepted: 0, rejected: 3, message: 'ids are zero' }) });
    const session = await openHttp2(t, rig.grpcPort);
    const answer = await callGrpc(session, BODY);
    const expected = encodeExportResponse('traces', 'protobuf', { rejected: 3, message: 'ids are zero' });
    assert.deepEqual(answer.body, frame(expected));
    assert.equal(grpcStatus(answer), 0);
    const problem = await rig.problem('rejectedSpans');
    assert.equal(problem.message, 'From OTel-OTLP-Exporter-Test/1.0: 3 spans not kept: ids are zero');
  });
});

describe('gRPC calls that are refused: answered in the head alone, counted, reported, and the sink not asked', () => {
  const cases: readonly (readonly [string, Record<string, string>, readonly Uint8Array[], number, RegExp])[] = [
    [
      'an unknown method',
      { ':path': '/other.Service/Export' },
      [frame(BODY)],
      12,
      /other\.Service\/Export is not served/,
    ],
    ['GET', { ':method': 'GET' }, [], 12, /not served/],
    ['an unknown compression', { 'grpc-encoding': 'snappy' }, [frame(BODY, true)], 12, /snappy is not taken/],
    ['a compressed flag without compression', {}, [frame(BODY, true)], 13, /grpc-encoding names no compression/],
    ['broken gzip', { 'grpc-encoding': 'gzip' }, [frame(BODY, true)], 3, /not valid gzip/],
    ['unknown flags', {}, [Buffer.concat([Uint8Array.of(2), frame(BODY).subarray(1)])], 3, /unknown flags/],
    ['no message', {}, [], 3, /ended before its message/],
    ['half a prefix', {}, [frame(BODY).subarray(0, 3)], 3, /ended before its message/],
    ['half a message', {}, [frame(BODY).subarray(0, 9)], 3, /ended before its message/],
    ['two messages', {}, [frame(BODY), frame(BODY)], 3, /more than one message/],
    ['a second empty message', {}, [frame(Buffer.alloc(0)), frame(Buffer.alloc(0))], 3, /more than one message/],
    [
      'an oversized length',
      {},
      [frame(BODY), frame(BODY)].map(() => Buffer.from([0, 0x7f, 0, 0, 0])),
      8,
      /may have 1 MiB/,
    ],
    [
      'a zip bomb',
      { 'grpc-encoding': 'gzip' },
      [frame(zlib.gzipSync(Buffer.alloc(9_000_000)), true)],
      8,
      /may have 1 MiB/,
    ],
    ['a foreign web page', { origin: 'https://example.com' }, [frame(BODY)], 7, /only pages served from localhost/],
    ['a foreign authority', { ':authority': 'rebind.example.com' }, [frame(BODY)], 7, /not served here/],
  ];
  for (const [name, headers, chunks, status, message] of cases) {
    it(`${name}: ${status}`, async (t) => {
      const rig = await startRig(t);
      const session = await openHttp2(t, rig.grpcPort);
      const answer = await exchange(session, { ...GRPC_HEADERS, ...headers }, chunks);
      assert.equal(grpcStatus(answer), status);
      assert.equal(answer.headers[':status'], 200);
      assert.equal(answer.headers['content-type'], 'application/grpc');
      assert.equal(answer.body.byteLength, 0);
      assert.match(String(answer.headers['grpc-accept-encoding']), /^gzip,deflate,/);
      assert.match(grpcMessage(answer), message);
      assert.equal(rig.ingested.length, 0);
      assert.equal(rig.receiver.metrics.refusedRequests, 1);
      if (status === 8) await rig.problem('tooLarge');
      assert.equal(rig.problems.length, 1);
      // What is too large is told with the program that sent it, where the system tells.
      const reported = rig.problems[0]!.message.replace(/, \S+( \S+)? \(pid \d+\): /, ': ');
      assert.equal(reported, `From OTel-OTLP-Exporter-Test/1.0: ${grpcMessage(answer)}`);
      // The connection goes on serving.
      assert.equal(grpcStatus(await callGrpc(session, BODY)), 0);
    });
  }

  it('a malformed message: 3, with what the decoder said', async (t) => {
    const rig = await startRig(t, {
      ingest: () => {
        throw new OtlpDecodeError('wire type 7 ✗ 100%', 12);
      },
    });
    const session = await openHttp2(t, rig.grpcPort);
    const answer = await callGrpc(session, BODY);
    assert.equal(grpcStatus(answer), 3);
    assert.equal(grpcMessage(answer), 'The traces body is not valid OTLP protobuf: wire type 7 ✗ 100% (byte 12).');
  });

  it('an error of our own: 13', async (t) => {
    const rig = await startRig(t, {
      ingest: () => {
        throw new Error('secret');
      },
    });
    const session = await openHttp2(t, rig.grpcPort);
    const answer = await callGrpc(session, BODY);
    assert.equal(grpcStatus(answer), 13);
    assert.doesNotMatch(grpcMessage(answer), /secret/);
  });

  it('answers a sender that has not finished, and tells it to stop', async (t) => {
    const rig = await startRig(t, { limits: { lingerMs: 20 } });
    const session = await openHttp2(t, rig.grpcPort);
    const answer = await exchange(session, GRPC_HEADERS, [Buffer.from([0, 0x7f, 0, 0, 0])], true);
    assert.equal(grpcStatus(answer), 8);
    assert.equal(answer.resetCode, constants.NGHTTP2_NO_ERROR);
  });

  it('answers 4 once the deadline of grpc-timeout has passed', async (t) => {
    const rig = await startRig(t, { limits: { lingerMs: 20 } });
    const session = await openHttp2(t, rig.grpcPort);
    const answer = await exchange(
      session,
      { ...GRPC_HEADERS, 'grpc-timeout': '30m' },
      [frame(BODY).subarray(0, 9)],
      true,
    );
    assert.equal(grpcStatus(answer), 4);
    assert.equal(rig.ingested.length, 0);
  });

  it('answers 4 to a sender without deadline that never finishes', async (t) => {
    const rig = await startRig(t, { limits: { requestTimeoutMs: 30, lingerMs: 20 } });
    const session = await openHttp2(t, rig.grpcPort);
    const answer = await exchange(session, GRPC_HEADERS, [frame(BODY).subarray(0, 2)], true);
    assert.equal(grpcStatus(answer), 4);
  });

  it('asks to retry later (8 with RetryInfo) while too many bytes are in flight, and gives those of a cancelled call back', async (t) => {
    const rig = await startRig(t, { limits: { inFlightBytes: 150_000 } });
    const session = await openHttp2(t, rig.grpcPort);
    const held = session.request({ ':method': 'POST', ...GRPC_HEADERS });
    held.on('error', () => undefined);
    held.write(frame(Buffer.alloc(100_000)).subarray(0, 50_000));
    const call = async (): Promise<number> => grpcStatus(await callGrpc(session, Buffer.alloc(100_000)));
    let answer = await callGrpc(session, Buffer.alloc(100_000));
    while (grpcStatus(answer) === 0) answer = await callGrpc(session, Buffer.alloc(100_000));
    assert.equal(grpcStatus(answer), 8);
    assert.deepEqual(retryDetails(answer), {
      code: 8,
      message: grpcMessage(answer),
      details: [{ typeUrl: 'type.googleapis.com/google.rpc.RetryInfo', seconds: 1 }],
    });
    held.close(constants.NGHTTP2_CANCEL);
    while ((await call()) !== 0);
    assert.ok(rig.ingested.every((one) => one.body.byteLength === 100_000));
  });
});

describe('HTTP/2 connections', () => {
  it('that send OTLP/HTTP are served like HTTP/1.1', async (t) => {
    const rig = await startRig(t, { limits: { lingerMs: 20 } });
    const session = await openHttp2(t, rig.httpPort);
    const good = await exchange(session, { ':path': '/v1/logs', ...PROTOBUF }, [BODY]);
    assert.equal(good.headers[':status'], 200);
    assert.equal(good.headers['content-type'], 'application/x-protobuf');
    assert.deepEqual(Buffer.from(rig.ingested[0]!.body), BODY);
    for (const [headers, status] of [
      [{ ':path': '/nowhere', ...PROTOBUF }, 404],
      [{ ':path': '/v1/traces', 'content-type': 'text/plain' }, 415],
      [{ ':path': '/v1/traces', 'content-type': 'application/grpc-web+proto' }, 415],
      [{ ':path': '/v1/traces', ...PROTOBUF, origin: 'null' }, 403],
      [{ ':path': '/v1/traces', ...PROTOBUF, ':authority': 'rebind.example.com' }, 403],
      [{ ':path': '/v1/traces', ...PROTOBUF, ':method': 'PUT' }, 405],
      [{ ':path': '/v1/traces', ...PROTOBUF, 'content-length': '2000000' }, 413],
    ] as const) {
      const answer = await exchange(session, headers, [BODY], status === 413);
      assert.equal(answer.headers[':status'], status);
      assert.equal(answer.headers['server'], 'Spanline');
    }
    assert.equal(rig.ingested.length, 1);
    assert.equal(rig.receiver.metrics.refusedRequests, 7);
    assert.equal(rig.receiver.metrics.connections, 1);
  });

  it('that cancel a request hand nothing to the sink and are not blamed', async (t) => {
    const rig = await startRig(t);
    const raw = await openRaw(t, rig.httpPort);
    raw.socket.write(HTTP2_START);
    for (const [id, path, type] of [
      [1, TRACE_EXPORT, 'application/grpc'],
      [3, '/v1/traces', 'application/x-protobuf'],
    ] as const) {
      raw.socket.write(http2Frame('HEADERS', id, headerBlock(path, type)));
      raw.socket.write(http2Frame('DATA', id, frame(BODY).subarray(0, 20)));
      // Its answer tells that the data was read.
      const ping = `ping  ${String(id)} `;
      raw.socket.write(http2Frame('PING', 0, Buffer.from(ping)));
      await raw.receives(new RegExp(ping));
      raw.socket.write(http2Frame('RST_STREAM', id, Buffer.from([0, 0, 0, constants.NGHTTP2_CANCEL])));
    }
    raw.socket.write(http2Frame('HEADERS', 5, headerBlock('/v1/logs', 'application/x-protobuf')));
    raw.socket.write(http2Frame('DATA', 5, Buffer.from('last'), END_STREAM));
    await rig.until(() => rig.ingested.some(({ signal }) => signal === 'logs'));
    assert.equal(rig.ingested.length, 1);
    assert.deepEqual(rig.problems, []);
  });

  it('may send many large compressed messages at once', async (t) => {
    const rig = await startRig(t);
    const session = await openHttp2(t, rig.grpcPort);
    const packed = zlib.gzipSync(Buffer.alloc(500_000, 'abcdefgh'));
    const answers = await Promise.all(
      Array.from({ length: 500 }, () => callGrpc(session, packed, { 'grpc-encoding': 'gzip' })),
    );
    assert.ok(answers.every((answer) => grpcStatus(answer) === 0));
    assert.equal(rig.ingested.length, 500);
  });

  it('offer windows that a large batch fits into', async (t) => {
    const rig = await startRig(t, { options: { maxBodyBytes: 32 * 1024 * 1024 } });
    const session = await openHttp2(t, rig.grpcPort);
    assert.equal(session.remoteSettings.initialWindowSize, 4 * 1024 * 1024);
    assert.equal(session.remoteSettings.maxConcurrentStreams, 2048);
    const body = Buffer.alloc(20_000_000, 7);
    assert.equal(grpcStatus(await callGrpc(session, body)), 0);
    assert.equal(session.state.remoteWindowSize !== undefined && session.state.remoteWindowSize > 1_000_000, true);
    assert.deepEqual(Buffer.from(rig.ingested[0]!.body), body);
  });

  it('that flood us with resets are closed, and others go on', async (t) => {
    const rig = await startRig(t, { limits: { streamResetBurst: 20, streamResetsPerSecond: 1 } });
    const flood = await openHttp2(t, rig.grpcPort);
    const closed = new Promise((resolve) => flood.once('close', resolve));
    let resets = 0;
    const reset = (): void => {
      if (flood.closed || flood.destroyed) return;
      resets++;
      const stream = flood.request({ ':method': 'POST', ...GRPC_HEADERS });
      stream.on('error', () => undefined);
      stream.once('close', () => setImmediate(reset));
      stream.write(frame(BODY).subarray(0, 8), () => stream.close(constants.NGHTTP2_CANCEL));
    };
    for (let i = 0; i < 10; i++) reset();
    await closed;
    assert.ok(resets < 500, String(resets));
    const other = await openHttp2(t, rig.grpcPort);
    assert.equal(grpcStatus(await callGrpc(other, BODY)), 0);
    assert.ok(rig.problems.length > 0);
  });

  it('are closed when the client has ended its side', async (t) => {
    const rig = await startRig(t);
    const raw = await openRaw(t, rig.grpcPort);
    raw.socket.write(HTTP2_START);
    // The acknowledgement of the settings.
    await raw.receives(/\0\0\0\x04\x01\0\0\0\0/);
    raw.socket.end();
    await raw.closed;
  });

  it('whose client is killed in the middle of a call are not blamed', async (t) => {
    const rig = await startRig(t, { limits: { connections: 1 } });
    const raw = await openRaw(t, rig.httpPort);
    raw.socket.write(HTTP2_START);
    raw.socket.write(http2Frame('HEADERS', 1, headerBlock(TRACE_EXPORT, 'application/grpc')));
    raw.socket.write(http2Frame('DATA', 1, frame(BODY).subarray(0, 8)));
    raw.socket.write(http2Frame('PING', 0, Buffer.from('all read')));
    await raw.receives(/all read/);
    raw.socket.resetAndDestroy();
    // The port takes another connection once the broken one is gone.
    while ((await send(rig.httpPort).catch(() => undefined))?.status !== 200);
    assert.deepEqual(
      rig.problems.filter(({ code }) => code === 'malformed'),
      [],
    );
  });

  for (const [calls, verdict] of [
    ['no call', 'not blamed'],
    ['an answered call', 'not blamed'],
    ['a call under way', 'blamed'],
  ] as const) {
    it(`that end as grpc-go ends them, after ${calls}, are ${verdict}`, async (t) => {
      const rig = await startRig(t);
      const raw = await openRaw(t, rig.grpcPort);
      raw.socket.write(HTTP2_START);
      if (calls !== 'no call') {
        raw.socket.write(http2Frame('HEADERS', 1, headerBlock(TRACE_EXPORT, 'application/grpc')));
      }
      if (calls === 'an answered call') {
        raw.socket.write(http2Frame('DATA', 1, frame(BODY), END_STREAM));
        // The trailers: HEADERS of stream 1 with END_STREAM and END_HEADERS.
        await raw.receives(/\x01\x05\0\0\0\x01/);
      }
      raw.socket.write(http2Frame('GOAWAY', 0, Buffer.from([0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0])));
      await raw.closed;
      // Whatever is said of the connection was said before the next one is served.
      assert.equal(grpcStatus(await callGrpc(await openHttp2(t, rig.grpcPort), BODY)), 0);
      assert.deepEqual(
        rig.problems.map(({ code }) => code),
        verdict === 'blamed' ? ['malformed'] : [],
      );
    });
  }

  it('that never open their window are closed when idle, with what they left unread', async (t) => {
    const rig = await startRig(t, { limits: { idleTimeoutMs: 50, lingerMs: 20 } });
    const session = await openHttp2(t, rig.httpPort, { initialWindowSize: 0 });
    const stream = session.request({ ':method': 'GET', ':path': '/' });
    stream.on('error', () => undefined);
    await once(session, 'close');
    assert.equal((await send(rig.httpPort)).status, 200);
    assert.deepEqual(rig.problems, []);
  });

  for (const [what, headers, body] of [
    ['HTTP', { ':path': '/v1/traces', ...PROTOBUF }, BODY],
    ['gRPC', GRPC_HEADERS, frame(BODY)],
  ] as const) {
    it(`that never read their answer over ${what} lose that stream alone`, async (t) => {
      const rejecting = { accepted: 0, rejected: 1, message: 'so that the answer has a body' };
      const rig = await startRig(t, { limits: { answerTimeoutMs: 50 }, ingest: () => rejecting });
      const session = await openHttp2(t, rig.httpPort, { initialWindowSize: 0 });
      const answer = await exchange(session, headers, [body]);
      assert.equal(answer.headers[':status'], 200);
      assert.equal(answer.body.byteLength, 0);
      assert.equal(answer.resetCode, constants.NGHTTP2_CANCEL);
      assert.equal((await exchange(session, { ':path': '/', ':method': 'HEAD' }, [])).headers[':status'], 200);
    });
  }

  it('are closed when idle', async (t) => {
    const rig = await startRig(t, { limits: { idleTimeoutMs: 50 } });
    const session = await openHttp2(t, rig.grpcPort);
    await once(session, 'close');
    assert.equal((await send(rig.httpPort)).status, 200);
    assert.deepEqual(rig.problems, []);
  });
});
