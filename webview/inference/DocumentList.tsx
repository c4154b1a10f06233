import { useState } from 'preact/hooks';
import type { ModelItem } from '../../src/core/model/modelCall.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { CopyButton } from '../details/CopyButton.tsx';
import { JsonTree } from '../details/JsonTree.tsx';
import { parseJson } from '../details/jsonNode.ts';
import { LongText } from '../details/LongText.tsx';
import { documentsIn, type ShownDocument } from './documents.ts';
import { Folded } from './Folded.tsx';

/** Documents drawn at a time. */
const STEP = 20;

/** Retrieved documents in their order, each with its score, id, content and metadata. */
export function DocumentList({ item }: { readonly item: ModelItem }) {
  const [shown, setShown] = useState(STEP);
  const node = item.json === undefined ? undefined : parseJson(item.json);
  const documents = node && documentsIn(node);
  if (!documents)
    return <LongText text={item.text} cut={item.cut} {...(item.json === undefined ? {} : { json: item.json })} />;
  return (
    <>
      <ol class="documents">
        {documents.slice(0, shown).map((document, index) => (
          <DocumentView key={index} document={document} rank={index + 1} />
        ))}
      </ol>
      {documents.length > shown && (
        <button type="button" class="link-button" onClick={() => setShown(shown + STEP)}>
          {`Show more (${shown} of ${documents.length.toLocaleString('en-US')})`}
        </button>
      )}
    </>
  );
}

function DocumentView({ document, rank }: { readonly document: ShownDocument; readonly rank: number }) {
  const { id, score, content, metadata } = document;
  return (
    <li>
      <div class="tool-line">
        <span class="dim">{`#${rank}`}</span>
        {score !== '' && (
          <span class="document-score" title="Score">
            {visibleLine(score)}
          </span>
        )}
        {id !== '' && (
          <span class="mono dim" title="Id of the document">
            {visibleLine(id)}
          </span>
        )}
        {content !== '' && <CopyButton text={content} what={`document ${rank}`} />}
      </div>
      {content !== '' && <LongText text={content} cut={undefined} />}
      {metadata && (
        <Folded summary="metadata" class="dim">
          {() => <JsonTree node={metadata} open={1} />}
        </Folded>
      )}
    </li>
  );
}
