import { useMemo, useState } from 'preact/hooks';
import type { ModelItem } from '../../src/core/model/modelCall.ts';
import { visibleText } from '../../src/core/text/visibleText.ts';
import { JsonTree } from '../details/JsonTree.tsx';
import { jsonInText, looksLikeJson, parseJson } from '../details/jsonNode.ts';
import { LongText } from '../details/LongText.tsx';
import { formatBytes } from '../text/formatCount.ts';
import { useStore } from '../state/useStore.ts';
import { useMaybeCallAccess, type CallAccess } from './callView.ts';
import { parseMarkdown } from './markdown.ts';
import { MarkdownView } from './MarkdownView.tsx';
import { PagedText } from './PagedText.tsx';
import { PagedTree } from './PagedTree.tsx';

/** Longer texts start with their beginning. */
const SHORT_CHARACTERS = 6000;
const SHORT_LINES = 60;
/** Levels of a tree that start open. */
const OPEN_LEVELS = 2;

/** Where a text is shortened at first: at a line's end, when one is near. */
function shortEnd(text: string): number {
  let end = -1;
  for (let line = 0; line < SHORT_LINES; line++) {
    const next = text.indexOf('\n', end + 1);
    if (next < 0 || next > SHORT_CHARACTERS) break;
    end = next;
    if (line === SHORT_LINES - 1) return end;
  }
  return text.length > SHORT_CHARACTERS ? (end > SHORT_CHARACTERS / 2 ? end : SHORT_CHARACTERS) : text.length;
}

/** JSON, or the beginning of it: as Markdown its escapes would be taken away. */
function isJsonText(text: string): boolean {
  return looksLikeJson(text) || /^\s*(?:\{\s*"|\[\s*["{[])/.test(text.slice(0, 200));
}

/** The text or structure of an item: Markdown or as it was sent, JSON as a tree; whatever is long in pages. */
export function TextBody({ item }: { readonly item: ModelItem }) {
  const access = useMaybeCallAccess();
  if (access) return <ReadableText item={item} access={access} />;
  const json = item.json === undefined ? {} : { json: item.json };
  return <LongText text={item.text} cut={item.cut} open={item.text.length < SHORT_CHARACTERS} {...json} />;
}

function ReadableText({ item, access }: { readonly item: ModelItem; readonly access: CallAccess }) {
  const raw = useStore(access.raw);
  const isStructure = item.json !== undefined || item.jsonCut !== undefined;
  const inText = useMemo(() => (isStructure || item.cut ? undefined : jsonInText(item.text)), [isStructure, item]);
  const [asked, setAsTree] = useState<boolean | undefined>(undefined);
  const asTree = asked ?? (isStructure || (!raw && inText !== undefined));
  const [isOpen, setOpen] = useState(false);
  const { text, cut } = item;
  const end = useMemo(() => shortEnd(text), [text]);
  const shown = isOpen ? text : text.slice(0, end);
  const isMarkdown = !raw && item.role !== '' && !isStructure && item.part !== 'toolResult' && !isJsonText(text);
  const blocks = useMemo(() => (isMarkdown ? parseMarkdown(shown) : []), [isMarkdown, shown]);
  const treeCut = item.jsonCut ?? (cut && /^\s*[[{]/.test(text) ? cut : undefined);
  const node = useMemo(
    () => (asTree && item.json !== undefined ? parseJson(item.json) : asTree ? inText : undefined),
    [asTree, item.json, inText],
  );
  const body = (): preact.JSX.Element => {
    if (node) return <JsonTree node={node} open={OPEN_LEVELS} />;
    if (asTree && treeCut) return <PagedTree cut={treeCut} what={item.label} />;
    if (isOpen && cut) return <PagedText cut={cut} what={item.label} />;
    return isMarkdown ? <MarkdownView blocks={blocks} /> : <div class="text-value">{visibleText(shown)}</div>;
  };
  const isText = !node && !(asTree && treeCut);
  return (
    <div class="long-text">
      {body()}
      <div class="long-text-actions">
        {isText && (end < text.length || cut) && (
          <button type="button" class="link-button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen
              ? 'Show less'
              : cut
                ? `Show all (${formatBytes(cut.totalBytes)})`
                : `Show all (${text.length.toLocaleString('en-US')} characters)`}
          </button>
        )}
        {(isStructure || inText || treeCut) && (
          <button type="button" class="link-button" aria-pressed={asTree} onClick={() => setAsTree(!asTree)}>
            {asTree ? 'As text' : 'As tree'}
          </button>
        )}
      </div>
    </div>
  );
}
