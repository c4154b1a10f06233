import type { CutValue } from '../model/attributes.ts';
import type { ModelItem, ShortenedValue } from '../model/modelCall.ts';

/** UTF-16 units of one item; what is longer carries its beginning and the reference to page the attribute with. */
export const ITEM_CHARS = 64 * 1024;

/** Items of one side; what is above that stands in the attribute. */
const MAX_ITEMS = 20_000;

/** A value as it was found: where, how it was read, and how to page what it was read from. */
export interface ItemSource {
  readonly from: string;
  readonly form: ModelItem['form'];
  /** Of the attribute, when it is long; none for short ones and for values put together from many attributes. */
  readonly page?: CutValue;
  /** `text` is not all of it: the whole could not be had. */
  readonly incomplete: boolean;
  /** Of the message that is being read. */
  readonly message?: number;
  readonly guess?: true;
  readonly shortened?: ShortenedValue;
  /** Its name, where values that are alike stand beside each other under names of their own. */
  readonly named?: string;
  /** Of the part that is being read. */
  readonly cacheMark?: true;
}

/** What an item says, whatever it was read from. */
export interface ItemContent extends Pick<
  ModelItem,
  'role' | 'label' | 'text' | 'json' | 'part' | 'toolCallId' | 'toolName' | 'mediaType'
> {
  readonly role: string;
}

/** Collects the items of one side of a call. */
export class ItemList {
  readonly #items: ModelItem[] = [];
  readonly #seen = new Set<string>();
  readonly #toolNames = new Map<string, string>();
  readonly #itemChars: number;
  #messages = 0;

  constructor(itemChars = ITEM_CHARS) {
    this.#itemChars = itemChars;
  }

  get items(): readonly ModelItem[] {
    return this.#items;
  }

  /** Number of the next message of this side; the same again when nothing was added of it. */
  nextMessage(): number {
    return this.#messages;
  }

  /**
   * Adds an item. One of the same role and text that is here already is not repeated (root and chain spans repeat what
   * their parts say, and a system prompt may stand in two places), unless they are parts of a conversation: people say
   * yes twice.
   */
  add(source: ItemSource, content: ItemContent): void {
    if (this.#items.length >= MAX_ITEMS) return;
    const { role, text } = content;
    const identity = `${role}\u0000${source.named ?? ''}\u0000${text}`;
    if (this.#seen.has(identity) && (source.message === undefined || role === 'system')) return;
    this.#seen.add(identity);
    this.#messages = Math.max(this.#messages, (source.message ?? -1) + 1);
    this.#items.push({ ...this.#shown(source, content), ...this.#tool(content) });
  }

  #shown(
    { from, form, page, incomplete, message, guess, shortened, cacheMark }: ItemSource,
    content: ItemContent,
  ): ModelItem {
    const { role, label, text, json, part, mediaType } = content;
    const item = {
      role,
      label,
      from,
      form,
      ...(part === undefined ? {} : { part }),
      ...(message === undefined ? {} : { message }),
      ...(mediaType === undefined ? {} : { mediaType }),
      ...(guess === undefined ? {} : { guess }),
      ...(shortened === undefined ? {} : { shortened }),
      ...(cacheMark === undefined ? {} : { cacheMark }),
    };
    if (page !== undefined && (incomplete || text.length > this.#itemChars)) {
      return { ...item, text: beginning(text, this.#itemChars), cut: page };
    }
    if (json === undefined || (page !== undefined && json.length > this.#itemChars)) return { ...item, text };
    return { ...item, text, json };
  }

  /** A result that names only the call it answers is named by that call. */
  #tool({ part, toolCallId, toolName }: ItemContent): Pick<ModelItem, 'toolCallId' | 'toolName'> {
    if (part === 'toolCall' && toolCallId !== undefined && toolName !== undefined) {
      this.#toolNames.set(toolCallId, toolName);
    }
    const name =
      toolName ?? (part === 'toolResult' && toolCallId !== undefined ? this.#toolNames.get(toolCallId) : undefined);
    return {
      ...(toolCallId === undefined ? {} : { toolCallId }),
      ...(name === undefined ? {} : { toolName: name }),
    };
  }
}

/** At most `limit` UTF-16 units from the start, no character split. */
export function beginning(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit);
}
