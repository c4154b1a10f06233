import { MOST_RULES, readNoiseRules } from '../core/noise/noiseRule.ts';
import type { NoiseProblem, NoiseRule } from '../core/noise/noiseRule.ts';
import type { EngineStore } from './engineStore.ts';

/** The rules of all windows together: the store is one, and what one window folds is no news to another. */
export class NoiseRules {
  readonly #store: EngineStore;
  readonly #byClient = new Map<object, readonly NoiseRule[]>();
  #applied = '[]';

  constructor(store: EngineStore) {
    this.#store = store;
  }

  /** Takes a client's rules; answers what cannot be used of them. */
  set(client: object, setting: unknown): readonly NoiseProblem[] {
    const { rules, problems } = readNoiseRules(setting);
    this.#byClient.set(client, rules);
    this.#apply();
    return problems;
  }

  /** Rules of a window that was closed stay: its traces are still here, and noise as before. */
  #apply(): void {
    const rules = new Map<string, NoiseRule>();
    for (const own of this.#byClient.values()) {
      for (const rule of own) {
        const known = rules.get(rule.name);
        const any = known ? [...known.any, ...rule.any] : rule.any;
        const distinct = [...new Map(any.map((condition) => [JSON.stringify(condition), condition])).values()];
        rules.set(rule.name, { name: rule.name, any: distinct });
      }
    }
    const all = [...rules.values()].slice(0, MOST_RULES);
    const text = JSON.stringify(all);
    if (text === this.#applied) return;
    this.#applied = text;
    this.#store.setNoiseRules(all);
  }
}
