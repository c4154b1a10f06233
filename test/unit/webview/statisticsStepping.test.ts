import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StatisticsRow } from '../../../src/protocol/aroundApi.ts';
import type { ViewInfo } from '../../../src/protocol/viewApi.ts';
import { StatisticsModel, type AroundDeps } from '../../../webview/around/statisticsModel.ts';
import { Store } from '../../../webview/state/store.ts';

const ROW = { group: 3, value: 'rank', special: '', count: 3 } as StatisticsRow;

function model() {
  const revealed: string[] = [];
  const info = new Store<ViewInfo | undefined>({ viewId: 1, revision: 1 } as ViewInfo);
  const request = (_: string, { group, rank }: { group: number; rank: number }) =>
    Promise.resolve({ spanId: rank < 3 ? `${group}.${rank}` : '', of: 3 });
  const deps = {
    host: { request },
    waterfall: {
      info,
      zoom: { selection: { area: new Store(undefined) } },
      reveal: (spanId: string) => {
        revealed.push(spanId);
        return Promise.resolve(true);
      },
    },
    tell: () => undefined,
  } as unknown as AroundDeps;
  return { statistics: new StatisticsModel(deps), revealed, info };
}

test('stepping through a line goes on when spans have come meanwhile and its group has another number', async () => {
  const { statistics, revealed } = model();
  await statistics.stepThrough(ROW);
  statistics.live.answer.set({ revision: 2 } as never);
  await statistics.stepThrough({ ...ROW, group: 4 });
  assert.deepEqual(revealed, ['3.0', '4.1']);
});

test('stepping through a line begins at its slowest, and again behind its last', async () => {
  const { statistics, revealed, info } = model();
  for (let step = 0; step < 4; step++) await statistics.stepThrough(ROW);
  assert.deepEqual(revealed.splice(0), ['3.0', '3.1', '3.2', '3.0']);
  await statistics.stepThrough({ ...ROW, group: 1, value: 'predict' });
  await statistics.stepThrough(ROW);
  info.set({ viewId: 2, revision: 1 } as ViewInfo);
  await statistics.stepThrough(ROW);
  assert.deepEqual(revealed, ['1.0', '3.0', '3.0']);
});
