import { formatDuration } from '../../src/core/layout/formatDuration.ts';
import type { Attribute } from '../../src/core/model/attributes.ts';
import type { SpanDetails, SpanEvent } from '../../src/core/model/span.ts';
import { formatCount } from '../text/formatCount.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { AttributeTable } from './AttributeTable.tsx';
import { ShowMore } from './ShowMore.tsx';
import { StackText } from './StackText.tsx';

const STACK_KEY = 'exception.stacktrace';

function textOf(attributes: readonly Attribute[], key: string): string {
  const found = attributes.find((attribute) => attribute.key === key)?.value;
  return found?.type === 'string' ? found.value : '';
}

/** Events of a span in their order, exceptions with their frames as links. */
export function EventsTab({ details }: { readonly details: SpanDetails }) {
  return (
    <>
      {details.eventCount === 0 && <p class="dim">The span has no events.</p>}
      {details.events.map((event, index) => (
        <EventBlock key={index} event={event} index={index} />
      ))}
      <ShowMore what="events" shown={details.events.length} total={details.eventCount} />
      {details.droppedEventsCount > 0 && (
        <p class="dim">
          {formatCount(details.droppedEventsCount, 'event was', 'events were')} dropped by the sender&apos;s SDK. Its
          limit is <code>OTEL_SPAN_EVENT_COUNT_LIMIT</code>.
        </p>
      )}
    </>
  );
}

function EventBlock({ event, index }: { readonly event: SpanEvent; readonly index: number }) {
  const stack = event.attributes.find((attribute) => attribute.key === STACK_KEY)?.value;
  const hasStack = stack?.type === 'string' && stack.value !== '';
  const exception = textOf(event.attributes, 'exception.type');
  const message = textOf(event.attributes, 'exception.message');
  const others = event.attributes.filter((attribute) => attribute.key !== STACK_KEY || !hasStack);
  return (
    <section class="block">
      <h3>
        <span class="offset">{formatDuration(event.offsetNs)}</span>
        <span class="block-name">{visibleLine(event.name) || '(no name)'}</span>
        {(exception !== '' || message !== '') && (
          <span class="is-error">{visibleLine([exception, message].filter((part) => part !== '').join(': '))}</span>
        )}
      </h3>
      {hasStack && <StackText text={stack.value} cut={stack.cut} stack={{ in: 'event', index }} />}
      {(others.length > 0 || event.droppedAttributesCount > 0) && (
        <AttributeTable attributes={others} droppedCount={event.droppedAttributesCount} empty="" />
      )}
    </section>
  );
}
