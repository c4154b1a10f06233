import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { OtlpDecodeError } from '../../../../src/core/otlp/decodeError.ts';
import { MessageMasker } from '../../../../src/core/redact/messageMasker.ts';
import { TraceStore } from '../../../../src/core/store/traceStore.ts';
import { decodeOtlp, encodeOtlp } from '../../../support/otlpProto.ts';
import { RULES, shown, traceWith } from '../../../support/redactedText.ts';

const SECRET = 'correct horse';
const MASKED = '‹redacted: password›';
const secret = { key: 'db.password', value: { stringValue: SECRET } };
const url = 'redis://u:pw@h';
const maskedUrl = `redis://u:${MASKED}@h`;

function masked(type: string, signal: 'traces' | 'logs' | 'metrics', message: Record<string, unknown>): unknown {
  const body = Uint8Array.from(encodeOtlp(type, message));
  new MessageMasker(RULES).mask(signal, body);
  return JSON.parse(
    shown(JSON.stringify(decodeOtlp(type, body)).replaceAll(/\\u001a\\u00(..)(?:\u007f)*/g, unescaped)),
  );
}

/** JSON writes the two control characters of a mask as escapes. */
function unescaped(mask: string, kind: string): string {
  return `\u001a${String.fromCharCode(parseInt(kind, 16))}${mask.slice(12)}`;
}

describe('masking a message', () => {
  it('reaches attributes of resource, scope, span, event and link, names and status', () => {
    const plain = {
      resourceSpans: [
        {
          resource: { attributes: [secret] },
          scopeSpans: [
            {
              scope: { name: 'scope', attributes: [secret] },
              spans: [
                {
                  name: url,
                  attributes: [secret],
                  events: [{ name: url, attributes: [secret] }],
                  links: [{ attributes: [secret] }],
                  status: { message: url },
                },
              ],
            },
          ],
        },
      ],
    };
    const text = JSON.stringify(masked('ExportTraceServiceRequest', 'traces', plain));
    assert.equal(text.split(MASKED).length - 1, 5 + 3);
    assert.equal(text.split(maskedUrl).length - 1, 3);
    assert.ok(!text.includes(SECRET));
  });

  it('reaches bodies and attributes of log records, in lists and maps, too', () => {
    const body = {
      kvlistValue: {
        values: [
          { key: 'password', value: { arrayValue: { values: [{ stringValue: SECRET }, { intValue: 5 }] } } },
          { key: 'note', value: { arrayValue: { values: [{ stringValue: url }] } } },
          { key: 'credentials', value: { kvlistValue: { values: [{ key: 'user', value: { stringValue: SECRET } }] } } },
        ],
      },
    };
    const text = JSON.stringify(
      masked('ExportLogsServiceRequest', 'logs', {
        resourceLogs: [{ scopeLogs: [{ logRecords: [{ body, attributes: [secret], eventName: url }] }] }],
      }),
    );
    assert.ok(!text.includes(SECRET) && !text.includes(':pw@'), text);
    assert.equal(text.split(MASKED).length - 1, 4);
    assert.ok(text.includes('‹redacted: secret›') && text.includes('"intValue":"5"'), text);
  });

  it('reaches data points and exemplars of metrics', () => {
    const point = { attributes: [secret], exemplars: [{ filteredAttributes: [secret] }] };
    const metrics = [
      { name: 'a', metadata: [secret], gauge: { dataPoints: [point] } },
      { name: 'b', sum: { dataPoints: [point] } },
      { name: 'c', histogram: { dataPoints: [point] } },
      { name: 'd', exponentialHistogram: { dataPoints: [point] } },
      { name: 'e', summary: { dataPoints: [{ attributes: [secret] }] } },
    ];
    const text = JSON.stringify(
      masked('ExportMetricsServiceRequest', 'metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] }),
    );
    assert.ok(!text.includes(SECRET));
    assert.equal(text.split(MASKED).length - 1, 10);
  });

  it('masks byte values, which then read as text', () => {
    const store = new TraceStore({ now: () => 0, maxBytes: 1e8 });
    const body = traceWith([{ key: 'password', value: { bytesValue: Buffer.from(SECRET) } }]);
    assert.equal(new MessageMasker(RULES).mask('traces', body), 1);
    store.ingestTraces(body);
    const [trace] = store.list(1);
    const details = store.details({ traceId: trace!.traceId, spanId: '0202020202020202' as never });
    assert.deepEqual(details?.attributes, [{ key: 'password', value: { type: 'string', value: MASKED } }]);
  });

  it('takes the last key and every value of an attribute that is written in another order', () => {
    const field = (tag: number, payload: Buffer): Buffer =>
      Buffer.concat([Buffer.from([tag, payload.length]), payload]);
    const value = field(0x12, field(0x0a, Buffer.from(SECRET)));
    const attribute = Buffer.concat([
      value,
      field(0x0a, Buffer.from('harmless')),
      value,
      field(0x0a, Buffer.from('password')),
    ]);
    const body = Uint8Array.from(field(0x0a, field(0x12, field(0x12, field(0x4a, attribute)))));
    new MessageMasker(RULES).mask('traces', body);
    assert.ok(!Buffer.from(body).includes(SECRET));
  });

  it('leaves numbers and booleans, whatever their key', () => {
    const attributes = [
      { key: 'password', value: { intValue: 123456 } },
      { key: 'api_key', value: { doubleValue: 1.5 } },
      { key: 'cookie', value: { boolValue: true } },
    ];
    const body = traceWith(attributes);
    const before = Buffer.from(body);
    assert.equal(new MessageMasker(RULES).mask('traces', body), 0);
    assert.deepEqual(Buffer.from(body), before);
  });

  it('judges a key anew when more keys came than it remembers', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => ({ key: `k${i}`, value: { stringValue: 'v' } }));
    const body = traceWith([secret, ...many, secret]);
    assert.equal(new MessageMasker(RULES).mask('traces', body), 2);
  });
});

