import type { SpanId, TraceId } from '../../src/core/model/ids.ts';
import { spanOfRow } from '../../src/protocol/rowApi.ts';
import type { Host } from '../protocol/host.ts';
import type { Notice } from '../state/notice.ts';
import type { Store } from '../state/store.ts';
import { formatCount } from '../text/formatCount.ts';
import type { WaterfallModel } from '../waterfall/waterfallModel.ts';
import type { TraceListModel } from './traceListModel.ts';

export interface ClearingDeps {
  readonly host: Pick<Host, 'request'>;
  readonly list: TraceListModel;
  readonly waterfall: WaterfallModel;
  readonly notice: Store<Notice | undefined>;
  readonly onFailed: (error: unknown) => void;
}

/** Hides everything before now; undo stands in the notice line, and goes when the traces are back by another way. */
export async function clearTraces(deps: ClearingDeps): Promise<void> {
  const { host, list, waterfall, notice, onFailed } = deps;
  const { total: cleared, traces } = list.list.value;
  const { traceId } = waterfall;
  const spanId = spanOfRow(waterfall.selected.value);
  if (cleared === 0) return;
  try {
    await host.request('panel/action', { action: 'clear' });
    waterfall.close();
    const said: Notice = {
      text: `Cleared ${formatCount(cleared, 'trace', 'traces')}.`,
      level: 'info',
      action: { label: 'Undo', run: () => void undoClear(deps, traceId, spanId) },
    };
    notice.set(said);
    dropWhenBack(deps, said, new Set(traces.map((trace) => trace.traceId)));
    await list.refresh();
  } catch (error) {
    onFailed(error);
  }
}

function dropWhenBack({ list, notice }: ClearingDeps, said: Notice, cleared: ReadonlySet<TraceId>): void {
  let gone = false;
  const stop = list.list.subscribe(() => {
    const held = list.list.value.traces.some((trace) => cleared.has(trace.traceId));
    if (!held) gone = true;
    if (gone && held && notice.value === said) notice.set(undefined);
    if (notice.value !== said) stop();
  });
}

async function undoClear(
  { host, list, waterfall, notice, onFailed }: ClearingDeps,
  traceId: TraceId | '',
  spanId: SpanId | '',
): Promise<void> {
  try {
    await host.request('panel/action', { action: 'undoClear' });
    notice.set(undefined);
    await list.refresh();
    if (traceId !== '') await waterfall.open(traceId, spanId);
  } catch (error) {
    onFailed(error);
  }
}
