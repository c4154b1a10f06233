import { formatClock, formatDuration } from '../../src/core/layout/formatDuration.ts';
import type { ServiceCounts } from '../../src/protocol/minimapApi.ts';
import type { ViewInfo } from '../../src/protocol/viewApi.ts';
import type { CostModel } from '../state/costModel.ts';
import type { ServiceOrder } from '../state/serviceOrder.ts';
import type { Store } from '../state/store.ts';
import type { TraceHistory } from '../state/traceHistory.ts';
import { useStore } from '../state/useStore.ts';
import { formatCount } from '../text/formatCount.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import type { TraceView } from '../around/traceViews.ts';
import { ViewTabs } from '../around/ViewTabs.tsx';
import { Icon } from '../ui/Icon.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import { heldNs, type HeldStretch } from '../../src/core/layout/heldTime.ts';
import { heldText } from './rowWords.ts';
import { ServiceLegend } from './ServiceLegend.tsx';
import { TraceUsageFacts } from './TraceUsageFacts.tsx';

export interface TraceHeaderProps {
  readonly info: ViewInfo;
  readonly held: Store<readonly HeldStretch[]>;
  readonly serviceOrder: ServiceOrder;
  readonly view: TraceView;
  readonly letterKeys: boolean;
  readonly onView: (view: TraceView) => void;
  readonly utc: Store<boolean>;
  readonly counts: Store<ServiceCounts | undefined>;
  readonly history: TraceHistory;
  readonly onGo: (direction: 'back' | 'forward') => void;
  readonly costs: CostModel;
  readonly detailsShown: boolean;
  readonly onWhy: () => void;
  readonly onCopyId: () => void;
  readonly onToggleDetails: () => void;
}

/** What the open trace is: name, length (a lower bound while it assembles), spans, errors, services. */
export function TraceHeader(props: TraceHeaderProps) {
  const { info, serviceOrder, counts, utc: inUtc, detailsShown, onCopyId, onToggleDetails } = props;
  const { summary } = info;
  const utc = useStore(inUtc);
  const held = heldNs(useStore(props.held), 0, summary.durationNs);
  const canGoBack = useStore(props.history.canGoBack);
  const canGoForward = useStore(props.history.canGoForward);
  const clock = `${formatClock(summary.start, { utc, withMillis: true })}${utc ? ' UTC' : ''}`;
  const services = info.services.map(visibleLine);
  return (
    <div
      class="trace-header"
      data-vscode-context={JSON.stringify({
        webviewSection: 'trace',
        preventDefaultContextMenuItems: true,
        traceId: summary.traceId,
      })}
    >
      {(canGoBack || canGoForward) && (
        <>
          <IconButton
            icon="arrow-left"
            label={props.letterKeys ? 'Back to the trace before ([)' : 'Back to the trace before'}
            disabled={!canGoBack}
            onClick={() => props.onGo('back')}
          />
          <IconButton
            icon="arrow-right"
            label={props.letterKeys ? 'On to the next trace (])' : 'On to the next trace'}
            disabled={!canGoForward}
            onClick={() => props.onGo('forward')}
          />
        </>
      )}
      <div class="trace-facts">
        <h1
          title={[
            visibleLine(summary.name),
            `${clock} · ${formatCount(summary.spanCount, 'span', 'spans')}`,
            services.join(', '),
          ].join('\n')}
        >
          {visibleLine(summary.name) || '(no name)'}
        </h1>
        <span
          class="trace-duration"
          title={
            summary.assembling
              ? 'Still assembling: spans may be on their way, the length is a lower bound'
              : held > 0
                ? heldText(held, summary.durationNs)
                : undefined
          }
        >
          {summary.assembling ? '≥\u00a0' : ''}
          {formatDuration(summary.durationNs - held)}
        </span>
        {held > 0 && (
          <span class="dim" title={heldText(held, summary.durationNs)}>
            {`held ${formatDuration(held)}`}
          </span>
        )}
        <span class="dim trace-clock">{clock}</span>
        <span class="dim trace-spans">{formatCount(summary.spanCount, 'span', 'spans')}</span>
        <TraceUsageFacts costs={props.costs} />
        {summary.errorCount > 0 && (
          <span class="is-error">
            <Icon name="error" />
            {formatCount(summary.errorCount, 'error', 'errors')}
          </span>
        )}
        {info.orphanCount > 0 && (
          <span class="dim" title="Their parents were not received">
            {formatCount(info.orphanCount, 'orphan', 'orphans')}
          </span>
        )}
        {info.skewedCount > 0 && (
          <span
            class="dim"
            title="Clocks of services differ: spans that started before their caller are shown later. Their details say what was sent."
          >
            {formatCount(info.skewedCount, 'span moved', 'spans moved')}
          </span>
        )}
        {info.cycleCount > 0 && (
          <span class="dim" title="Their parents form circles, which were cut">
            {formatCount(info.cycleCount, 'cycle', 'cycles')}
          </span>
        )}
        <ServiceLegend names={info.services} serviceOrder={serviceOrder} counts={counts} />
      </div>
      <ViewTabs active={props.view} letterKeys={props.letterKeys} onSelect={props.onView} />
      <IconButton
        icon="lightbulb"
        label="Why so slow? Compare the traces of this name that took as long with the faster ones"
        onClick={props.onWhy}
      />
      <IconButton icon="copy" label="Copy trace id" onClick={onCopyId} />
      <IconButton
        icon="layout-panel"
        label={detailsShown ? 'Hide the details' : 'Show the details'}
        pressed={detailsShown}
        onClick={onToggleDetails}
      />
    </div>
  );
}
