import { callFigures, type CallGroup } from '../core/store/callFigures.ts';
import { CallTokens } from '../core/store/callTokens.ts';
import { SpanKinds } from '../core/store/spanKinds.ts';
import type { Handlers } from '../protocol/channel.ts';
import { KINDS_PAGE, MOST_GROUPS, type InsightMethods } from '../protocol/insightApi.ts';
import type { EngineStore } from './engineStore.ts';
import { Params } from './params.ts';
import type { SlicedWork } from './slicedWork.ts';

const MAX_ID = Number.MAX_SAFE_INTEGER;
const MOST_KINDS_OF_GROUP = 5000;

/** What functions cost, for the editor. Spans are given kinds when somebody asks, not as they arrive. */
export function insightHandlers(store: EngineStore, work: SlicedWork): Handlers<InsightMethods> {
  const tokens = new CallTokens();
  let kinds = new SpanKinds(store.held);
  let updating: Promise<void> | undefined;
  const updated = async (): Promise<SpanKinds> => {
    // Another store once everything was deleted; what is numbered goes on.
    while (updating) await updating;
    if (kinds.state !== store.held) kinds = new SpanKinds(store.held, kinds);
    updating = work
      .run(kinds.update(), () => false)
      .finally(() => {
        updating = undefined;
      });
    await updating;
    return kinds;
  };
  return {
    'insight/kinds': async (params) => {
      const after = new Params('insight/kinds', params).integer('after', 0, MAX_ID);
      return { kinds: (await updated()).after(after, KINDS_PAGE) };
    },
    'insight/figures': async (params, signal) => {
      const groups = new Params('insight/figures', params).list('groups', MOST_GROUPS).map((group): CallGroup => ({
        ids: group.integers('ids', MOST_KINDS_OF_GROUP, MAX_ID),
        editedMs: group.integer('editedMs', 0, MAX_ID),
      }));
      const known = await updated();
      const rows = store.rows();
      const steps = callFigures(known, tokens, groups, (service) => rows.runStarts(service));
      return { figures: await work.run(steps, () => signal.cancelled) };
    },
  };
}
