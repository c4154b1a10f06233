import { tokenize } from './text.ts';

export interface HelpDocument {
  id: string;
  product: string;
  topic: string;
  title: string;
  text: string;
}

export interface ScoredDocument {
  document: HelpDocument;
  score: number;
}

const k1 = 1.2;
const b = 0.75;

/** An inverted index over the help documents with BM25 scores. */
export class SearchIndex {
  readonly documents: readonly HelpDocument[];
  readonly #postings = new Map<string, Map<number, number>>();
  readonly #lengths: number[] = [];
  readonly #averageLength: number;
  readonly #byProduct = new Map<string, Set<number>>();

  constructor(documents: readonly HelpDocument[]) {
    this.documents = documents;
    documents.forEach((document, position) => {
      const tokens = tokenize(`${document.title} ${document.text}`);
      this.#lengths.push(tokens.length);
      for (const token of tokens) {
        const posting = this.#postings.get(token) ?? new Map<number, number>();
        posting.set(position, (posting.get(position) ?? 0) + 1);
        this.#postings.set(token, posting);
      }
      const ofProduct = this.#byProduct.get(document.product) ?? new Set<number>();
      ofProduct.add(position);
      this.#byProduct.set(document.product, ofProduct);
    });
    this.#averageLength = this.#lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, documents.length);
  }

  /** Positions of the documents about one product, or of all documents when there is no product to filter by. */
  candidates(product: string | undefined): Set<number> {
    if (product === undefined) return new Set(this.documents.keys());
    return this.#byProduct.get(product) ?? new Set();
  }

  /** The best `limit` of the candidates by BM25, best first; equal scores keep the documents' order. */
  search(query: string, candidates: ReadonlySet<number>, limit: number): ScoredDocument[] {
    const scores = new Map<number, number>();
    for (const position of candidates) scores.set(position, 0);
    for (const token of new Set(tokenize(query))) {
      const posting = this.#postings.get(token);
      if (!posting) continue;
      const rarity = Math.log(1 + (this.documents.length - posting.size + 0.5) / (posting.size + 0.5));
      for (const [position, count] of posting) {
        const before = scores.get(position);
        if (before === undefined) continue;
        const length = (this.#lengths[position] ?? 0) / this.#averageLength;
        scores.set(position, before + (rarity * count * (k1 + 1)) / (count + k1 * (1 - b + b * length)));
      }
    }
    return [...scores]
      .sort(([positionA, scoreA], [positionB, scoreB]) => scoreB - scoreA || positionA - positionB)
      .slice(0, limit)
      .flatMap(([position, score]) => {
        const document = this.documents[position];
        return document ? [{ document, score }] : [];
      });
  }
}
