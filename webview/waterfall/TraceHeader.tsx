import { formatClock, formatDuration } from '../../src/core/layout/formatDuration.ts';
import type { ViewInfo } from '../../src/protocol/engineApi.ts';
import type { ServiceOrder } from '../state/serviceOrder.ts';
import { formatCount } from '../text/formatCount.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { Icon } from '../ui/Icon.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import { serviceColor } from './palette.ts';

/** Services named with their colour; the rest are counted. */
const NAMED_SERVICES = 6;

export interface TraceHeaderProps {
  readonly info: ViewInfo;
  readonly serviceOrder: ServiceOrder;
  readonly detailsShown: boolean;
  readonly onCopyId: () => void;
  readonly onToggleDetails: () => void;
}

/** What the open trace is: name, length (a lower bound while it assembles), spans, errors, services. */
export function TraceHeader({ info, serviceOrder, detailsShown, onCopyId, onToggleDetails }: TraceHeaderProps) {
  const { summary } = info;
  const services = info.services.map(visibleLine);
  const others = services.length - NAMED_SERVICES;
  return (
    <div
      class="trace-header"
      data-vscode-context={JSON.stringify({
        webviewSection: 'trace',
        preventDefaultContextMenuItems: true,
        traceId: summary.traceId,
      })}
    >
      <div class="trace-facts">
        <h1 title={visibleLine(summary.name)}>{visibleLine(summary.name) || '(no name)'}</h1>
        <span
          class="trace-duration"
          title={
            summary.assembling ? 'Still assembling: spans may be on their way, the length is a lower bound' : undefined
          }
        >
          {summary.assembling ? '≥\u00a0' : ''}
          {formatDuration(summary.durationNs)}
        </span>
        <span class="dim">{formatClock(summary.start, { utc: false, withMillis: true })}</span>
        <span class="dim">{formatCount(summary.spanCount, 'span', 'spans')}</span>
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
        {info.cycleCount > 0 && (
          <span class="dim" title="Their parents form circles, which were cut">
            {formatCount(info.cycleCount, 'cycle', 'cycles')}
          </span>
        )}
        <span class="services" title={services.join(', ')}>
          {services.slice(0, NAMED_SERVICES).map((service, index) => (
            <span key={index} class="service">
              <span
                class="service-mark"
                style={{ backgroundColor: serviceColor(serviceOrder.placeOf(info.services[index] ?? '')) }}
              />
              {service}
            </span>
          ))}
          {others > 0 && <span class="dim">and {others} more</span>}
        </span>
      </div>
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
