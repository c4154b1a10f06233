import { useMemo } from 'preact/hooks';
import type { SpanDetails } from '../../src/core/model/span.ts';
import { visibleText } from '../../src/core/text/visibleText.ts';
import { CopyButton } from './CopyButton.tsx';

const DRAWN_CHARACTERS = 300_000;

/** The span as received, as JSON. */
export function RawTab({ details }: { readonly details: SpanDetails }) {
  const text = useMemo(() => JSON.stringify(details, null, 2), [details]);
  return (
    <>
      <div class="raw-head">
        <CopyButton text={text} what="span as JSON" />
        {details.events.length < details.eventCount && (
          <span class="dim">
            {`With ${details.events.length.toLocaleString('en-US')} of ${details.eventCount.toLocaleString('en-US')} events; show more in the Events tab. `}
          </span>
        )}
        {text.length > DRAWN_CHARACTERS && <span class="dim">Only the beginning is drawn; the copy is whole.</span>}
      </div>
      <pre class="raw">{visibleText(text.slice(0, DRAWN_CHARACTERS))}</pre>
    </>
  );
}
