/** A value that finds no room any more still shows this much of its beginning, in bytes. */
const BEGINNING_BYTES = 64;
/** What a value or a key weighs besides its text, and a record besides its texts and values. */
const FRAME_BYTES = 48;
const RECORD_BYTES = 256;

/** A part of a list for one message: at most `limit` from the `from`th on, fewer when they would weigh more than `maxBytes`. */
export interface PageBounds {
  readonly from: number;
  readonly limit: number;
  readonly maxBytes: number;
}

/** How many of a span's events its details carry, and what they may weigh. */
export type DetailsBounds = Omit<PageBounds, 'from'>;

/** All of a list, each value up to the store's inline limit; for reading inside the engine, never for a message. */
export const EVERYTHING: PageBounds = { from: 0, limit: Infinity, maxBytes: Infinity };

/**
 * How much text one message may still carry. Weighed as UTF-8 or as written in JSON, whichever is more, so that a value
 * of control characters does not grow sixfold unseen. When it is spent, values are cut to a short beginning; nothing is
 * left out.
 */
export class MessageBudget {
  private left: number;

  constructor(bytes: number) {
    this.left = bytes;
  }

  get isSpent(): boolean {
    return this.left <= 0;
  }

  /** How many bytes of a value to carry that may have `inlineBytes`. */
  room(inlineBytes: number): number {
    return Math.min(inlineBytes, Math.max(BEGINNING_BYTES, this.left));
  }

  /** Counts a text of `bytes` UTF-8 bytes; one without text counts its frame only. */
  take(text: string, bytes: number): void {
    if (this.left === Infinity) return;
    this.left -= FRAME_BYTES + (bytes === 0 ? 0 : Math.max(bytes, JSON.stringify(text).length));
  }

  /** Counts a record with these texts besides its attributes; they are carried whole. */
  takeRecord(...texts: readonly string[]): void {
    this.left -= RECORD_BYTES;
    for (const text of texts) this.take(text, text.length);
  }
}
