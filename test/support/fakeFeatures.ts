import type { Handlers } from '../../src/protocol/channel.ts';
import { ProtocolError } from '../../src/protocol/errors.ts';
import type { DistributionMethods } from '../../src/protocol/distributionApi.ts';
import type { FeatureMethods } from '../../src/protocol/featureApi.ts';

/** No call of a drawn host has numbers: `engineBridge` gives a page an engine that reads them. */
export function fakeFeatures(): Handlers<FeatureMethods & DistributionMethods> {
  const none = (): never => {
    throw new ProtocolError('notFound', 'a drawn host has no features');
  };
  return {
    'distribution/run': none,
    'distribution/progress': none,
    'features/call': () => null,
    'features/rows': none,
    'features/image': none,
    'baselines/pin': none,
    'baselines/list': () => ({ baselines: [] }),
    'baselines/unpin': none,
    'baselines/undo': none,
  };
}
