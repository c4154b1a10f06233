import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Minimap } from '../../../src/protocol/minimapApi.ts';
import type { ViewInfo } from '../../../src/protocol/viewApi.ts';
import { Store } from '../../../webview/state/store.ts';
import { MinimapModel } from '../../../webview/waterfall/minimapModel.ts';
import { until } from './support.ts';

function infoOf(viewId: number, revision: number): ViewInfo {
  return { viewId, revision, services: ['a'], summary: { durationNs: 100 * revision } } as unknown as ViewInfo;
}

/** A model over an engine that answers when told, and timers run by hand. */
function model() {
  const asked: { readonly pixels: number; readonly viewId: number; readonly answer: () => void }[] = [];
  const timers: (() => void)[] = [];
  const info = new Store<ViewInfo | undefined>(undefined);
  const request = (method: string, params: { viewId: number; pixels: number; lanes: number }) =>
    method === 'view/services'
      ? Promise.resolve({ spans: Float64Array.of(1), errors: Float64Array.of(0), selfNs: Float64Array.of(1) })
      : new Promise<Minimap>((resolve) => {
          const map = { ...params, lengthNs: 1, cells: new Uint8Array(), errors: new Uint8Array() };
          asked.push({ ...params, answer: () => resolve(map) });
        });
  const minimap = new MinimapModel({
    host: { request },
    info,
    now: () => 0,
    timers: {
      set: (callback) => timers.push(callback),
      clear: () => timers.splice(0),
    },
  });
  return { minimap, info, asked, timers };
}

void test('a thumbnail is asked for once there is a trace and room, and not again for the same', async () => {
  const { minimap, info, asked } = model();
  info.set(infoOf(1, 1));
  assert.equal(asked.length, 0);
  minimap.resize(1, 36);
  assert.equal(asked.length, 0, 'a page that is not laid out has no room');
  minimap.resize(800, 36);
  minimap.resize(800, 36);
  assert.deepEqual(
    asked.map(({ pixels }) => pixels),
    [800],
  );
  asked[0]?.answer();
  await until(() => minimap.map.value !== undefined);
  assert.equal(minimap.services.value?.spans[0], 1);
});

void test('a trace that grows is drawn again after a rest, never twice at once', async () => {
  const { minimap, info, asked, timers } = model();
  minimap.resize(800, 36);
  info.set(infoOf(1, 1));
  info.set(infoOf(1, 2));
  info.set(infoOf(1, 3));
  assert.equal(asked.length, 1);
  asked[0]?.answer();
  await until(() => timers.length === 1);
  info.set(infoOf(1, 4));
  assert.equal(asked.length, 1);
  timers.shift()?.();
  assert.equal(asked.length, 2);
});

void test('another trace forgets the one before at once and does not wait for its rest', async () => {
  const { minimap, info, asked, timers } = model();
  minimap.resize(800, 36);
  info.set(infoOf(1, 1));
  asked[0]?.answer();
  await until(() => minimap.map.value !== undefined && timers.length === 1);
  minimap.hits.set(Uint8Array.of(1));
  info.set(infoOf(2, 1));
  assert.equal(minimap.map.value, undefined);
  assert.equal(minimap.hits.value, undefined);
  assert.deepEqual(
    asked.map(({ viewId }) => viewId),
    [1, 2],
  );
  info.set(infoOf(3, 1));
  asked[1]?.answer();
  await until(() => asked.length === 3);
  assert.equal(minimap.map.value, undefined, 'what was asked for a trace that is gone is not shown');
});
