import type { CodePlace, SpanKindHints } from '../protocol/insightApi.ts';
import { KINDS_PAGE } from '../protocol/insightApi.ts';
import type { CodeIndexClient } from './codeIndexClient.ts';
import type { EngineClient } from './engineClient.ts';

/** Kinds of span that have a place, the newest: names with ids in them make many. */
const MOST_KINDS = 5000;

/** A kind of span and where it comes from. */
export interface PlacedKind {
  readonly id: number;
  readonly service: string;
  readonly name: string;
  readonly scope: string;
  readonly place: CodePlace;
}

/**
 * Where the kinds of span that are held come from, by file. Each kind is asked for once, and placed once for each state of
 * the code index; until it is placed anew it has the place it had.
 */
export class InsightPlaces {
  readonly #engine: EngineClient;
  readonly #codeIndex: CodeIndexClient;
  readonly #kinds = new Map<number, SpanKindHints>();
  readonly #places = new Map<number, CodePlace>();
  readonly #unplaced = new Set<number>();
  #byPath = new Map<string, PlacedKind[]>();
  #generation = 0;
  #update: Promise<boolean> | undefined;

  constructor(engine: EngineClient, codeIndex: CodeIndexClient) {
    this.#engine = engine;
    this.#codeIndex = codeIndex;
    engine.onStart(() => {
      // Another engine numbers anew.
      this.#generation++;
      this.#kinds.clear();
      this.#places.clear();
      this.#unplaced.clear();
      this.#byPath = new Map();
    });
  }

  /** The code index knows another state of the workspace. */
  placeAnew(): void {
    for (const id of this.#kinds.keys()) this.#unplaced.add(id);
  }

  in(path: string): readonly PlacedKind[] {
    return this.#byPath.get(path) ?? [];
  }

  /** Takes in new kinds and places what is not placed; whether a place changed. One update runs at a time. */
  update(): Promise<boolean> {
    this.#update ??= this.#run().finally(() => {
      this.#update = undefined;
    });
    return this.#update;
  }

  async #run(): Promise<boolean> {
    const generation = this.#generation;
    for (;;) {
      const after = [...this.#kinds.keys()].at(-1) ?? 0;
      const { kinds } = await this.#engine.request('insight/kinds', { after });
      if (generation !== this.#generation) return true;
      for (const kind of kinds) {
        this.#kinds.set(kind.id, kind);
        this.#unplaced.add(kind.id);
      }
      if (kinds.length < KINDS_PAGE) break;
    }
    for (const id of this.#kinds.keys()) {
      if (this.#kinds.size <= MOST_KINDS) break;
      this.#kinds.delete(id);
      this.#places.delete(id);
      this.#unplaced.delete(id);
    }
    const todo = [...this.#unplaced];
    if (todo.length === 0) return false;
    for (let at = 0; at < todo.length; at += KINDS_PAGE) await this.#place(todo.slice(at, at + KINDS_PAGE), generation);
    if (generation === this.#generation) this.#sort();
    return true;
  }

  async #place(ids: readonly number[], generation: number): Promise<void> {
    // What is asked now is placed by what the index knows now: a change meanwhile asks again.
    for (const id of ids) this.#unplaced.delete(id);
    const kinds = ids.flatMap((id) => this.#kinds.get(id) ?? []);
    const { places } = await this.#codeIndex
      .request('source/places', { hints: kinds.map(({ hints }) => hints) })
      .catch((error: unknown) => {
        if (generation === this.#generation) for (const { id } of kinds) this.#unplaced.add(id);
        throw error;
      });
    if (generation !== this.#generation) return;
    kinds.forEach(({ id }, index) => {
      const place = places[index];
      if (place) this.#places.set(id, place);
      else this.#places.delete(id);
    });
  }

  #sort(): void {
    const byPath = new Map<string, PlacedKind[]>();
    for (const [id, place] of this.#places) {
      const hints = this.#kinds.get(id)?.hints;
      if (!hints) continue;
      const { serviceName: service, spanName: name, scopeName: scope } = hints;
      const kinds = byPath.get(place.path) ?? [];
      byPath.set(place.path, kinds);
      kinds.push({ id, service, name, scope, place });
    }
    this.#byPath = byPath;
  }
}
