import { useEffect, useMemo, useState } from 'preact/hooks';
import type { SnippetKind } from '../../src/core/inference/snippets/callSnippet.ts';
import type { ModelCall } from '../../src/core/model/modelCall.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { CopyButton } from '../details/CopyButton.tsx';
import { useStore } from '../state/useStore.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { Menu } from '../ui/Menu.tsx';
import { CallFind, currentMatch, foundByItem } from './callFind.ts';
import { CallFindBar } from './CallFindBar.tsx';
import { CallNotes } from './CallNotes.tsx';
import { CallPages, type CallPagesState } from './callPages.ts';
import { CallFoundContext, useCallAccess, type CallFound } from './callView.ts';
import { conversationOf, toolJoins, type ConversationEntry, type ToolJoins } from './conversation.ts';
import { ItemBlock } from './ItemBlock.tsx';
import { MessageBlock } from './MessageBlock.tsx';
import { SnippetPreview, snippetItems } from './SnippetPreview.tsx';
import { ToolList } from './ToolList.tsx';
import { WindowedList } from './WindowedList.tsx';

export interface CallSideProps {
  readonly call: ModelCall;
  readonly side: 'inputs' | 'outputs';
  /** Items of the side; `call` may have only the first of them. */
  readonly total: number;
}

/** What went into, or came out of, a model call: its messages as a conversation, and its plain values. */
export function CallSide({ call, side, total }: CallSideProps) {
  const { request, ref, raw } = useCallAccess();
  const isRaw = useStore(raw);
  const pages = useMemo(() => new CallPages(request, ref, side, call[side], total), [request, ref, side, call, total]);
  useEffect(() => {
    void pages.load();
    return () => pages.dispose();
  }, [pages]);
  const state = useStore(pages.state);
  const { items } = state;
  const entries = useMemo(() => conversationOf(items), [items]);
  const other = call[side === 'inputs' ? 'outputs' : 'inputs'];
  const joins = useMemo(() => toolJoins(items, other), [items, other]);
  const find = useMemo(() => CallFind.inSide(request, ref, side), [request, ref, side]);
  const query = useStore(find.state);
  const [found, reveal] = useFound(query, entries);
  const [snippet, setSnippet] = useState<SnippetKind | undefined>(undefined);
  const name = side === 'inputs' ? 'input' : 'output';
  const notRecorded = call.notes?.some(({ kind }) => kind === 'notRecorded') === true;
  return (
    <CallFoundContext.Provider value={found}>
      <CallNotes notes={call.notes ?? []} />
      {items.length === 0 && !notRecorded && (
        <p class="dim">
          {side === 'inputs' ? 'The span carries no input.' : 'The span carries no output.'} Many libraries record
          content only when asked to.
        </p>
      )}
      {items.length > 0 && (
        <div class="call-tools">
          <CallFindBar find={find} label={`Find in ${name}`} />
          <IconButton
            icon="markdown"
            label={isRaw ? 'Show text as Markdown' : 'Show text as it was sent'}
            pressed={!isRaw}
            onClick={() => raw.set(!isRaw)}
          />
          {side === 'inputs' && <Menu icon="code" label="Copy Input As…" items={() => snippetItems(setSnippet)} />}
        </div>
      )}
      {snippet && <SnippetPreview kind={snippet} onClose={() => setSnippet(undefined)} />}
      {entries.length > 0 && (
        <WindowedList
          count={entries.length}
          label={name}
          reveal={reveal}
          render={(index) => {
            const entry = entries[index];
            return entry && <EntryView entry={entry} joins={joins} />;
          }}
        />
      )}
      <MorePages state={state} onMore={() => pages.loadMore()} />
    </CallFoundContext.Provider>
  );
}

/** What is found, for drawing, and the entry of the match that is stepped to. */
function useFound(
  query: CallFind['state']['value'],
  entries: readonly ConversationEntry[],
): readonly [CallFound | undefined, { readonly index: number } | undefined] {
  const byItem = useMemo(() => foundByItem(query), [query.found]);
  return useMemo(() => {
    if (!byItem) return [undefined, undefined];
    const current = currentMatch(query);
    const index =
      current === undefined ? -1 : entries.findIndex(({ items }) => items.some((each) => each.index === current.item));
    return [{ ...byItem, current }, index < 0 ? undefined : { index }];
  }, [byItem, query.current, entries]);
}

function MorePages({ state, onMore }: { readonly state: CallPagesState; readonly onMore: () => void }) {
  const { items, total, problem, waits } = state;
  if (problem !== '') return <p class="problem">{`Not all could be read: ${visibleLine(problem)}`}</p>;
  if (items.length >= total) return null;
  const count = `${items.length.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} parts`;
  if (!waits) return <p class="dim" role="status">{`Reading… ${count}`}</p>;
  return (
    <p>
      <button type="button" class="link-button" onClick={onMore}>{`Show more (${count})`}</button>
    </p>
  );
}

function EntryView({ entry, joins }: { readonly entry: ConversationEntry; readonly joins: ToolJoins }) {
  switch (entry.kind) {
    case 'message':
      return <MessageBlock role={entry.role} items={entry.items} joins={joins} />;
    case 'tools':
      return <ToolList items={entry.items} />;
    case 'value': {
      const [{ item, index }] = entry.items;
      const name = visibleLine(item.label) || 'value';
      return (
        <section class="block item">
          <h3>
            <span class="block-name">{name}</span>
            <span class="dim from">{visibleLine(item.from)}</span>
            <CopyButton text={item.text} what={name} cut={item.cut} />
          </h3>
          <ItemBlock item={item} index={index} joins={joins} />
        </section>
      );
    }
  }
}
