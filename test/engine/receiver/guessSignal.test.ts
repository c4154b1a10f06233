import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { guessSignal } from '../../../src/engine/receiver/guessSignal.ts';
import { JSON_TYPE, send, startRig } from './receiverRig.ts';

/** A length-delimited field. */
function field(number: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const head = [(number << 3) | 2];
  let rest = body.byteLength;
  for (; rest > 127; rest >>>= 7) head.push((rest & 127) | 128);
  return Buffer.concat([Uint8Array.from([...head, rest]), body]);
}
const fixed64 = (number: number): Buffer => Buffer.from([(number << 3) | 1, 1, 2, 3, 4, 5, 6, 7, 8]);
const text = (number: number, value: string): Buffer => field(number, Buffer.from(value));

const RESOURCE = field(1, field(1, text(1, 'service.name'), field(2, text(1, 'shop'))));
const SCOPE = field(1, text(1, 'scope'));
const request = (...records: readonly Buffer[]): Buffer =>
  field(1, RESOURCE, field(2, SCOPE, ...records.map((record) => field(2, record))));

const SPAN = Buffer.concat([
  field(1, Buffer.alloc(16, 1)),
  field(2, Buffer.alloc(8, 2)),
  text(5, 'GET /'),
  fixed64(7),
  fixed64(8),
]);
const LOG = Buffer.concat([
  fixed64(1),
  Buffer.from([0x10, 9]),
  text(3, 'INFO'),
  field(5, text(1, 'said')),
  fixed64(11),
]);
const GAUGE = Buffer.concat([
  text(1, 'sixteen.bytes.id'),
  text(2, '8 bytes!'),
  text(3, '1'),
  field(5, field(1, fixed64(3))),
]);
const HISTOGRAM = Buffer.concat([text(1, 'latency'), field(9, field(1, fixed64(3)))]);

describe('the signal of a body posted to /', () => {
  for (const [name, body, signal] of [
    ['spans', request(SPAN), 'traces'],
    ['log records', request(LOG), 'logs'],
    ['a gauge whose name and description are as long as ids', request(GAUGE), 'metrics'],
    ['a histogram', request(HISTOGRAM), 'metrics'],
    ['a record that tells nothing before one that does', request(text(3, 'x'), LOG), 'logs'],
    ['nothing', Buffer.alloc(0), 'traces'],
    ['a resource without records', field(1, RESOURCE), undefined],
    ['text', Buffer.from('<html><body>hello</body></html>'), undefined],
    ['a truncated request', request(SPAN).subarray(0, 40), undefined],
    ['an endless varint', Buffer.alloc(40, 0xff), undefined],
    ['a length beyond 2^53', Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]), undefined],
  ] as const) {
    it(`is ${signal ?? 'unknown'} for ${name} in protobuf`, () => {
      assert.equal(guessSignal('protobuf', body), signal);
    });
  }

  for (const [body, signal] of [
    ['{"resourceSpans":[]}', 'traces'],
    [' {\n "resource_spans" : []}', 'traces'],
    ['{"resourceLogs":[{"x":"resourceSpans"}]}', 'logs'],
    ['{"resourceMetrics":[]}', 'metrics'],
    ['{}', 'traces'],
    ['[]', undefined],
    ['', undefined],
  ] as const) {
    it(`is ${signal ?? 'unknown'} for ${JSON.stringify(body)} in JSON`, () => {
      assert.equal(guessSignal('json', Buffer.from(body)), signal);
    });
  }

  it('is what the sink is asked for', async (t) => {
    const rig = await startRig(t);
    assert.equal((await send(rig.httpPort, { path: '/', body: request(LOG) })).status, 200);
    assert.equal(
      (await send(rig.httpPort, { path: '/', headers: JSON_TYPE, body: '{"resourceMetrics":[]}' })).status,
      200,
    );
    assert.deepEqual(
      rig.ingested.map((one) => one.signal),
      ['logs', 'metrics'],
    );
  });

  it('that cannot be told is refused with 404 and the right paths', async (t) => {
    const rig = await startRig(t);
    const answer = await send(rig.httpPort, { path: '/', body: 'hello' });
    assert.equal(answer.status, 404);
    assert.match((await rig.problem('notFound')).message, /\/v1\/traces, \/v1\/logs or \/v1\/metrics/);
    assert.equal(rig.ingested.length, 0);
  });
});
