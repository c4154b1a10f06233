import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FollowHit, FollowPage } from '../../../src/protocol/followApi.ts';
import type { ViewInfo } from '../../../src/protocol/viewApi.ts';
import { followedWords } from '../../../webview/follow/followWords.ts';
import { compareHits, ValueFollower, type FollowerDeps } from '../../../webview/follow/valueFollower.ts';
import { Store } from '../../../webview/state/store.ts';

const hit = (over: Partial<FollowHit>): FollowHit => ({
  spanId: '0000000000000001' as FollowHit['spanId'],
  spanName: 'span',
  service: 's',
  callKind: '',
  callName: '',
  side: 'input',
  key: 'k',
  path: '',
  role: '',
  tool: '',
  text: 'x',
  start: 0,
  end: 1,
  count: 1,
  atNs: 0,
  depth: 0,
  repeated: false,
  step: -1,
  ...over,
});

const page = (over: Partial<FollowPage>): FollowPage => ({
  revision: 1,
  shown: 'x',
  kind: 'text',
  refused: '',
  hits: [],
  next: -1,
  looked: 1,
  total: 1,
  ...over,
});

/** A follower over pages that a test answers itself. */
function follower() {
  const asked: { readonly from: number; readonly answer: (page: FollowPage) => void }[] = [];
  const shown: FollowHit[] = [];
  const timers: (() => void)[] = [];
  const info = new Store<ViewInfo | undefined>({ viewId: 1, revision: 1 } as ViewInfo);
  const host = {
    request: (_method: string, { from }: { from: number }) =>
      new Promise<FollowPage>((answer) => {
        asked.push({ from, answer });
      }),
  } as unknown as FollowerDeps['host'];
  const model = new ValueFollower({
    host,
    info,
    show: (one) => shown.push(one),
    timers: { set: (callback) => timers.push(callback), clear: () => timers.splice(0) },
  });
  const answer = async (given: Partial<FollowPage>): Promise<void> => {
    asked.shift()?.answer(page(given));
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { model, asked, shown, timers, info, answer };
}

test('places stand in order of time, what came out before what went in, the inner before the outer answer', () => {
  const outer = hit({ atNs: 5, side: 'output', depth: 0, key: 'outer' });
  const inner = hit({ atNs: 5, side: 'result', depth: 2, key: 'inner' });
  const next = hit({ atNs: 5, side: 'arguments', depth: 1, key: 'next' });
  const around = hit({ atNs: 5, side: 'input', depth: 0, key: 'around' });
  const early = hit({ atNs: 1, key: 'early' });
  assert.deepEqual(
    [outer, next, around, early, inner].sort(compareHits).map(({ key }) => key),
    ['early', 'inner', 'outer', 'around', 'next'],
  );
});

test('pages are put together, and the first place is gone to once all are here', async () => {
  const { model, asked, shown, answer } = follower();
  model.start('x', '');
  await answer({ hits: [hit({ atNs: 5, key: 'late' })], next: 7, looked: 7, total: 9 });
  assert.equal(asked[0]?.from, 7);
  assert.deepEqual([model.state.value?.searching, shown.length], [true, 0]);
  await answer({ hits: [hit({ atNs: 1, key: 'first' })] });
  assert.deepEqual(
    shown.map(({ key }) => key),
    ['first'],
  );
  model.step(true);
  model.step(true);
  assert.deepEqual(
    shown.map(({ key }) => key),
    ['first', 'late', 'first'],
  );
});

test('one who went to a place meanwhile stays there', async () => {
  const { model, shown, answer } = follower();
  model.start('x', '');
  await answer({ hits: [hit({ atNs: 5, key: 'late' })], next: 7 });
  model.go(0);
  await answer({ hits: [hit({ atNs: 1, key: 'first' })] });
  assert.deepEqual([shown.map(({ key }) => key), model.state.value?.at], [['late'], 1]);
});

test('a value in too many places stops the search and says so', async () => {
  const { model, asked, shown, answer } = follower();
  model.start('x', '');
  await answer({ hits: Array.from({ length: 401 }, (_, at) => hit({ atNs: at })), next: 9 });
  assert.deepEqual([asked.length, shown.length, model.state.value?.tooCommon], [0, 0, true]);
  assert.match(model.state.value ? followedWords(model.state.value) : '', /too common/);
});

test('an answer that comes after it was stopped is passed over; a growing trace is looked through again', async () => {
  const { model, asked, info, timers, answer } = follower();
  const listed = (): unknown[] => [model.state.value?.hits.map(({ key }) => key), model.state.value?.at];
  model.start('x', '');
  model.stop();
  await answer({ hits: [hit({})] });
  assert.equal(model.state.value, undefined);
  model.start('x', '');
  await answer({ hits: [hit({ atNs: 3, key: 'a' })] });
  info.set({ viewId: 1, revision: 2 } as ViewInfo);
  timers.splice(0).forEach((run) => run());
  await answer({ revision: 2, hits: [hit({ atNs: 3, key: 'a' }), hit({ atNs: 1, key: 'b' })] });
  assert.deepEqual([...listed(), asked.length], [['b', 'a'], 1, 0]);
  info.set({ viewId: 2, revision: 1 } as ViewInfo);
  assert.equal(model.state.value, undefined);
});

test('the line above the places says what the first one means', () => {
  const said = (first: Partial<FollowHit>): string =>
    followedWords({
      marked: 'x',
      from: '',
      shown: 'x',
      kind: 'text',
      problem: '',
      hits: [hit(first)],
      searching: false,
      progress: 1,
      tooCommon: false,
      at: 0,
    });
  assert.match(said({ side: 'result', callName: 'find' }), /came from the result of find/);
  assert.match(said({ side: 'output', callName: 'gpt' }), /first in the answer of gpt: .*the model wrote it/);
  assert.match(said({ side: 'input', callName: 'gpt' }), /came in from outside/);
  assert.match(said({ side: 'input', role: 'system', callName: 'gpt' }), /system prompt of gpt/);
});
