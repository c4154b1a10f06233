import type { CallMethods } from '../../src/protocol/callApi.ts';
import type { Handlers } from '../../src/protocol/channel.ts';

/** No long values: paging is tried over a real engine. */
export function fakeCall(): Handlers<CallMethods> {
  return {
    'call/items': () => ({ items: [], total: 0 }),
    'call/find': () => ({ total: 0, items: new Uint32Array(0), starts: new Uint32Array(0) }),
    'value/rows': ({ from }) => ({ from, rows: [], starts: new Uint32Array(0), total: 0, complete: true, length: 0 }),
    'value/find': () => ({ total: 0, starts: new Uint32Array(0) }),
    'value/members': () => ({ members: [], total: 0 }),
    'value/path': () => ({ steps: [] }),
  };
}