const TEXTS = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 200 }),
  fc.constantFrom(
    `{"password": "${SECRET}", "a": "b"}`,
    url,
    'Bearer abcdefgh12',
    `sk-${'a1'.repeat(10)}`,
    'Cookie: a=b; c=d\r\n',
    '\u001a\u000e\u007f\u007f \u001a\u000f',
    'x=1&token=abcd&y',
  ),
);
const KEYS = fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('password', 'token', 'cookie', 'gen_ai.prompt'));

const VALUE: fc.Arbitrary<object> = fc.letrec<{ value: object }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    TEXTS.map((stringValue) => ({ stringValue })),
    fc.integer().map((intValue) => ({ intValue })),
    fc.uint8Array({ maxLength: 30 }).map((bytesValue) => ({ bytesValue })),
    fc.array(tie('value'), { maxLength: 3 }).map((values) => ({ arrayValue: { values } })),
    fc
      .array(fc.record({ key: KEYS, value: tie('value') }), { maxLength: 3 })
      .map((values) => ({ kvlistValue: { values } })),
  ),
})).value;

describe('a masked message', () => {
  it('has its length and structure, all ids, numbers and keys, and is the same when masked again', () => {
    const masker = new MessageMasker({ ...RULES, presets: { ...RULES.presets, email: true } });
    const attributes = fc.array(fc.record({ key: KEYS, value: VALUE }), { maxLength: 6 });
    fc.assert(
      fc.property(attributes, (list) => {
        const body = traceWith(list);
        const before = Buffer.from(body);
        const count = masker.mask('traces', body);
        const after = Buffer.from(body);
        assert.equal(after.length, before.length);
        assert.deepEqual(
          withoutTexts(decodeOtlp('ExportTraceServiceRequest', body)),
          withoutTexts(decodeOtlp('ExportTraceServiceRequest', before)),
        );
        assert.equal(count === 0, after.equals(before));
        assert.equal(masker.mask('traces', body), 0);
        assert.ok(after.equals(body));
      }),
      { numRuns: 500 },
    );
  });

  it('is refused as malformed or walked to its end, whatever its bytes; what a store takes, it takes', () => {
    const masker = new MessageMasker(RULES);
    const valid = Buffer.from(
      traceWith([secret, { key: 'a', value: { arrayValue: { values: [{ stringValue: url }] } } }]),
    );
    fc.assert(
      fc.property(fc.nat(valid.length - 1), fc.nat(255), fc.nat(valid.length), (at, byte, length) => {
        const body = Uint8Array.from(valid.subarray(0, Math.max(at + 1, length)));
        body[at] = byte;
        const store = new TraceStore({ now: () => 0, maxBytes: 1e8 });
        const taken = isTaken(() => store.ingestTraces(Uint8Array.from(body)));
        const walked = isTaken(() => masker.mask('traces', body));
        assert.ok(walked || !taken);
      }),
      { numRuns: 3000 },
    );
  });
});

function isTaken(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch (error) {
    assert.ok(error instanceof OtlpDecodeError, String(error));
    return false;
  }
}

/** The same with every text and byte value as its length in bytes; keys stay. */
function withoutTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]: [string, unknown]) => {
      const isText = typeof item === 'string' && (name === 'stringValue' || name === 'bytesValue');
      return [name, isText ? Buffer.byteLength(item) : withoutTexts(item)];
    }),
  );
}
