import { Store } from './store.ts';

/** Names kept; a workspace with more services gets colours by their names' hash from there on. */
const MOST_NAMES = 200;
/** Longer names are coloured by their hash, not kept. */
const MOST_CHARACTERS = 200;

/** Service names in the order they were first seen, so that a service has one colour in every trace. */
export class ServiceOrder {
  /** The one service shown in full colour, or empty: the user looks for it. Not kept. */
  readonly highlighted = new Store('');
  readonly #places = new Map<string, number>();

  constructor(names: readonly string[]) {
    for (const name of names) this.#learn(name);
  }

  /** The names kept, first seen first. */
  get names(): readonly string[] {
    return [...this.#places.keys()];
  }

  /** Place of a service, from 0: its colour is the one at this place, round and round. A new name is kept. */
  placeOf(name: string): number {
    return this.#places.get(name) ?? this.#learn(name);
  }

  #learn(name: string): number {
    if (this.#places.size >= MOST_NAMES || name.length > MOST_CHARACTERS) return hashOf(name);
    if (!this.#places.has(name)) this.#places.set(name, this.#places.size);
    return this.#places.get(name) ?? 0;
  }
}

/** FNV-1a over UTF-16 code units: the same name has the same place in every run. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
