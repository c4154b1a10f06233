import type { CallNote, ModelCall } from '../model/modelCall.ts';
import type { SpanDetails } from '../model/span.ts';
import { readCost } from './callCost.ts';
import { readCallTiming } from './callPhases.ts';
import type { ValueFinder } from './valueFinder.ts';

/** Where the time of a call went and what it cost; keys that tell are marked as used. */
export function readTimeAndCost(
  details: SpanDetails,
  outputTokens: number | undefined,
  finder: ValueFinder,
): Pick<ModelCall, 'phases' | 'firstToken' | 'tokensPerSecond' | 'cost'> & { readonly notes: readonly CallNote[] } {
  const { start, durationNs, attributes, events } = details;
  const tokens = outputTokens === undefined ? {} : { outputTokens };
  const cost = readCost(finder);
  const timing = readCallTiming({ start, durationNs, attributes, events, ...tokens });
  for (const key of timing?.usedKeys ?? []) finder.at(key);
  const { phases = [], notes = [], firstToken, tokensPerSecond } = timing ?? {};
  return {
    ...(phases.length === 0 ? {} : { phases }),
    ...(firstToken === undefined ? {} : { firstToken }),
    ...(tokensPerSecond === undefined ? {} : { tokensPerSecond }),
    ...(cost === undefined ? {} : { cost }),
    notes,
  };
}
