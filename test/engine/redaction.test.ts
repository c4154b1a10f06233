import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { SpanId, TraceId } from '../../src/core/model/ids.ts';
import type { RedactOptions } from '../../src/protocol/engineApi.ts';
import { dumpStore } from '../support/dumpStore.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';

const DEFAULTS: RedactOptions = {
  presets: { apiKeys: true, bearerTokens: true, passwords: true, cookies: true, email: false },
  keys: [],
  values: [],
};

describe('redaction in the engine', () => {
  let engine: TestEngine;
  let sent = 0;

  before(async () => (engine = await startTestEngine()));
  after(() => engine.stop());

  /** Sends a span over HTTP and reads its attributes back. */
  async function received(values: Readonly<Record<string, string>>): Promise<Readonly<Record<string, unknown>>> {
    const spanId = (++sent).toString(16).padStart(16, '0') as SpanId;
    const traceId = spanId.padStart(32, 'a') as TraceId;
    const attributes = Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }));
    const span = { traceId, spanId, name: 'span', startTimeUnixNano: '1', endTimeUnixNano: '2', attributes };
    const answer = await fetch(`http://127.0.0.1:${engine.httpPort}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
    });
    assert.equal(answer.status, 200, await answer.text());
    const details = await engine.details(traceId, spanId);
    return Object.fromEntries(details.attributes.map(({ key, value }) => [key, 'value' in value ? value.value : '']));
  }

  it('masks by default, before anybody said so, and counts the values', async () => {
    const attributes = await received({
      'http.request.header.authorization': 'Bearer abcdefgh',
      'db.password': 'hunter2',
      note: 'mail bob@example.com',
    });
    assert.deepEqual(attributes, {
      'http.request.header.authorization': 'Bearer ‹redacted: bearer›',
      'db.password': '‹redacted: password›',
      note: 'mail bob@example.com',
    });
    assert.equal((await engine.request('engine/status', {})).redactedValues, 2);
    const held = JSON.stringify(dumpStore(engine.store));
    assert.ok(held.includes(Buffer.from('db.password').toString('hex')));
    assert.ok(!held.includes(Buffer.from('hunter2').toString('hex')));
  });

  it('takes new rules at once', async () => {
    const { problems } = await engine.request('engine/redact', {
      presets: { ...DEFAULTS.presets, passwords: false, email: true },
      keys: ['^patient\\.'],
      values: ['EMP-[0-9]{3}\\b'],
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(await received({ 'db.password': 'x1', 'Patient.name': 'Bob', note: 'EMP-123 bob@example.com' }), {
      'db.password': 'x1',
      'Patient.name': '‹redacted: custom›',
      note: '‹redacted: custom› ‹redacted: email›',
    });
  });

  it('says which patterns it cannot use, and uses the others', async () => {
    const values = ['(unclosed', '(?=ahead)', '', 'a'.repeat(2000), 'fine[0-9]+'];
    const { problems } = await engine.request('engine/redact', { ...DEFAULTS, keys: ['*', 'good'], values });
    assert.deepEqual(
      problems.map(({ setting, pattern }) => `${setting} ${pattern.slice(0, 10)}`),
      ['keys *', 'values (unclosed', 'values (?=ahead)', 'values ', 'values aaaaaaaaaa'],
    );
    for (const { message } of problems) assert.match(message, /./);
    assert.deepEqual(await received({ password: 'x1', good: 'x', note: 'fine12 (unclosed' }), {
      password: '‹redacted: password›',
      good: '*',
      note: '‹redacted: custom› (unclosed',
    });
  });

  it('refuses rules of another shape and keeps those it has', async () => {
    await engine.request('engine/redact', DEFAULTS);
    const wrong = { presets: { ...DEFAULTS.presets, email: 'yes' }, keys: [], values: [] } as unknown as RedactOptions;
    await assert.rejects(engine.request('engine/redact', wrong), { code: 'invalid' });
    await assert.rejects(engine.request('engine/redact', { keys: [], values: [] } as unknown as RedactOptions), {
      code: 'invalid',
    });
    assert.deepEqual(await received({ password: 'x1' }), { password: '‹redacted: password›' });
  });

  it('masks nothing when everything is off', async () => {
    const presets = { apiKeys: false, bearerTokens: false, passwords: false, cookies: false, email: false };
    await engine.request('engine/redact', { presets, keys: [], values: [] });
    assert.deepEqual(await received({ password: 'x1' }), { password: 'x1' });
    await engine.request('engine/redact', DEFAULTS);
  });

  it('pages a long value with secrets in it without showing a part of one', async () => {
    const text = `${`${'x'.repeat(700)} sk-${'a1'.repeat(150)} `.repeat(400)}end`;
    const spanId = (++sent).toString(16).padStart(16, '0') as SpanId;
    sent--;
    const shownValue = await received({ prompt: text });
    const inline = String(shownValue['prompt']);
    const traceId = spanId.padStart(32, 'a') as TraceId;
    const { attributes } = await engine.details(traceId, spanId);
    const value = attributes[0]?.value;
    assert.ok(value?.type === 'string' && value.cut !== undefined);
    assert.ok(text.length > 300_000 && inline.length < 20_000);
    let whole = '';
    for (let offset = 0; offset >= 0;) {
      const page = await engine.request('span/value', { traceId, spanId, ref: value.cut.ref, offset });
      assert.doesNotMatch(page.text, /[\u001a\u007f]/);
      whole += page.text;
      offset = page.nextOffset;
    }
    assert.equal(whole, `${`${'x'.repeat(700)} ‹redacted: api key› `.repeat(400)}end`);
  });
});
