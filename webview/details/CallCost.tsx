import { formatMoney, pricedCost, type PricedCost, type PriceTable } from '../../src/core/inference/callPrice.ts';
import type { ModelCall } from '../../src/core/model/modelCall.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';

/** What a call costs: as its sender says, and by the user's prices, with how that was computed. */
export function CallCost({ call, prices }: { readonly call: ModelCall; readonly prices: PriceTable }) {
  const { cost, tokens, model } = call;
  const priced = tokens && pricedCost(model, tokens, prices);
  if (cost === undefined && priced === undefined) return null;
  return (
    <dl class="facts cost-facts">
      {cost !== undefined && (
        <div>
          <dt>cost</dt>
          <dd title={visibleLine(cost.from)}>
            {cost.currency === undefined ? String(cost.value) : formatMoney(cost.value, cost.currency)}
            <span class="dim"> as the sender says</span>
          </dd>
        </div>
      )}
      {priced !== undefined && (
        <div>
          <dt>cost</dt>
          <dd title={sumText(priced)}>
            {formatMoney(priced.amount, priced.price.currency)}
            <span class="dim"> by your price for {visibleLine(priced.price.model)}: </span>
            <span class="dim">{sumText(priced)}</span>
          </dd>
        </div>
      )}
    </dl>
  );
}

/** `1,200 input × $2.50 + 80 output × $10.00, per million tokens`. */
function sumText({ parts, price, unpriced }: PricedCost): string {
  const sum = parts
    .map(
      ({ what, tokens, perMillion }) =>
        `${tokens.toLocaleString('en-US')} ${what} × ${formatMoney(perMillion, price.currency)}`,
    )
    .join(' + ');
  const without = unpriced.length === 0 ? '' : `; no price for ${unpriced.join(', ')}`;
  return sum === '' ? `nothing to pay${without}` : `${sum}, per million tokens${without}`;
}
