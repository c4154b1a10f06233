import { useMemo } from 'preact/hooks';
import type { ModelCall } from '../../src/core/model/modelCall.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { CopyButton } from '../details/CopyButton.tsx';
import { CallNotes } from './CallNotes.tsx';
import { conversationOf, toolJoins, type ConversationEntry, type ToolJoins } from './conversation.ts';
import { ItemBlock } from './ItemBlock.tsx';
import { MessageBlock } from './MessageBlock.tsx';
import { ToolList } from './ToolList.tsx';

export interface CallSideProps {
  readonly call: ModelCall;
  readonly side: 'inputs' | 'outputs';
}

/** What went into, or came out of, a model call: its messages as a conversation, and its plain values. */
export function CallSide({ call, side }: CallSideProps) {
  const items = call[side];
  const entries = useMemo(() => conversationOf(items), [items]);
  const joins = useMemo(() => toolJoins(call.inputs, call.outputs), [call]);
  return (
    <>
      <CallNotes notes={call.notes ?? []} />
      {items.length === 0 && (
        <p class="dim">
          {side === 'inputs' ? 'The span carries no input.' : 'The span carries no output.'} Many libraries record
          content only when asked to.
        </p>
      )}
      {entries.map((entry, index) => (
        <EntryView key={index} entry={entry} joins={joins} />
      ))}
    </>
  );
}

function EntryView({ entry, joins }: { readonly entry: ConversationEntry; readonly joins: ToolJoins }) {
  switch (entry.kind) {
    case 'message':
      return <MessageBlock role={entry.role} items={entry.items} joins={joins} />;
    case 'tools':
      return <ToolList items={entry.items} />;
    case 'value': {
      const [{ item }] = entry.items;
      const name = visibleLine(item.label) || 'value';
      return (
        <section class="block item">
          <h3>
            <span class="block-name">{name}</span>
            <span class="dim from">{visibleLine(item.from)}</span>
            <CopyButton text={item.text} what={name} cut={item.cut} />
          </h3>
          <ItemBlock item={item} joins={joins} />
        </section>
      );
    }
  }
}
