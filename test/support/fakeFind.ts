import type { Handlers } from '../../src/protocol/channel.ts';
import type { FindMethods, FindState } from '../../src/protocol/findApi.ts';
import type { ViewInfo } from '../../src/protocol/viewApi.ts';

/** Finds nothing: finding is tried over a real engine. */
export function fakeFind(infoOf: (viewId: number) => ViewInfo): Handlers<FindMethods> {
  const state = (viewId: number): FindState => ({
    findId: 1,
    version: 1,
    searching: false,
    progress: 1,
    total: 0,
    ordinal: 0,
    kind: 'text',
    problem: '',
    view: infoOf(viewId),
  });
  return {
    'find/start': ({ viewId }) => state(viewId),
    'find/state': () => new Promise(() => undefined),
    'find/step': ({ viewId }) => ({ state: state(viewId), spanId: '', row: -1, wrapped: false, places: [] }),
    'find/rows': ({ count }) => new Uint8Array(count),
    'find/marks': ({ pixels }) => new Uint8Array(pixels),
    'find/only': ({ viewId }) => infoOf(viewId),
    'find/stop': ({ viewId }) => infoOf(viewId),
  };
}
