import { createHash } from 'node:crypto';
import { tokenize } from './text.ts';

/** One labelled ticket: its words, numbers that go with it, and what it is about. */
export interface Example {
  text: string;
  numbers: Record<string, number>;
  label: string;
}

export interface Prediction {
  label: string;
  confidence: number;
  probabilities: Record<string, number>;
}

type SparseVector = Map<number, number>;

const epochs = 120;
const learningRate = 0.5;
const decay = 1e-4;

/**
 * Multinomial logistic regression over TF-IDF words and scaled numbers, trained by stochastic gradient descent in a
 * fixed order: the same data always gives the same model.
 */
export class TicketClassifier {
  readonly version: string;
  readonly labels: readonly string[];
  readonly #vocabulary = new Map<string, number>();
  readonly #rarity: number[] = [];
  readonly #scales: { name: string; mean: number; deviation: number }[];
  readonly #weights: Float64Array[];

  constructor(examples: readonly Example[]) {
    this.labels = [...new Set(examples.map((example) => example.label))].sort();
    const digest = createHash('sha256').update(JSON.stringify({ examples, epochs, learningRate, decay })).digest('hex');
    this.version = `1.0.0+${digest.slice(0, 8)}`;

    const documentCounts = new Map<string, number>();
    for (const example of examples) {
      for (const token of new Set(tokenize(example.text))) {
        documentCounts.set(token, (documentCounts.get(token) ?? 0) + 1);
      }
    }
    for (const [token, count] of documentCounts) {
      if (count < 2) continue;
      this.#vocabulary.set(token, this.#rarity.length);
      this.#rarity.push(Math.log((1 + examples.length) / (1 + count)) + 1);
    }
    this.#scales = Object.keys(examples[0]?.numbers ?? {}).map((name) => {
      const values = examples.map((example) => example.numbers[name] ?? 0);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      return { name, mean, deviation: Math.sqrt(variance) || 1 };
    });
    const width = this.#rarity.length + this.#scales.length + 1;
    this.#weights = this.labels.map(() => new Float64Array(width));
    this.#train(examples);
  }

  /** The ticket as the model sees it: positions in the weight rows, and values there. */
  vectorize(text: string, numbers: Record<string, number>): SparseVector {
    const vector: SparseVector = new Map();
    let squares = 0;
    for (const token of tokenize(text)) {
      const position = this.#vocabulary.get(token);
      if (position !== undefined) vector.set(position, (vector.get(position) ?? 0) + (this.#rarity[position] ?? 0));
    }
    for (const value of vector.values()) squares += value * value;
    const length = Math.sqrt(squares) || 1;
    for (const [position, value] of vector) vector.set(position, (2 * value) / length);
    this.#scales.forEach(({ name, mean, deviation }, i) => {
      const scaled = ((numbers[name] ?? mean) - mean) / deviation;
      vector.set(this.#rarity.length + i, Math.max(-3, Math.min(3, scaled)) / 3);
    });
    vector.set(this.#rarity.length + this.#scales.length, 1);
    return vector;
  }

  predict(vector: SparseVector): Prediction {
    const distribution = this.#distribution(vector);
    const probabilities: Record<string, number> = {};
    let best = 0;
    distribution.forEach((probability, i) => {
      probabilities[this.labels[i] ?? ''] = Math.round(probability * 10_000) / 10_000;
      if (probability > (distribution[best] ?? 0)) best = i;
    });
    const label = this.labels[best] ?? '';
    return { label, confidence: probabilities[label] ?? 0, probabilities };
  }

  #distribution(vector: SparseVector): number[] {
    const scores = this.#weights.map((weights) => {
      let score = 0;
      for (const [position, value] of vector) score += (weights[position] ?? 0) * value;
      return score;
    });
    const highest = Math.max(...scores);
    const exponentials = scores.map((score) => Math.exp(score - highest));
    const sum = exponentials.reduce((total, value) => total + value, 0);
    return exponentials.map((value) => value / sum);
  }

  #train(examples: readonly Example[]): void {
    const rows = examples.map((example) => ({
      vector: this.vectorize(example.text, example.numbers),
      label: this.labels.indexOf(example.label),
    }));
    for (let epoch = 0; epoch < epochs; epoch++) {
      const rate = learningRate / (1 + epoch / 20);
      for (const { vector, label } of rows) {
        const distribution = this.#distribution(vector);
        this.#weights.forEach((weights, i) => {
          const error = (distribution[i] ?? 0) - (i === label ? 1 : 0);
          for (const [position, value] of vector) {
            const weight = weights[position] ?? 0;
            weights[position] = weight - rate * (error * value + decay * weight);
          }
        });
      }
    }
  }
}
