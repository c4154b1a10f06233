import type { ScoredDocument } from './searchIndex.ts';
import { tokenize } from './text.ts';

const dimensions = 512;

/** A unit vector of a word's hashed character trigrams, so that `refund` and `refunds` are near each other. */
function embed(token: string): Float32Array {
  const vector = new Float32Array(dimensions);
  const padded = `^${token}$`;
  for (let start = 0; start + 3 <= padded.length; start++) {
    let hash = 2166136261;
    for (let i = start; i < start + 3; i++) hash = Math.imul(hash ^ padded.charCodeAt(i), 16777619);
    const slot = (hash >>> 0) % dimensions;
    vector[slot] = (vector[slot] ?? 0) + (hash & 0x40000000 ? 1 : -1);
  }
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares) || 1;
  return vector.map((value) => value / length);
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < dimensions; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/**
 * Late interaction: each word of the query looks for its nearest word in the document; the mean of those similarities
 * is the score. The cost grows with query words × document words × documents: made for a few dozen documents.
 */
export function rerank(query: string, results: readonly ScoredDocument[]): ScoredDocument[] {
  const queryVectors = tokenize(query).map(embed);
  return results
    .map(({ document, score }) => {
      const documentVectors = tokenize(`${document.title} ${document.text}`).map(embed);
      let total = 0;
      for (const queryVector of queryVectors) {
        let nearest = 0;
        for (const documentVector of documentVectors) nearest = Math.max(nearest, dot(queryVector, documentVector));
        total += nearest;
      }
      return { document, score: total / Math.max(1, queryVectors.length) + score / 100 };
    })
    .sort((a, b) => b.score - a.score);
}
