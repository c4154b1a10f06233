import { ProtocolError } from '../../src/protocol/errors.ts';
import type { AroundMethods } from '../../src/protocol/aroundApi.ts';
import type { Handlers } from '../../src/protocol/channel.ts';
import type { CompareMethods } from '../../src/protocol/compareApi.ts';
import type { FollowMethods } from '../../src/protocol/followApi.ts';
import type { StepMethods } from '../../src/protocol/stepsApi.ts';

/** The views around the waterfall need a real engine: `engineBridge` gives a page one. */
export function fakeAround(): Handlers<AroundMethods & CompareMethods & StepMethods & FollowMethods> {
  const none = (): never => {
    throw new ProtocolError('failed', 'a drawn host has no statistics');
  };
  return {
    'statistics/table': none,
    'statistics/span': none,
    'flame/cells': none,
    'graph/trace': none,
    'logs/page': none,
    'steps/list': none,
    'steps/lines': none,
    'steps/messages': none,
    'steps/place': none,
    'values/follow': none,
    'compare/run': none,
    'compare/progress': none,
  };
}
