import type { AttributeColumn } from '../core/compare/compareAttributes.ts';
import type { PathEntry } from '../core/compare/traceProfile.ts';
import type { DisplayTree } from '../core/layout/displayTree.ts';
import type { Scalar } from '../core/store/scalar.ts';
import type { StoreReader } from '../core/store/storeReader.ts';

/** Attributes told apart: those of more paths or keys are left out. */
const MOST_COLUMNS = 4000;
/** Several values of one trace and path that are not all alike, and no numbers. */
const SEVERAL = '(several)';

interface Gathered {
  readonly key: string;
  readonly path: number;
  readonly service: string;
  /** By trace. */
  readonly values: Map<number, number | string>;
}

/**
 * Attributes of many traces by key and by the path of the spans that carry them; those of resources by service. A trace
 * with several spans on a path has the mean of their numbers.
 */
export class AttributeTable {
  /** Traces read so far. */
  traceCount = 0;
  readonly #store: StoreReader;
  readonly #gathered = new Map<string, Gathered>();

  constructor(store: StoreReader) {
    this.#store = store;
  }

  /** Reads one more trace. */
  read(tree: DisplayTree, entries: readonly PathEntry[]): void {
    const trace = this.traceCount++;
    const services = new Set<number>();
    for (const { path, spans } of entries) {
      const values = new Map<string, (number | string)[]>();
      for (const index of spans) {
        const handle = tree.handle[index] ?? 0;
        gather(values, this.#store.scalars(handle, 'span'));
        const service = tree.service[index] ?? 0;
        if (services.has(service)) continue;
        services.add(service);
        const ofResource = new Map<string, (number | string)[]>();
        gather(ofResource, this.#store.scalars(handle, 'resource'));
        this.#put(trace, -1, tree.services[service] ?? '', ofResource);
      }
      const first = spans[0] ?? 0;
      this.#put(trace, path, tree.services[tree.service[first] ?? 0] ?? '', values);
    }
  }

  columns(): readonly AttributeColumn[] {
    return Array.from(this.#gathered.values(), ({ key, path, service, values }) => ({
      key,
      path,
      service,
      values: Array.from({ length: this.traceCount }, (_, trace) => values.get(trace)),
    }));
  }

  #put(trace: number, path: number, service: string, values: ReadonlyMap<string, readonly (number | string)[]>): void {
    for (const [key, found] of values) {
      const name = `${path}\n${path < 0 ? service : ''}\n${key}`;
      let column = this.#gathered.get(name);
      if (!column) {
        if (this.#gathered.size >= MOST_COLUMNS) continue;
        column = { key, path, service, values: new Map() };
        this.#gathered.set(name, column);
      }
      column.values.set(trace, oneOf(found));
    }
  }
}

function gather(values: Map<string, (number | string)[]>, scalars: readonly Scalar[]): void {
  for (const { key, value } of scalars) {
    const list = values.get(key) ?? [];
    values.set(key, list);
    list.push(value);
  }
}

function oneOf(values: readonly (number | string)[]): number | string {
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length === values.length) return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  return values.every((value) => value === values[0]) ? (values[0] ?? '') : SEVERAL;
}
