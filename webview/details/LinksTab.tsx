import { parseSpanId, parseTraceId } from '../../src/core/model/ids.ts';
import type { SpanDetails, SpanLink } from '../../src/core/model/span.ts';
import { formatCount } from '../text/formatCount.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { AttributeTable } from './AttributeTable.tsx';
import { CopyButton } from './CopyButton.tsx';
import { useDetailsActions } from './detailsActions.ts';

/** Links to other spans; those held here open. */
export function LinksTab({ details }: { readonly details: SpanDetails }) {
  return (
    <>
      {details.links.length === 0 && !details.linkedFrom && <p class="dim">The span has no links.</p>}
      {details.links.map((link, index) => (
        <LinkBlock key={index} link={link} />
      ))}
      {details.droppedLinksCount > 0 && (
        <p class="dim">
          {formatCount(details.droppedLinksCount, 'link was', 'links were')} dropped by the sender&apos;s SDK.
        </p>
      )}
      {details.linkedFrom && <LinkedFrom from={details.linkedFrom} />}
    </>
  );
}

/** The other ends of links to this span: what a queue's consumer has of its producer, seen from the producer. */
function LinkedFrom({ from: { spans, total } }: { readonly from: NonNullable<SpanDetails['linkedFrom']> }) {
  const actions = useDetailsActions();
  return (
    <section class="block">
      <h4>Linked from</h4>
      {spans.map(({ traceId, spanId, name, serviceName }) => (
        <p key={`${traceId} ${spanId}`}>
          <button
            type="button"
            class="link-button"
            title={`Open the span that links here: ${traceId} / ${spanId}`}
            onClick={() => actions.openTrace(traceId, spanId)}
          >
            {visibleLine(`${serviceName} · ${name}`)}
          </button>
        </p>
      ))}
      {total > spans.length && <p class="dim">and {total - spans.length} more</p>}
    </section>
  );
}

function LinkBlock({ link }: { readonly link: SpanLink }) {
  const actions = useDetailsActions();
  const traceId = parseTraceId(link.traceId);
  const spanId = parseSpanId(link.spanId);
  return (
    <section class="block">
      <h3>
        {link.known && traceId ? (
          <button
            type="button"
            class="link-button mono"
            title="Open the linked span"
            onClick={() => actions.openTrace(traceId, spanId ?? '')}
          >
            {visibleLine(`${link.traceId} / ${link.spanId}`)}
          </button>
        ) : (
          <>
            <span class="mono">{visibleLine(`${link.traceId} / ${link.spanId}`)}</span>
            <span class="dim">not received here</span>
          </>
        )}
        <CopyButton text={link.traceId} what="trace id" />
      </h3>
      {link.traceState !== '' && <p class="dim">tracestate {visibleLine(link.traceState)}</p>}
      {(link.attributes.length > 0 || link.droppedAttributesCount > 0) && (
        <AttributeTable attributes={link.attributes} droppedCount={link.droppedAttributesCount} empty="" />
      )}
    </section>
  );
}
