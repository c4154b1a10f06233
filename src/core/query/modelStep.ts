import { namedCells, readCallFeatures, wholeItemText, type CallSide } from '../features/callFeatures.ts';
import { MODEL_LOGS, readModelCall } from '../inference/readModelCall.ts';
import type { AttributeValue } from '../model/attributes.ts';
import type { ModelCall, ModelItem } from '../model/modelCall.ts';
import type { SpanRef } from '../model/span.ts';
import { EVERYTHING } from '../store/messageBudget.ts';
import type { Segment } from '../store/segment.ts';
import { readDetails } from '../store/spanDetails.ts';
import { readModelLogs } from '../store/spanLogs.ts';
import { SPAN_BIT } from '../store/storeReader.ts';
import type { StoreState } from '../store/storeState.ts';
import { spanIdOf } from '../store/traceSummaries.ts';
import { readWhole } from '../store/valueRefs.ts';
import { SegmentStep } from './columnSteps.ts';
import type { FilterStep } from './filterStep.ts';

/** Longer values are asked whole all the same; this is how much is read of each at first. */
const INLINE_BYTES = 256 * 1024;
/** Reading a call takes a tenth of a millisecond and more. */
const PAUSE_EVERY = 16;

/** Fields that only spans read as model calls have. */
export type ModelField = 'input' | 'output' | 'model' | 'tokens' | 'tokens.input' | 'tokens.output' | 'confidence';

/** Asks spans that carry a model call; `fits` gets the values of the field, none when the sender said nothing. */
export function modelStep(
  state: StoreState,
  field: ModelField,
  fits: (values: readonly (string | number)[]) => boolean,
): FilterStep {
  return callStep(state, 200, (call) => fits(valuesOf(call, field)));
}

/** Asks spans for a named value of their model call: a feature, a number of a tensor, a prediction. */
export function valueStep(
  state: StoreState,
  side: CallSide,
  name: string,
  fits: (values: readonly (string | number)[]) => boolean,
): FilterStep {
  return callStep(state, 400, (call, whole) => {
    const features = readCallFeatures(call, (item) => wholeItemText(item, whole));
    const cells = namedCells(features, side, name);
    return fits(
      cells.flatMap((cell) => {
        if (cell === null || cell === undefined) return [];
        return typeof cell === 'boolean' ? [String(cell)] : [cell];
      }),
    );
  });
}

function callStep(
  state: StoreState,
  cost: number,
  fits: (call: ModelCall, whole: (ref: string) => AttributeValue | undefined) => boolean,
): FilterStep {
  const read = (segment: Segment, index: number, handle: number): boolean => {
    if ((segment.spans.bits[index]! & SPAN_BIT.hasModel) === 0) return false;
    const ref: SpanRef = {
      traceId: state.traces.idOf(segment.spans.trace[index]!),
      spanId: spanIdOf(state, handle),
    };
    const details = readDetails(state, ref, INLINE_BYTES, EVERYTHING);
    if (details === undefined) return false;
    const logs = readModelLogs(state, ref, INLINE_BYTES, MODEL_LOGS);
    const whole = (value: string): AttributeValue | undefined => readWhole(state, ref, value);
    const call = readModelCall(details, logs, whole);
    return call !== null && fits(call, whole);
  };
  return new SegmentStep(state, { cost, pauseEvery: PAUSE_EVERY }, read);
}

function valuesOf(call: ModelCall, field: ModelField): readonly (string | number)[] {
  const { tokens } = call;
  switch (field) {
    case 'input':
      return call.inputs.map(textOf);
    case 'output':
      return call.outputs.map(textOf);
    case 'model':
      return call.model === '' ? [] : [call.model];
    case 'tokens':
      return numbers(tokens && (tokens.total ?? (tokens.input ?? 0) + (tokens.output ?? 0)));
    case 'tokens.input':
      return numbers(tokens?.input);
    case 'tokens.output':
      return numbers(tokens?.output);
    case 'confidence':
      return numbers(call.confidence);
  }
}

function textOf({ label, text, json }: ModelItem): string {
  return `${label} ${json ?? text}`;
}

function numbers(value: number | undefined): readonly number[] {
  return value === undefined ? [] : [value];
}
