import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SpanId, TraceId } from '../../../src/core/model/ids.ts';
import type { SpanRef } from '../../../src/core/model/span.ts';
import { ProtocolError } from '../../../src/protocol/errors.ts';
import { FollowMode } from '../../../webview/state/followMode.ts';
import type { Host } from '../../../webview/protocol/host.ts';
import { until } from './support.ts';

const spanAt = (number: number): SpanRef => ({
  traceId: 'a'.repeat(32) as TraceId,
  spanId: number.toString(16).padStart(16, '0') as SpanId,
});

/** A host that is asked to follow and answers when told. */
function slowHost() {
  const asked: SpanRef[] = [];
  const answers: { readonly ok: () => void; readonly fail: (error: Error) => void }[] = [];
  const request = (method: string, params: unknown): Promise<unknown> => {
    assert.equal(method, 'source/follow');
    asked.push(params as SpanRef);
    return new Promise((resolve, reject) => {
      answers.push({ ok: () => resolve({ result: 'shown' }), fail: reject });
    });
  };
  return { asked, answers, host: { request } as unknown as Pick<Host, 'request'> };
}

test('the editor is left alone until following is turned on', () => {
  const { host, asked } = slowHost();
  const follow = new FollowMode(host, () => undefined);
  follow.selected(spanAt(1));
  assert.deepEqual(asked, []);
  follow.toggle(spanAt(1));
  assert.deepEqual(asked, [spanAt(1)]);
});

test('of the spans passed while one is being shown only the last is shown', async () => {
  const { host, asked, answers } = slowHost();
  const follow = new FollowMode(host, () => undefined);
  follow.toggle(spanAt(1));
  for (let number = 2; number <= 9; number++) follow.selected(spanAt(number));
  answers[0]?.ok();
  await until(() => asked.length === 2);
  assert.deepEqual(asked, [spanAt(1), spanAt(9)]);
});

test('turned off, the span that was waiting is not shown', async () => {
  const { host, asked, answers } = slowHost();
  const follow = new FollowMode(host, () => undefined);
  follow.toggle(spanAt(1));
  follow.selected(spanAt(2));
  follow.toggle(spanAt(2));
  answers[0]?.ok();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([asked.length, follow.on.value], [1, false]);
});

test('where there is no editor it says so once and turns itself off', async () => {
  const { host, answers } = slowHost();
  const said: unknown[] = [];
  const follow = new FollowMode(host, (error) => said.push(error));
  follow.toggle(spanAt(1));
  answers[0]?.fail(new ProtocolError('failed', 'There is no editor.'));
  await until(() => said.length === 1);
  assert.equal(follow.on.value, false);
});
