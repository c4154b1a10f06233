import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Minimap } from '../../../src/protocol/minimapApi.ts';
import { markFound } from '../../../webview/find/findMarks.ts';
import type { Host } from '../../../webview/protocol/host.ts';
import { Store } from '../../../webview/state/store.ts';
import { until } from './support.ts';

void test('the minimap shows where spans were found, follows the search, and forgets it when it ends', async () => {
  const asked: { readonly findId: number; readonly pixels: number }[] = [];
  const answers: ((marks: Uint8Array) => void)[] = [];
  const request = (_: string, params: { findId: number; pixels: number }) => {
    asked.push(params);
    return new Promise((resolve) => answers.push(resolve));
  };
  const result = new Store<unknown>(undefined);
  const find: {
    search: { viewId: number; findId: number; version: number; total: number } | undefined;
    result: typeof result;
  } = { search: undefined, result };
  const minimap = {
    map: new Store<Minimap | undefined>(undefined),
    hits: new Store<Uint8Array | undefined>(undefined),
  };
  markFound({ request } as unknown as Pick<Host, 'request'>, find, minimap);
  const state = (version: number, total: number, findId = 1): void => {
    find.search = { viewId: 1, findId, version, total };
    result.set({});
  };
  state(1, 2);
  assert.equal(asked.length, 0, 'no minimap yet');
  minimap.map.set({ pixels: 100 } as unknown as Minimap);
  state(2, 3);
  state(3, 4);
  assert.equal(asked.length, 1, 'one question at a time');
  answers[0]?.(Uint8Array.of(1));
  await until(() => asked.length === 2);
  assert.deepEqual([...(minimap.hits.value ?? [])], [1]);
  state(1, 5, 2);
  answers[1]?.(Uint8Array.of(7));
  await until(() => asked.length === 3);
  assert.deepEqual([...(minimap.hits.value ?? [])], [1], 'marks of a search that was replaced are not shown');
  find.search = undefined;
  result.set({});
  assert.equal(minimap.hits.value, undefined);
  answers[2]?.(Uint8Array.of(1));
  await until(() => minimap.hits.value === undefined);
});
