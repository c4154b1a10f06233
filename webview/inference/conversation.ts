import type { ModelItem } from '../../src/core/model/modelCall.ts';

/** An item and its place among those of its side. */
export interface PlacedItem {
  readonly item: ModelItem;
  readonly index: number;
}

/** What is drawn as one block: a message with its parts, the tools that were offered, or a plain value. */
export type ConversationEntry =
  | { readonly kind: 'message'; readonly role: string; readonly items: readonly PlacedItem[] }
  | { readonly kind: 'tools'; readonly items: readonly PlacedItem[] }
  | { readonly kind: 'value'; readonly items: readonly [PlacedItem] };

/**
 * Items of one side in their order, put together by message: by its number where the reader tells it, else neighbours of
 * one role that were read from one place. Definitions of tools that follow one another are one entry.
 */
export function conversationOf(items: readonly ModelItem[]): readonly ConversationEntry[] {
  const entries: ConversationEntry[] = [];
  let open: PlacedItem[] = [];
  items.forEach((item, index) => {
    const placed = { item, index };
    const before = open.at(-1)?.item;
    if (before && isOneWith(before, item)) {
      open.push(placed);
      return;
    }
    if (item.part === 'toolDefinition') {
      open = [placed];
      entries.push({ kind: 'tools', items: open });
    } else if (item.role !== '') {
      open = [placed];
      entries.push({ kind: 'message', role: item.role, items: open });
    } else {
      open = [];
      entries.push({ kind: 'value', items: [placed] });
    }
  });
  return entries;
}

function isOneWith(before: ModelItem, item: ModelItem): boolean {
  if (before.part === 'toolDefinition' || item.part === 'toolDefinition') return before.part === item.part;
  if (item.role === '' || item.role !== before.role) return false;
  if (item.message !== undefined || before.message !== undefined) return item.message === before.message;
  return item.from === before.from;
}

/** Calls of tools and what they answered, by the id that joins the two; ids that are empty join nothing. */
export interface ToolJoins {
  readonly callOf: ReadonlyMap<string, ModelItem>;
  readonly resultOf: ReadonlyMap<string, ModelItem>;
}

/** Of both sides: a conversation that is sent again has calls and results in its input. The first of an id counts. */
export function toolJoins(...sides: readonly (readonly ModelItem[])[]): ToolJoins {
  const callOf = new Map<string, ModelItem>();
  const resultOf = new Map<string, ModelItem>();
  for (const item of sides.flat()) {
    const id = item.toolCallId ?? '';
    if (id === '') continue;
    const into = item.part === 'toolCall' ? callOf : item.part === 'toolResult' ? resultOf : undefined;
    if (into && !into.has(id)) into.set(id, item);
  }
  return { callOf, resultOf };
}
