import type { CutValue } from '../model/attributes.ts';
import type { ModelItem } from '../model/modelCall.ts';

/** UTF-16 units of one item; what is longer carries its beginning and the reference to page the attribute with. */
export const ITEM_CHARS = 64 * 1024;

/** A value as it was found: where, how it was read, and how to page what it was read from. */
export interface ItemSource {
  readonly from: string;
  readonly form: ModelItem['form'];
  /** Of the attribute, when it is long; none for short ones and for values put together from many attributes. */
  readonly page?: CutValue;
  /** `text` is not all of it: the whole could not be had. */
  readonly incomplete: boolean;
}

/** Collects the items of one side of a call. */
export class ItemList {
  readonly #items: ModelItem[] = [];
  readonly #seen = new Set<string>();

  get items(): readonly ModelItem[] {
    return this.#items;
  }

  /** Adds an item unless one of the same role and text is here (root and chain spans repeat what their parts say). */
  add(source: ItemSource, role: string, label: string, text: string, json?: string): void {
    const identity = `${role}\u0000${text}`;
    if (this.#seen.has(identity)) return;
    this.#seen.add(identity);
    const { from, form, page } = source;
    const item = { role, label, from, form };
    if (page !== undefined && (source.incomplete || text.length > ITEM_CHARS)) {
      this.#items.push({ ...item, text: beginning(text, ITEM_CHARS), cut: page });
    } else if (json === undefined || (page !== undefined && json.length > ITEM_CHARS)) {
      this.#items.push({ ...item, text });
    } else {
      this.#items.push({ ...item, text, json });
    }
  }
}

/** At most `limit` UTF-16 units from the start, no character split. */
export function beginning(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit);
}
