/**
 * Numbers in the order of texts: a text between two others gets a number between theirs, so that what is sorted by them
 * stays sorted when a text is new.
 */
export class TextRanks {
  #texts: string[] = [];
  #ranks: number[] = [];
  readonly #known = new Map<string, number>();

  get size(): number {
    return this.#known.size;
  }

  /** Starts anew with these texts, in any order, repeated or not. */
  reset(texts: Iterable<string>): void {
    this.#texts = [...new Set(texts)].sort(compareTexts);
    this.#ranks = this.#texts.map((_, index) => index);
    this.#known.clear();
    for (const [index, text] of this.#texts.entries()) this.#known.set(text, index);
  }

  /** Number of a text; undefined when there is none left between its neighbours: then it is time to reset. */
  rankOf(text: string): number | undefined {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    let low = 0;
    let high = this.#texts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareTexts(this.#texts[middle]!, text) < 0) low = middle + 1;
      else high = middle;
    }
    const before = this.#ranks[low - 1];
    const after = this.#ranks[low];
    const rank =
      before === undefined ? (after ?? 1) - 1 : after === undefined ? before + 1 : before + (after - before) / 2;
    if (rank === before || rank === after) return undefined;
    this.#texts.splice(low, 0, text);
    this.#ranks.splice(low, 0, rank);
    this.#known.set(text, rank);
    return rank;
  }
}

/** By code units, in any case first: quick, and the same everywhere. */
export function compareTexts(a: string, b: string): number {
  const smallA = a.toLowerCase();
  const smallB = b.toLowerCase();
  if (smallA !== smallB) return smallA < smallB ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
