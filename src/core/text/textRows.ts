/** Rows between two remembered places. */
const STRIDE = 256;
/** UTF-16 units looked at in one step. */
const STEP_UNITS = 256 * 1024;

/** Characters that editors draw two columns wide, roughly: CJK, Hangul, full-width forms, emoji. */
function isWide(code: number): boolean {
  return (
    code >= 0x1100 &&
    (code <= 0x115f ||
      (code >= 0x2e80 && code <= 0xa4cf) ||
      (code >= 0xac00 && code <= 0xd7a3) ||
      (code >= 0xf900 && code <= 0xfaff) ||
      (code >= 0xfe30 && code <= 0xfe6f) ||
      (code >= 0xff00 && code <= 0xff60) ||
      (code >= 0xd83c && code <= 0xd83e))
  );
}

/**
 * A text of any size as rows of at most `columns` columns: lines, wrapped after a space where there is one in the second
 * half of the row, else anywhere but inside a surrogate pair. Rows are found in steps, and remembered sparsely: a text of
 * 20 MB costs a few thousand numbers.
 */
export class TextRows {
  readonly #text: string;
  readonly #columns: number;
  /** Start of every {@link STRIDE}th row. */
  readonly #starts: number[] = [0];
  #rows = 0;
  /** Where the row after the last counted one begins. */
  #next = 0;
  #complete = false;

  constructor(text: string, columns: number) {
    this.#text = text;
    this.#columns = Math.max(1, columns);
  }

  get length(): number {
    return this.#text.length;
  }

  /** Rows counted so far; all of them once {@link complete}. An empty text is one row. */
  get counted(): number {
    return this.#rows;
  }

  get complete(): boolean {
    return this.#complete;
  }

  /** Counts on for a millisecond or so. */
  step(): void {
    const until = this.#next + STEP_UNITS;
    while (!this.#complete && this.#next < until) {
      const { next, last } = this.#rowAt(this.#next);
      this.#rows++;
      this.#next = next;
      if (last) this.#complete = true;
      else if (this.#rows % STRIDE === 0) this.#starts.push(next);
    }
  }

  /** Rows of those counted, with where each begins. */
  read(from: number, count: number): { readonly rows: readonly string[]; readonly starts: readonly number[] } {
    const rows: string[] = [];
    const starts: number[] = [];
    const end = Math.min(from + count, this.#rows);
    if (from < 0 || from >= end) return { rows, starts };
    let row = Math.floor(from / STRIDE) * STRIDE;
    let at = this.#starts[row / STRIDE] ?? 0;
    for (; row < end; row++) {
      const { end: to, next } = this.#rowAt(at);
      if (row >= from) {
        rows.push(this.#text.slice(at, to));
        starts.push(at);
      }
      at = next;
    }
    return { rows, starts };
  }

  /** The row a place is in, of those counted. */
  rowOf(place: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= place) low = middle;
      else high = middle - 1;
    }
    let row = low * STRIDE;
    let at = this.#starts[low] ?? 0;
    while (row < this.#rows - 1) {
      const { next } = this.#rowAt(at);
      if (next > place) break;
      at = next;
      row++;
    }
    return row;
  }

  /** Where the row that begins at a place ends, and where the one after it begins. */
  #rowAt(start: number): { readonly end: number; readonly next: number; readonly last: boolean } {
    const text = this.#text;
    let columns = 0;
    let space = -1;
    for (let at = start; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 0x0a) {
        const end = at > start && text.charCodeAt(at - 1) === 0x0d ? at - 1 : at;
        return { end, next: at + 1, last: false };
      }
      const isLow = code >= 0xdc00 && code <= 0xdfff;
      if (!isLow) columns += isWide(code) ? 2 : 1;
      if (columns > this.#columns && at > start && !isLow) {
        const end = space > start + (at - start) / 2 ? space : at;
        return { end, next: end, last: false };
      }
      if (code === 0x20) space = at + 1;
    }
    return { end: text.length, next: text.length, last: true };
  }
}
