import { TableGatherer, type TableStats } from '../core/features/baseline.ts';
import { comparedOf, type CallFeatures, type CallSide } from '../core/features/callFeatures.ts';
import type { BaselineInfo, CallKind } from '../protocol/featureApi.ts';

/** What is usual of the calls of a kind. */
export interface CallStats {
  readonly calls: number;
  readonly versions: readonly string[];
  readonly tables: readonly TableStats[];
}

/** One that a user pinned. */
export interface Baseline extends CallStats {
  readonly id: string;
  readonly kind: CallKind;
  readonly pinnedMs: number;
}

/** Baselines kept at most; the oldest goes. */
const MOST_BASELINES = 200;
/** Changes that can be undone. */
const MOST_CHANGES = 20;
const MOST_VERSIONS = 5;

/** Gathers what is usual of calls of one kind. */
export class CallGatherer {
  calls = 0;
  readonly #tables = new Map<
    string,
    { readonly side: CallSide; readonly from: string; readonly gatherer: TableGatherer }
  >();
  readonly #versions = new Set<string>();

  add(features: CallFeatures, version: string): void {
    if (features.values.length === 0) return;
    this.calls++;
    if (version !== '' && this.#versions.size < MOST_VERSIONS) this.#versions.add(version);
    for (const value of features.values) {
      const { side, from } = value;
      const key = `${side} ${from}`;
      let table = this.#tables.get(key);
      if (!table) this.#tables.set(key, (table = { side, from, gatherer: new TableGatherer() }));
      const { names, columns, rows } = comparedOf(value);
      table.gatherer.add(names, columns, rows);
    }
  }

  stats(): CallStats {
    return {
      calls: this.calls,
      versions: [...this.#versions],
      tables: Array.from(this.#tables.values(), ({ side, from, gatherer }) => ({
        side,
        from,
        features: gatherer.stats(),
      })),
    };
  }
}

/** A name of a kind for maps. */
export function kindKey({ service, name, model }: CallKind): string {
  return `${service}\n${name}\n${model}`;
}

interface Change {
  readonly number: number;
  readonly key: string;
  readonly before: Baseline | undefined;
  readonly after: Baseline | undefined;
}

/** The pinned baselines, one a kind of call; changes can be undone until another change of the same kind. */
export class Baselines {
  readonly #byKind = new Map<string, Baseline>();
  readonly #changes: Change[][] = [];
  readonly #onChange: () => void;
  #number = 0;

  /** `onChange`: what is kept differs from what it was. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Newest first. */
  get all(): readonly Baseline[] {
    return [...this.#byKind.values()].reverse();
  }

  get(kind: CallKind): Baseline | undefined {
    return this.#byKind.get(kindKey(kind));
  }

  /** What was kept before this process; what was pinned since stays. */
  restore(baselines: readonly Baseline[]): void {
    const since = [...this.#byKind];
    this.#byKind.clear();
    for (const baseline of baselines) this.#byKind.set(kindKey(baseline.kind), baseline);
    for (const [key, baseline] of since) this.#put(key, baseline);
  }

  /** Answers the number of the change, and how many took the place of another. */
  pin(made: readonly { readonly kind: CallKind; readonly stats: CallStats }[], nowMs: number) {
    const number = ++this.#number;
    const changes = made.map(({ kind, stats }): Change => {
      const key = kindKey(kind);
      const after: Baseline = {
        ...stats,
        id: `${nowMs.toString(36)}-${number}-${this.#byKind.size}`,
        kind,
        pinnedMs: nowMs,
      };
      const before = this.#byKind.get(key);
      this.#put(key, after);
      return { number, key, before, after };
    });
    this.#remember(changes);
    return {
      change: number,
      replaced: changes.filter(({ before }) => before).length,
      pinned: changes.flatMap(({ after }) => (after ? [after] : [])),
    };
  }

  /** The number of the change; undefined when there is none of that id. */
  unpin(id: string): number | undefined {
    for (const [key, before] of this.#byKind) {
      if (before.id !== id) continue;
      this.#byKind.delete(key);
      const number = ++this.#number;
      this.#remember([{ number, key, before, after: undefined }]);
      return number;
    }
    return undefined;
  }

  /** False when it is too long ago, or its kinds changed since. */
  undo(number: number): boolean {
    const changes = this.#changes.find(([first]) => first?.number === number);
    if (!changes?.every(({ key, after }) => this.#byKind.get(key) === after)) return false;
    for (const { key, before } of changes) {
      if (before) this.#put(key, before);
      else this.#byKind.delete(key);
    }
    this.#changes.splice(this.#changes.indexOf(changes), 1);
    this.#onChange();
    return true;
  }

  clear(): void {
    this.#changes.length = 0;
    if (this.#byKind.size === 0) return;
    this.#byKind.clear();
    this.#onChange();
  }

  #put(key: string, baseline: Baseline): void {
    this.#byKind.delete(key);
    this.#byKind.set(key, baseline);
    for (const oldest of this.#byKind.keys()) {
      if (this.#byKind.size <= MOST_BASELINES) break;
      this.#byKind.delete(oldest);
    }
  }

  #remember(changes: Change[]): void {
    this.#changes.push(changes);
    if (this.#changes.length > MOST_CHANGES) this.#changes.shift();
    this.#onChange();
  }
}

export function infoOf({ id, kind, calls, pinnedMs, versions, tables }: Baseline): BaselineInfo {
  return {
    id,
    kind,
    calls,
    pinnedMs,
    versions,
    features: tables.reduce((sum, { features }) => sum + features.length, 0),
  };
}
