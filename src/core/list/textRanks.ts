import type { Steps } from '../statistics/steps.ts';

/** Texts sorted, and merged, in a go. */
const SORTED_AT_ONCE = 1024;

/**
 * Numbers in the order of texts: a text between two others gets a number between theirs, so that what is sorted by them
 * stays sorted when a text is new.
 */
export class TextRanks {
  #sorted: Sorted[] = [];
  readonly #rankOf = new Map<string, number>();

  /** Starts anew with these texts, in any order; in short steps. */
  *reset(texts: ReadonlySet<string>): Steps<void> {
    this.#sorted = yield* sortedTexts([...texts]);
    this.#rankOf.clear();
    for (const [index, { text }] of this.#sorted.entries()) this.#rankOf.set(text, index);
  }

  /** Number of a text; undefined for one that is not here. */
  rankOf(text: string): number | undefined {
    return this.#rankOf.get(text);
  }

  /**
   * Gives numbers to those of the texts that are new, at the cost of a pass over all; false, and nothing has changed, when
   * none is left between two neighbours: then it is time to reset.
   */
  add(texts: Iterable<string>): boolean {
    const known = this.#rankOf;
    const fresh = [...new Set(texts)].filter((text) => !known.has(text)).map(sortedOf);
    if (fresh.length === 0) return true;
    fresh.sort(compareSorted);
    const sorted = this.#sorted;
    const merged: Sorted[] = [];
    const ranks: number[] = [];
    let from = 0;
    for (let at = 0; at < fresh.length;) {
      const place = placeIn(sorted, fresh[at]!, from);
      for (; from < place; from++) merged.push(sorted[from]!);
      const next = sorted[place];
      let end = at + 1;
      while (end < fresh.length && (next === undefined || compareSorted(fresh[end]!, next) < 0)) end++;
      const count = end - at;
      const last = sorted[place - 1];
      const before = last && known.get(last.text)!;
      const after = next && known.get(next.text)!;
      let below = before ?? -Infinity;
      for (let i = 1; at < end; at++, i++) {
        const rank =
          before === undefined
            ? (after ?? count) - (count + 1 - i)
            : after === undefined
              ? before + i
              : before + ((after - before) * i) / (count + 1);
        if (rank <= below || rank >= (after ?? Infinity)) return false;
        below = rank;
        ranks.push(rank);
        merged.push(fresh[at]!);
      }
    }
    for (; from < sorted.length; from++) merged.push(sorted[from]!);
    this.#sorted = merged;
    for (const [index, { text }] of fresh.entries()) known.set(text, ranks[index]!);
    return true;
  }
}

/** Place of the first, from `from` on, that does not stand before a text. */
function placeIn(sorted: readonly Sorted[], text: Sorted, from: number): number {
  let low = from;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareSorted(sorted[middle]!, text) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A text, and what of it is compared. */
interface Sorted {
  readonly text: string;
  readonly lower: string;
  readonly number: number;
}

/** Runs sorted one by one, then merged two by two. */
function* sortedTexts(texts: readonly string[]): Steps<Sorted[]> {
  let runs: Sorted[][] = [];
  for (let from = 0; from < texts.length; from += SORTED_AT_ONCE) {
    runs.push(
      texts
        .slice(from, from + SORTED_AT_ONCE)
        .map(sortedOf)
        .sort(compareSorted),
    );
    yield;
  }
  while (runs.length > 1) {
    const merged: Sorted[][] = [];
    for (let at = 0; at < runs.length; at += 2) {
      const [one = [], other] = [runs[at], runs[at + 1]];
      merged.push(other ? yield* mergedRuns(one, other) : one);
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

function* mergedRuns(one: readonly Sorted[], other: readonly Sorted[]): Steps<Sorted[]> {
  const merged: Sorted[] = [];
  for (let i = 0, j = 0; i < one.length || j < other.length;) {
    const [a, b] = [one[i], other[j]];
    if (b === undefined || (a !== undefined && compareSorted(a, b) <= 0)) {
      merged.push(a!);
      i++;
    } else {
      merged.push(b);
      j++;
    }
    if (merged.length % SORTED_AT_ONCE === 0) yield;
  }
  return merged;
}

function sortedOf(text: string): Sorted {
  return { text, lower: text.toLowerCase(), number: numberIn(text) };
}

function compareSorted(a: Sorted, b: Sorted): number {
  const isNumber = !Number.isNaN(a.number);
  if (isNumber !== !Number.isNaN(b.number)) return isNumber ? -1 : 1;
  if (isNumber && a.number !== b.number) return a.number - b.number;
  if (a.lower !== b.lower) return a.lower < b.lower ? -1 : 1;
  return a.text < b.text ? -1 : a.text > b.text ? 1 : 0;
}

/** Numbers by their value before all else; texts by code units, in any case first: quick, and the same everywhere. */
export function compareTexts(a: string, b: string): number {
  return compareSorted(sortedOf(a), sortedOf(b));
}

/** The number that a text is, as attributes show them; NaN when it is none. */
export function numberIn(text: string): number {
  const first = text.charCodeAt(0);
  // A digit, a sign or a dot: most texts need no more.
  if (!((first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46)) return NaN;
  const number = Number(text);
  return Number.isFinite(number) ? number : NaN;
}
