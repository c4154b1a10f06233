import type { ModelCall } from '../model/modelCall.ts';
import { numberIn } from './timeValue.ts';
import { parseJson } from './valueDecoder.ts';
import type { ValueFinder } from './valueFinder.ts';

/**
 * What the sender says a call cost, all in US dollars by their conventions. A structure (JSON) has `total`, or parts that
 * add up; `parts` are keys that do so where the first is missing.
 */
const COST_KEYS: readonly { readonly key: string; readonly parts?: readonly string[] }[] = [
  { key: 'llm.cost.total', parts: ['llm.cost.prompt', 'llm.cost.completion'] },
  { key: 'gen_ai.usage.cost' },
  { key: 'gen_ai.usage.total_cost' },
  { key: 'litellm.cost.total' },
  { key: 'gen_ai.cost.total_cost' },
  { key: 'operation.cost' },
  { key: 'langfuse.observation.cost_details' },
  { key: 'mlflow.llm.cost' },
];

/** Those of the keys whose value is a number. */
export const COST_NUMBER_KEYS: readonly string[] = COST_KEYS.map(({ key }) => key).filter(
  (key) => key !== 'langfuse.observation.cost_details',
);

/** What the sender says the call cost; undefined when it says nothing. */
export function readCost(finder: ValueFinder): ModelCall['cost'] | undefined {
  for (const { key, parts } of COST_KEYS) {
    const own = amountAt(finder, key);
    if (own !== undefined) return { value: own, from: key, currency: 'USD' };
    const told = (parts ?? []).flatMap((part) => {
      const amount = amountAt(finder, part);
      return amount === undefined ? [] : [{ part, amount }];
    });
    if (told.length > 0) {
      const sum = told.reduce((total, { amount }) => total + amount, 0);
      return { value: sum, from: told.map(({ part }) => part).join(' + '), currency: 'USD' };
    }
  }
  return undefined;
}

function amountAt(finder: ValueFinder, key: string): number | undefined {
  const found = finder.at(key);
  if (found?.value === undefined) return undefined;
  const { json } = found.decoded;
  return numberIn(found.value) ?? (json === undefined ? undefined : amountOf(parseJson(json)));
}

/** What a cost, or a structure of costs (`total`, else the sum of its numbers), amounts to. */
function amountOf(value: unknown): number | undefined {
  if (isAmount(value)) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  const amounts = new Map(Object.entries(value).filter((entry): entry is [string, number] => isAmount(entry[1])));
  const total = amounts.get('total') ?? amounts.get('total_cost');
  if (total !== undefined) return total;
  return amounts.size === 0 ? undefined : [...amounts.values()].reduce((sum, amount) => sum + amount, 0);
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
