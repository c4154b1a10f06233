import type { HeldPause } from '../core/layout/heldTime.ts';
import type { SpanRef } from '../core/model/span.ts';
import { callFigures, type CallGroup } from '../core/store/callFigures.ts';
import { CallTokens } from '../core/store/callTokens.ts';
import { slowestChild, spanIdIn } from '../core/store/slowestChild.ts';
import { SpanKinds } from '../core/store/spanKinds.ts';
import type { Handlers } from '../protocol/channel.ts';
import { KINDS_PAGE, MOST_GROUPS, type InsightMethods, type SlowestChild } from '../protocol/insightApi.ts';
import type { EngineStore } from './engineStore.ts';
import { Params } from './params.ts';
import type { SlicedWork } from './slicedWork.ts';

const MAX_ID = Number.MAX_SAFE_INTEGER;
const MOST_KINDS_OF_GROUP = 5000;
/** Spans looked through for children at once. */
const MOST_SPANS = 200_000;

/** What functions cost, for the editor. Spans are given kinds when somebody asks, not as they arrive. */
export function insightHandlers(
  store: EngineStore,
  work: SlicedWork,
  pauses: () => readonly HeldPause[],
): Handlers<InsightMethods> {
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
      const steps = callFigures(known, tokens, groups, (service) => rows.runStarts(service), pauses());
      return { figures: await work.run(steps, () => signal.cancelled) };
    },
    'insight/slowestChild': (params) => {
      const ref = new Params('insight/slowestChild', params).spanRef();
      return { child: slowestChildOf(store, ref) };
    },
  };
}

function slowestChildOf(store: EngineStore, { traceId, spanId }: SpanRef): SlowestChild | null {
  const columns = store.columns(traceId);
  if (columns === undefined || columns.count > MOST_SPANS) return null;
  const child = slowestChild(columns, spanId);
  const handle = columns.handle[child];
  if (handle === undefined) return null;
  return {
    ref: { traceId, spanId: spanIdIn(columns, child) },
    name: store.nameOf(handle),
    service: columns.services[columns.service[child] ?? 0] ?? '',
    durationNs: columns.durationNs[child] ?? 0,
  };
}
