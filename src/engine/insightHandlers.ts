import { callFigures, type CallGroup } from '../core/store/callFigures.ts';
import type { Handlers } from '../protocol/channel.ts';
import { KINDS_PAGE, MOST_GROUPS, type InsightMethods } from '../protocol/insightApi.ts';
import type { EngineStore } from './engineStore.ts';
import { Params } from './params.ts';
import type { SlicedWork } from './slicedWork.ts';

const MAX_ID = Number.MAX_SAFE_INTEGER;
const MOST_KINDS_OF_GROUP = 5000;

/** What functions cost, for the editor. */
export function insightHandlers(store: EngineStore, work: SlicedWork): Handlers<InsightMethods> {
  return {
    'insight/kinds': (params) => {
      const after = new Params('insight/kinds', params).integer('after', 0, MAX_ID);
      const kinds = [];
      // In order of first sight, which is that of ids.
      for (const { id, hints } of store.held.signatures.signatures) {
        if (id <= after) continue;
        kinds.push({ id, hints });
        if (kinds.length === KINDS_PAGE) break;
      }
      return { kinds };
    },
    'insight/figures': async (params, signal) => {
      const groups = new Params('insight/figures', params).list('groups', MOST_GROUPS).map((group): CallGroup => ({
        ids: group.integers('ids', MOST_KINDS_OF_GROUP, MAX_ID),
        editedMs: group.integer('editedMs', 0, MAX_ID),
      }));
      const rows = store.rows();
      const steps = callFigures(store.held, groups, (service) => rows.runStarts(service));
      return { figures: await work.run(steps, () => signal.cancelled) };
    },
  };
}
