import { MODEL_LOGS, readModelCall } from '../core/inference/readModelCall.ts';
import type { ModelCall } from '../core/model/modelCall.ts';
import type { SpanDetails, SpanRef } from '../core/model/span.ts';
import type { StoreReader } from '../core/store/storeReader.ts';

/** Reads a held span as a model call, with its logs and whole values; items are shortened to `itemChars` UTF-16 units. */
export function readHeldCall(
  store: Pick<StoreReader, 'modelLogs' | 'wholeValue'>,
  ref: SpanRef,
  details: SpanDetails,
  itemChars?: number,
): ModelCall | null {
  return readModelCall(details, store.modelLogs(ref, MODEL_LOGS), (value) => store.wholeValue(ref, value), itemChars);
}
