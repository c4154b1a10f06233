import type { PriceTable } from '../../src/core/inference/callPrice.ts';
import { formatMoney } from '../../src/core/inference/callPrice.ts';
import { costText, modelCost, usageCost } from '../../src/core/inference/usageCost.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import type { TraceUsage } from '../../src/protocol/timingApi.ts';
import type { CostModel } from '../state/costModel.ts';
import { useStore } from '../state/useStore.ts';
import { formatCount } from '../text/formatCount.ts';

/** Tokens of the open trace and what they cost; nothing for a trace without model calls. */
export function TraceUsageFacts({ costs }: { readonly costs: CostModel }) {
  const usage = useStore(costs.usage);
  const prices = useStore(costs.prices);
  if (!usage) return null;
  const total = usage.models.reduce((sum, { total: own }) => sum + own, 0);
  const cost = usageCost(usage.models, prices);
  const least = usage.partial ? '≥\u00a0' : '';
  return (
    <span class="dim trace-usage" title={usageTitle(usage, prices)}>
      {`${least}${formatCount(total, 'token', 'tokens')}`}
      {cost === undefined ? '' : ` · ${costText(usage.partial ? { ...cost, isLeast: true } : cost)}`}
    </span>
  );
}

/** One line a model; agents and chains, which repeat the sums of their calls, are not counted. */
function usageTitle({ models, partial }: TraceUsage, prices: PriceTable): string {
  const lines = models.map((used) => {
    const cached = used.cachedInput === 0 ? '' : ` (${used.cachedInput.toLocaleString('en-US')} from cache)`;
    const reasoning = used.reasoning === 0 ? '' : ` (${used.reasoning.toLocaleString('en-US')} reasoning)`;
    const counts =
      used.input + used.output === 0
        ? formatCount(used.total, 'token', 'tokens')
        : `${used.input.toLocaleString('en-US')} in${cached}, ${used.output.toLocaleString('en-US')} out${reasoning}`;
    const cost = modelCost(used, prices);
    const money =
      cost === undefined
        ? ''
        : `, ${formatMoney(cost.amount, cost.currency)} ${cost.by === 'price' ? 'by your price' : 'as the sender says'}`;
    return `${visibleLine(used.model) || 'model not named'}: ${formatCount(used.calls, 'call', 'calls')}, ${counts}${money}`;
  });
  return [
    'Model calls without a model call below them:',
    ...lines,
    ...(partial ? ['There are more than were counted.'] : []),
  ].join('\n');
}
