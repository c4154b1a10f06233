import { formatClock, formatDuration } from '../../src/core/layout/formatDuration.ts';
import type { ViewInfo } from '../../src/protocol/viewApi.ts';
import type { ServiceOrder } from '../state/serviceOrder.ts';
import type { Store } from '../state/store.ts';
import { useStore } from '../state/useStore.ts';
import { formatCount } from '../text/formatCount.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import type { TraceView } from '../around/traceViews.ts';
import { ViewTabs } from '../around/ViewTabs.tsx';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../ui/Icon.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import { serviceColor } from './palette.ts';

export interface TraceHeaderProps {
  readonly info: ViewInfo;
  readonly serviceOrder: ServiceOrder;
  readonly view: TraceView;
  readonly letterKeys: boolean;
  readonly onView: (view: TraceView) => void;
  readonly utc: Store<boolean>;
  readonly detailsShown: boolean;
  readonly onCopyId: () => void;
  readonly onToggleDetails: () => void;
}

/** What the open trace is: name, length (a lower bound while it assembles), spans, errors, services. */
export function TraceHeader(props: TraceHeaderProps) {
  const { info, serviceOrder, utc: inUtc, detailsShown, onCopyId, onToggleDetails } = props;
  const { summary } = info;
  const utc = useStore(inUtc);
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
            summary.assembling ? 'Still assembling: spans may be on their way, the length is a lower bound' : undefined
          }
        >
          {summary.assembling ? '≥\u00a0' : ''}
          {formatDuration(summary.durationNs)}
        </span>
        <span class="dim trace-clock">{clock}</span>
        <span class="dim trace-spans">{formatCount(summary.spanCount, 'span', 'spans')}</span>
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
        <Services info={info} services={services} serviceOrder={serviceOrder} />
      </div>
      <ViewTabs active={props.view} letterKeys={props.letterKeys} onSelect={props.onView} />
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

interface ServicesProps {
  readonly info: ViewInfo;
  /** Their names as shown. */
  readonly services: readonly string[];
  readonly serviceOrder: ServiceOrder;
}

/** Services drawn at most; their number is open. */
const MOST_SERVICES = 24;

/** Services named with their colour as far as there is room for whole names; the rest are counted. */
function Services({ info, services, serviceOrder }: ServicesProps) {
  const names = useRef<HTMLSpanElement>(null);
  const [fitting, setFitting] = useState(services.length);
  const drawn = services.slice(0, MOST_SERVICES);
  const key = drawn.join('\n');
  useLayoutEffect(() => {
    const element = names.current;
    if (!element) return;
    // Names that do not fit wrap to lines below, which are out of sight.
    const read = (): void => {
      const all = [...element.children] as HTMLElement[];
      const top = all[0]?.offsetTop ?? 0;
      setFitting(all.filter((each) => each.offsetTop === top && element.clientWidth > 0).length);
    };
    const observer = new ResizeObserver(read);
    observer.observe(element);
    read();
    return () => observer.disconnect();
  }, [key]);
  const others = services.length - fitting;
  return (
    <span class="services" title={services.join(', ')}>
      <span class="service-names" ref={names}>
        {drawn.map((service, index) => (
          <span key={index} class="service">
            <span
              class="service-mark"
              style={{ backgroundColor: serviceColor(serviceOrder.placeOf(info.services[index] ?? '')) }}
            />
            <span class="service-name">{service}</span>
          </span>
        ))}
      </span>
      <span class="dim service-others">{others > 0 ? `+${others}` : ''}</span>
    </span>
  );
}
