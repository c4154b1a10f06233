/** What an entry is taken to be high before it was drawn, until there is an average. */
const GUESSED_PX = 80;
/** Entries whose average is taken. */
const ENOUGH = 20;

/** Heights of a list's entries: measured where they were drawn, else the average of the first of those. */
export class EntryHeights {
  readonly #measured: (number | undefined)[] = [];
  #frozen: number | undefined;
  #sum = 0;
  #count = 0;

  resize(count: number): void {
    while (this.#measured.length > count) {
      const height = this.#measured.pop();
      if (height !== undefined) {
        this.#sum -= height;
        this.#count--;
      }
    }
    while (this.#measured.length < count) this.#measured.push(undefined);
  }

  /** An entry was drawn this high. Answers whether that is news. */
  measured(index: number, height: number): boolean {
    const before = this.#measured[index];
    if (index >= this.#measured.length || (before !== undefined && Math.abs(before - height) < 0.5)) return false;
    this.#measured[index] = height;
    this.#sum += height - (before ?? 0);
    if (before === undefined) this.#count++;
    return true;
  }

  get total(): number {
    return this.topOf(this.#measured.length);
  }

  /** Pixels above an entry. */
  topOf(index: number): number {
    const average = this.#average;
    let top = 0;
    for (let at = 0; at < index && at < this.#measured.length; at++) top += this.#measured[at] ?? average;
    return top;
  }

  /** First and last entry that are at least partly between two positions; the nearest one when none is. */
  within(top: number, bottom: number): { readonly first: number; readonly last: number } {
    const average = this.#average;
    const end = this.#measured.length - 1;
    let at = 0;
    let first = end;
    let last = end;
    for (let index = 0; index <= end; index++) {
      const height = this.#measured[index] ?? average;
      if (at + height > top && first === end) first = index;
      at += height;
      if (at >= bottom) {
        last = index;
        break;
      }
    }
    return { first: Math.max(0, Math.min(first, last)), last };
  }

  /** Of the first entries measured, and then for good: what is above the view must not move with every entry drawn. */
  get #average(): number {
    if (this.#frozen !== undefined) return this.#frozen;
    if (this.#count === 0) return GUESSED_PX;
    const average = this.#sum / this.#count;
    if (this.#count >= ENOUGH) this.#frozen = average;
    return average;
  }
}
