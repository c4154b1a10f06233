import { visibleLine } from '../../src/core/text/visibleText.ts';
import { CopyButton } from '../details/CopyButton.tsx';
import { Icon } from '../ui/Icon.tsx';
import { useCallFound } from './callView.ts';
import type { PlacedItem, ToolJoins } from './conversation.ts';
import { ItemBlock } from './ItemBlock.tsx';
import { Folded } from './Folded.tsx';

const ROLE_ICONS: Readonly<Record<string, string>> = {
  system: 'settings-gear',
  user: 'account',
  assistant: 'sparkle',
  tool: 'tools',
};

/** Longer system prompts start folded: what was asked stands below them. */
const LONG_SYSTEM = 600;

export interface MessageBlockProps {
  readonly role: string;
  readonly items: readonly PlacedItem[];
  readonly joins: ToolJoins;
}

/** One message: who says it, and its parts in their order. */
export function MessageBlock({ role, items, joins }: MessageBlockProps) {
  const [first] = items;
  const found = useCallFound();
  const isFound = items.some(({ index }) => found?.byItem.has(index));
  const name = visibleLine(role);
  const isResult = items.every(({ item }) => item.part === 'toolResult' && joins.callOf.has(item.toolCallId ?? ''));
  const parts = items.map(({ item, index }) => (
    <ItemBlock key={index} item={item} index={index} joins={joins} inMessage />
  ));
  const characters = items.reduce((sum, { item }) => sum + item.text.length, 0);
  return (
    <section class={`block item message role-${ROLE_ICONS[role] === undefined ? 'other' : role}`} aria-label={name}>
      <h3>
        <Icon name={ROLE_ICONS[role] ?? 'comment'} />
        <span class="block-name">{name}</span>
        {first && <span class="dim from">{visibleLine(first.item.from)}</span>}
        {items.length === 1 && first && (
          <CopyButton text={first.item.text} what={`${name} message`} cut={first.item.cut} />
        )}
      </h3>
      {isFound ? (
        parts
      ) : role === 'system' && characters > LONG_SYSTEM ? (
        <Folded summary={firstLine(first?.item.text ?? '')} size={characters}>
          {() => parts}
        </Folded>
      ) : isResult ? (
        <Folded
          summary={`answers ${items.map(({ item }) => toolNameOf(item.toolCallId ?? '', joins)).join(', ')}, shown with the call`}
          size={characters}
        >
          {() => parts}
        </Folded>
      ) : (
        parts
      )}
    </section>
  );
}

function toolNameOf(id: string, joins: ToolJoins): string {
  return joins.callOf.get(id)?.toolName ?? joins.resultOf.get(id)?.toolName ?? id;
}

const SUMMARY_CHARACTERS = 160;

function firstLine(text: string): string {
  const line = text.trimStart().split('\n', 1)[0] ?? '';
  return line.length > SUMMARY_CHARACTERS ? `${line.slice(0, SUMMARY_CHARACTERS)}…` : line;
}
