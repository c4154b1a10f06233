import { sentences, tokenize } from './text.ts';

export interface Summary {
  sentences: string[];
  inputWords: number;
  outputWords: number;
}

/**
 * Picks the sentences that say most about the question and repeat each other least (maximal marginal relevance over
 * word overlap), in the order they stood in.
 */
export function summarize(question: string, texts: readonly string[], limit: number): Summary {
  const questionWords = new Set(tokenize(question));
  const pool = texts.flatMap(sentences).map((sentence) => ({ sentence, words: new Set(tokenize(sentence)) }));
  const picked: typeof pool = [];
  while (picked.length < limit && picked.length < pool.length) {
    let best: (typeof pool)[number] | undefined;
    let bestScore = -Infinity;
    for (const entry of pool) {
      if (picked.includes(entry)) continue;
      const repeats = Math.max(0, ...picked.map((other) => overlap(entry.words, other.words)));
      const score = 0.7 * overlap(entry.words, questionWords) - 0.3 * repeats;
      if (score > bestScore) {
        best = entry;
        bestScore = score;
      }
    }
    if (!best) break;
    picked.push(best);
  }
  const chosen = pool.filter((entry) => picked.includes(entry)).map((entry) => entry.sentence);
  return {
    sentences: chosen,
    inputWords: countWords([question, ...texts]),
    outputWords: countWords(chosen),
  };
}

function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const word of a) if (b.has(word)) shared++;
  return shared / Math.sqrt(Math.max(1, a.size) * Math.max(1, b.size));
}

function countWords(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.split(/\s+/).length, 0);
}
