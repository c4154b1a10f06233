import type { ModelCall, ModelItem } from '../core/model/modelCall.ts';
import type { SpanRef } from '../core/model/span.ts';
import type { CallSide } from './callApi.ts';
import type { EngineMethods } from './engineApi.ts';

/** The two methods that a whole call is read with. */
export interface CallReader {
  readonly model: (ref: SpanRef) => Promise<EngineMethods['span/model'][1]>;
  readonly items: (page: EngineMethods['call/items'][0]) => Promise<EngineMethods['call/items'][1]>;
}

/** A model call with all its items, however many messages of the protocol they take; long texts stay cut. */
export async function wholeCall(reader: CallReader, ref: SpanRef): Promise<ModelCall | null> {
  const { traceId, spanId } = ref;
  const { call, inputs, outputs } = await reader.model({ traceId, spanId });
  if (!call) return null;
  const all = async (side: CallSide, total: number): Promise<readonly ModelItem[]> => {
    const items = [...call[side]];
    while (items.length < total) {
      const page = await reader.items({ traceId, spanId, side, from: items.length });
      if (page.items.length === 0) break;
      items.push(...page.items);
    }
    return items;
  };
  return { ...call, inputs: await all('inputs', inputs ?? 0), outputs: await all('outputs', outputs ?? 0) };
}
