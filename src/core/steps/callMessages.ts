import type { ModelItem, ModelPart } from '../model/modelCall.ts';

/** The items of one message of a side, in order. */
export interface CallMessage {
  readonly role: string;
  /** Places in the side's list of items. */
  readonly items: readonly number[];
}

/** What an item is; items of readers that name no part say it in their label. */
export function partOf({ part, label }: ModelItem): ModelPart | undefined {
  if (part !== undefined) return part;
  if (label === 'tool call') return 'toolCall';
  if (label === 'tool result') return 'toolResult';
  return label === 'reasoning' ? 'reasoning' : undefined;
}

/** Definitions of tools and output schemas are part of the request, and of no message. */
function isMessagePart(item: ModelItem): boolean {
  const part = partOf(item);
  return part !== 'toolDefinition' && part !== 'outputSchema';
}

/**
 * The messages of one side: items that name the same message, else items of one role that were read from one place. A plain
 * value is a message of its own, without a role.
 */
export function messagesOf(items: readonly ModelItem[]): readonly CallMessage[] {
  const messages: { role: string; items: number[] }[] = [];
  const byNumber = new Map<number, { role: string; items: number[] }>();
  let last: ModelItem | undefined;
  items.forEach((item, place) => {
    if (!isMessagePart(item)) return;
    const named = item.message === undefined ? undefined : byNumber.get(item.message);
    const isSame =
      item.message === undefined &&
      last?.message === undefined &&
      item.role !== '' &&
      last?.role === item.role &&
      last.from === item.from;
    const open = named ?? (isSame ? messages.at(-1) : undefined);
    if (open) {
      open.items.push(place);
    } else {
      const message = { role: item.role, items: [place] };
      messages.push(message);
      if (item.message !== undefined) byNumber.set(item.message, message);
    }
    last = item;
  });
  return messages;
}
