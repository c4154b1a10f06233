import type { TextMatcher } from '../core/find/textMatcher.ts';
import type { DisplayTree } from '../core/layout/displayTree.ts';
import type { SpanFilter, SpanMatcher } from '../core/query/spanMatcher.ts';
import type { StoreReader, TextSearch } from '../core/store/storeReader.ts';

/** Spans asked by one step of a filter. */
const FILTER_STEP = 16_384;

/** The spans of a trace that something is found in, as far as it was looked for. */
export interface FindHits {
  /** Grows with what is found. */
  readonly revision: number;
  /** 0 to 1. */
  readonly progress: number;
  /** A few milliseconds' work on what `tree` shows; false when there is nothing to do. */
  step(tree: DisplayTree): boolean;
  has(tree: DisplayTree, index: number): boolean;
}

/** A text in the bytes of the trace's records. */
export class TextHits implements FindHits {
  readonly #search: TextSearch;

  constructor(store: StoreReader, matcher: TextMatcher, tree: DisplayTree) {
    this.#search = store.searchText(matcher, tree.traceId);
  }

  get revision(): number {
    return this.#search.revision;
  }

  get progress(): number {
    return this.#search.progress;
  }

  step(): boolean {
    return this.#search.step();
  }

  has(tree: DisplayTree, index: number): boolean {
    return this.#search.placesOf(tree.handle[index] ?? 0) !== 0;
  }
}

/** A filter, asked of a revision of the trace; of the next it is asked anew. */
export class FilterHits implements FindHits {
  revision = 0;
  readonly #filter: SpanFilter;
  #tree: DisplayTree | undefined;
  #matcher: SpanMatcher | undefined;
  #scan: Generator<undefined, Uint8Array> | undefined;
  #asked = 0;
  /** By index. Where it was not asked yet, what the revision before said: columns grow at their end. */
  #fits = new Uint8Array(0);

  constructor(filter: SpanFilter) {
    this.#filter = filter;
  }

  get progress(): number {
    return this.#tree === undefined || this.#tree.count === 0 ? 0 : this.#asked / this.#tree.count;
  }

  step(tree: DisplayTree): boolean {
    if (tree !== this.#tree) {
      const fits = new Uint8Array(tree.count);
      fits.set(this.#fits.subarray(0, tree.count));
      this.#fits = fits;
      this.#tree = tree;
      this.#matcher = this.#filter.over(tree);
      this.#scan = undefined;
      this.#asked = 0;
    }
    if (this.#asked >= tree.count) return false;
    this.#scan ??= this.#matcher?.scan(this.#asked, this.#asked + FILTER_STEP);
    const answer = this.#scan?.next();
    if (answer?.done !== true) return true;
    this.#scan = undefined;
    this.#fits.set(answer.value, this.#asked);
    this.#asked += answer.value.length;
    this.revision++;
    return true;
  }

  has(_: DisplayTree, index: number): boolean {
    return this.#fits[index] === 1;
  }
}
