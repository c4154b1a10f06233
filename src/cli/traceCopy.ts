import { buildDisplayTree, type DisplayTree } from '../core/layout/displayTree.ts';
import { spanIdText, type TraceId } from '../core/model/ids.ts';
import type { SpanRef } from '../core/model/span.ts';
import { TraceStore } from '../core/store/traceStore.ts';
import { exportedParts } from '../engine/files/exportedParts.ts';
import { CommandError, EXIT } from './exitCodes.ts';
import type { EngineChannel } from './ownerLink.ts';

/** One trace taken out of the engine whole: nothing in it is cut, and the engine is asked nothing more. */
export interface TraceCopy {
  readonly traceId: TraceId;
  readonly store: TraceStore;
  readonly tree: DisplayTree;
  /** The span at a position of the tree. */
  readonly refAt: (position: number) => SpanRef;
}

export async function copyTrace(channel: EngineChannel, traceId: TraceId): Promise<TraceCopy> {
  const store = new TraceStore({ now: () => Date.now(), maxBytes: Number.MAX_SAFE_INTEGER, inlineBytes: Infinity });
  for await (const { signal, body } of exportedParts((params) => channel.request('traces/export', params), [traceId])) {
    const own = new Uint8Array(body);
    if (signal === 'traces') store.ingestTraces(own);
    else store.ingestLogs(own);
  }
  return copyOf(store, traceId);
}

/** A trace of a store that nothing is added to any more. @throws CommandError when it is not there */
export function copyOf(store: TraceStore, traceId: TraceId): TraceCopy {
  const columns = store.columns(traceId);
  if (columns === undefined) throw new CommandError(`the trace ${traceId} is not held any more`, EXIT.nothingFound);
  const tree = buildDisplayTree(columns, 1);
  const refAt = (position: number): SpanRef => {
    const index = tree.indexAt[position] ?? 0;
    return { traceId, spanId: spanIdText(tree.idHi[index] ?? 0, tree.idLo[index] ?? 0) };
  };
  return { traceId, store, tree, refAt };
}
