import type { ModelUsage } from '../model/modelUsage.ts';
import { formatMoney, pricedCost, type PriceTable } from './callPrice.ts';

/** Tokens of some calls of one model, and what their senders say they cost (US dollars). */
type UsedTokens = Omit<ModelUsage, 'reasoning' | 'total'>;

/** What calls cost together, where anything says it. */
export interface UsageCost {
  readonly byCurrency: ReadonlyMap<string, number>;
  /** Not all calls are in it: of some nothing says what they cost. */
  readonly isLeast: boolean;
}

/**
 * What the calls of one model cost: by the user's price, else as their senders say. Undefined when neither is there.
 * `isLeast` when only some of the senders say it, or a price says nothing of some tokens.
 */
export function modelCost(
  used: UsedTokens,
  prices: PriceTable,
):
  | { readonly amount: number; readonly currency: string; readonly by: 'price' | 'sender'; readonly isLeast: boolean }
  | undefined {
  const priced = pricedCost(used.model, used, prices);
  if (priced !== undefined) {
    const { amount, price, unpriced } = priced;
    return { amount, currency: price.currency, by: 'price', isLeast: unpriced.length > 0 };
  }
  if (used.costCalls === 0) return undefined;
  return { amount: used.cost, currency: 'USD', by: 'sender', isLeast: used.costCalls < used.calls };
}

/** Sums up {@link modelCost}; undefined when nothing says what any call costs. */
export function usageCost(models: readonly UsedTokens[], prices: PriceTable): UsageCost | undefined {
  const byCurrency = new Map<string, number>();
  let isLeast = false;
  for (const used of models) {
    const cost = modelCost(used, prices);
    isLeast ||= cost?.isLeast ?? true;
    if (cost !== undefined) byCurrency.set(cost.currency, (byCurrency.get(cost.currency) ?? 0) + cost.amount);
  }
  return byCurrency.size === 0 ? undefined : { byCurrency, isLeast };
}

/** `$0.021`, `≥ $0.021 + 2.00 EUR`. */
export function costText({ byCurrency, isLeast }: UsageCost): string {
  const sums = [...byCurrency].map(([currency, amount]) => formatMoney(amount, currency)).join(' + ');
  return isLeast ? `≥\u00a0${sums}` : sums;
}
