import { ProtocolError } from '../../src/protocol/errors.ts';
import type { AroundMethods } from '../../src/protocol/aroundApi.ts';
import type { Handlers } from '../../src/protocol/channel.ts';
import type { CompareMethods } from '../../src/protocol/compareApi.ts';

/** The views around the waterfall need a real engine: `engineBridge` gives a page one. */
export function fakeAround(): Handlers<AroundMethods & CompareMethods> {
  const none = (): never => {
    throw new ProtocolError('failed', 'a drawn host has no statistics');
  };
  return {
    'statistics/table': none,
    'statistics/span': none,
    'flame/cells': none,
    'graph/trace': none,
    'logs/page': none,
    'compare/run': none,
    'compare/progress': none,
  };
}
