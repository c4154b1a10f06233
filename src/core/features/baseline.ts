import { interpolatedQuantile } from '../statistics/orderStatistic.ts';
import { cellType, type Cell, type CellType } from './cell.ts';

/** What is usual of one feature over many calls. Quantiles by linear interpolation, of at most {@link MOST_SAMPLES} evenly kept values. */
export interface FeatureStats {
  readonly name: string;
  /** Rows looked at, and those in which it was missing (or null), or NaN or infinite. */
  readonly rows: number;
  readonly missing: number;
  readonly nans: number;
  /** The type most rows have; `none` when it was always missing. */
  readonly type: CellType;
  /** Finite numbers, and what they are like; null without. */
  readonly numbers: {
    readonly count: number;
    readonly median: number;
    readonly p5: number;
    readonly p95: number;
    readonly min: number;
    readonly max: number;
  } | null;
  /** All values that were there are this one; null when they differ. */
  readonly constant: string | null;
  /** The values, most frequent first, when there are at most {@link MOST_DISTINCT}; null when more. */
  readonly values: readonly (readonly [string, number])[] | null;
}

/** What is usual of the features of one input or output. */
export interface TableStats {
  /** `input` or `output`, and the key it was read from. */
  readonly side: 'inputs' | 'outputs';
  readonly from: string;
  readonly features: readonly FeatureStats[];
}

export const MOST_SAMPLES = 512;
export const MOST_DISTINCT = 12;
/** Features of one baseline; further ones are not kept. */
export const MOST_KEPT = 20_000;

class Feature {
  rows = 0;
  nans = 0;
  readonly types = { number: 0, text: 0, bool: 0, none: 0 };
  readonly samples: number[] = [];
  count = 0;
  stride = 1;
  min = Infinity;
  max = -Infinity;
  values: Map<string, number> | undefined = new Map();

  add(cell: Cell): void {
    this.rows++;
    const type = cellType(cell);
    this.types[type]++;
    if (type === 'none') return;
    if (typeof cell === 'number') {
      if (Number.isFinite(cell)) this.#number(cell);
      else this.nans++;
    }
    if (this.values) {
      const text = String(cell);
      this.values.set(text, (this.values.get(text) ?? 0) + 1);
      if (this.values.size > MOST_DISTINCT) this.values = undefined;
    }
  }

  #number(value: number): void {
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    if (this.count++ % this.stride !== 0) return;
    this.samples.push(value);
    if (this.samples.length < MOST_SAMPLES) return;
    // Full: every second one stays, and from now on every second one is kept.
    for (let at = 0; at * 2 < MOST_SAMPLES; at++) this.samples[at] = this.samples[at * 2]!;
    this.samples.length = Math.ceil(MOST_SAMPLES / 2);
    this.stride *= 2;
  }
}

/** Gathers what is usual of one input over many calls. */
export class TableGatherer {
  rows = 0;
  readonly #features = new Map<string, Feature>();

  /** Adds a call's rows; `columns` by feature, then by row. */
  add(names: readonly string[], columns: readonly (readonly Cell[])[], rows: number): void {
    for (let at = 0; at < names.length; at++) {
      const name = names[at]!;
      let feature = this.#features.get(name);
      if (!feature) {
        if (this.#features.size >= MOST_KEPT) continue;
        feature = new Feature();
        // Not in the rows before.
        feature.rows = this.rows;
        feature.types.none = this.rows;
        this.#features.set(name, feature);
      }
      for (let row = 0; row < rows; row++) feature.add(columns[at]?.[row]);
    }
    this.rows += rows;
    for (const feature of this.#features.values()) {
      const absent = this.rows - feature.rows;
      if (absent <= 0) continue;
      feature.rows += absent;
      feature.types.none += absent;
    }
  }

  stats(): readonly FeatureStats[] {
    return Array.from(this.#features, ([name, feature]) => statsOf(name, feature));
  }
}

function statsOf(name: string, feature: Feature): FeatureStats {
  const { rows, nans, types, samples, count, min, max, values } = feature;
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (q: number): number => interpolatedQuantile(sorted, q);
  const [first] = (['number', 'text', 'bool'] as const).toSorted((a, b) => types[b] - types[a]);
  const type: CellType = first === undefined || types[first] === 0 ? 'none' : first;
  const [only] = values?.size === 1 ? values.keys() : [];
  return {
    name,
    rows,
    missing: types.none,
    nans,
    type,
    numbers: count === 0 ? null : { count, median: at(0.5), p5: at(0.05), p95: at(0.95), min, max },
    constant: only ?? null,
    values: values ? [...values].sort((a, b) => b[1] - a[1]) : null,
  };
}
