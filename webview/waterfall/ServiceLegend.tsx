import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ServiceCounts } from '../../src/protocol/minimapApi.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import type { ServiceOrder } from '../state/serviceOrder.ts';
import type { Store } from '../state/store.ts';
import { useStore } from '../state/useStore.ts';
import { formatCount } from '../text/formatCount.ts';
import { serviceColor } from './palette.ts';

export interface ServiceLegendProps {
  /** Of the trace, as sent. */
  readonly names: readonly string[];
  readonly serviceOrder: ServiceOrder;
  readonly counts: Store<ServiceCounts | undefined>;
}

/** Services drawn in the header at most; all are in the list. */
const MOST_SERVICES = 24;

/** A part of a whole, for people: `12 %`, `<1 %`. */
function percent(part: number, whole: number): string {
  if (!(whole > 0)) return '';
  const share = (part / whole) * 100;
  return share > 0 && share < 1 ? '<1\u00a0%' : `${Math.round(share)}\u00a0%`;
}

const sum = (values: Float64Array): number => values.reduce((total, each) => total + each, 0);

/** Spans, errors and shares of a service, in words. */
function sharesOf(counts: ServiceCounts | undefined, at: number): { spans: string; time: string; errors: string } {
  if (!counts) return { spans: '', time: '', errors: '' };
  const spans = counts.spans[at] ?? 0;
  const errors = counts.errors[at] ?? 0;
  return {
    spans: `${formatCount(spans, 'span', 'spans')} (${percent(spans, sum(counts.spans))})`,
    time: percent(counts.selfNs[at] ?? 0, sum(counts.selfNs)),
    errors: errors === 0 ? '' : formatCount(errors, 'error', 'errors'),
  };
}

/**
 * The services of the open trace with their colours, as far as there is room for whole names, and a list of all with
 * their spans and shares. A click on one makes the others faint; another click brings them back.
 */
export function ServiceLegend({ names, serviceOrder, counts: store }: ServiceLegendProps) {
  const element = useRef<HTMLSpanElement>(null);
  const [fitting, setFitting] = useState(names.length);
  const [open, setOpen] = useState(false);
  const counts = useStore(store);
  const highlighted = useStore(serviceOrder.highlighted);
  const drawn = names.slice(0, MOST_SERVICES);
  const key = drawn.join('\n');
  useLayoutEffect(() => {
    const box = element.current;
    if (!box) return;
    // Names that do not fit wrap to lines below, which are out of sight.
    const read = (): void => {
      const all = [...box.children] as HTMLElement[];
      const top = all[0]?.offsetTop ?? 0;
      setFitting(all.filter((each) => each.offsetTop === top && box.clientWidth > 0).length);
    };
    const observer = new ResizeObserver(read);
    observer.observe(box);
    read();
    return () => observer.disconnect();
  }, [key]);
  const toggle = (name: string): void => serviceOrder.highlighted.set(name === highlighted ? '' : name);
  const titleOf = (name: string, at: number): string => {
    const { spans, time, errors } = sharesOf(counts, at);
    const facts = [spans, time && `${time} of the own time`, errors].filter((each) => each !== '');
    return [
      visibleLine(name),
      facts.join(' · '),
      name === highlighted ? 'Click to show all services' : 'Click to see it alone',
    ]
      .filter((each) => each !== '')
      .join('\n');
  };
  const others = names.length - fitting;
  return (
    <span class="services">
      <span class="service-names" ref={element}>
        {drawn.map((name, at) => (
          <button
            key={at}
            type="button"
            class={`service ${highlighted !== '' && highlighted !== name ? 'is-faint' : ''}`}
            aria-pressed={name === highlighted}
            title={titleOf(name, at)}
            tabIndex={at < fitting ? 0 : -1}
            onClick={() => toggle(name)}
          >
            <span class="service-mark" style={{ backgroundColor: serviceColor(serviceOrder.placeOf(name)) }} />
            <span class="service-name">{visibleLine(name) || '(no name)'}</span>
          </button>
        ))}
      </span>
      <button
        type="button"
        class="dim service-others"
        aria-expanded={open}
        title="All services with their spans and shares"
        aria-label={others > 0 ? `All services, ${others} more` : 'All services'}
        onClick={() => setOpen(!open)}
      >
        {others > 0 ? `+${others}` : '…'}
      </button>
      {open && (
        <ServiceList
          names={names}
          counts={counts}
          serviceOrder={serviceOrder}
          highlighted={highlighted}
          onToggle={toggle}
          onClose={() => setOpen(false)}
        />
      )}
    </span>
  );
}

interface ServiceListProps {
  readonly names: readonly string[];
  readonly counts: ServiceCounts | undefined;
  readonly serviceOrder: ServiceOrder;
  readonly highlighted: string;
  readonly onToggle: (name: string) => void;
  readonly onClose: () => void;
}

/** All services, those with most of the time first. */
function ServiceList({ names, counts, serviceOrder, highlighted, onToggle, onClose }: ServiceListProps) {
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return;
    // Above everything, cut off by nothing; the browser closes it by Escape and by a press outside.
    element.setAttribute('popover', 'auto');
    const { bottom, right } = element.parentElement?.getBoundingClientRect() ?? new DOMRect();
    element.style.top = `${bottom + 4}px`;
    element.style.right = `${Math.max(8, window.innerWidth - right)}px`;
    element.showPopover();
    element.querySelector('button')?.focus();
    const toggled = (event: Event): void => {
      if ('newState' in event && event.newState === 'closed') onClose();
    };
    element.addEventListener('toggle', toggled);
    return () => element.removeEventListener('toggle', toggled);
  }, []);
  const order = names.map((_, at) => at).sort((a, b) => (counts?.selfNs[b] ?? 0) - (counts?.selfNs[a] ?? 0) || a - b);
  return (
    <div class="service-list" role="group" aria-label="Services" ref={list}>
      {order.map((at) => {
        const name = names[at] ?? '';
        const { spans, time, errors } = sharesOf(counts, at);
        return (
          <button
            key={at}
            type="button"
            class={`service-line ${highlighted !== '' && highlighted !== name ? 'is-faint' : ''}`}
            aria-pressed={name === highlighted}
            onClick={() => onToggle(name)}
          >
            <span class="service-mark" style={{ backgroundColor: serviceColor(serviceOrder.placeOf(name)) }} />
            <span class="service-name grow">{visibleLine(name) || '(no name)'}</span>
            {errors !== '' && <span class="is-error">{errors}</span>}
            <span class="dim">{spans}</span>
            <span class="service-share" title="Share of the time in which no child runs">
              {time}
            </span>
          </button>
        );
      })}
    </div>
  );
}
