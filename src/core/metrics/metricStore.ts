import { MetricsReader } from '../otlp/metricsReader.ts';
import { MetricSeries } from './metricSeries.ts';
import type { MetricHead } from './metricTypes.ts';
import { textOfBytes, walkMetrics } from './metricWalker.ts';

export interface MetricLimits {
  readonly series: number;
  readonly pointsPerSeries: number;
  readonly exemplarsPerSeries: number;
  /** Of all series together; the newest stays whatever it holds. */
  readonly bytes: number;
}

const DEFAULT_LIMITS: MetricLimits = {
  series: 2000,
  pointsPerSeries: 720,
  exemplarsPerSeries: 32,
  bytes: 32 * 1024 * 1024,
};

/** What became of a request's data points, in the form of the other signals. */
interface MetricsResult {
  readonly accepted: number;
  readonly rejected: number;
  readonly message: string;
}

/**
 * Holds metrics as series of points, one for each resource, scope, name, type and set of attributes. Bounded in series,
 * points and bytes: the series that was written least lately goes first.
 */
export class MetricStore {
  readonly #limits: MetricLimits;
  readonly #reader = new MetricsReader();
  /** In the order of their last point, the oldest first. */
  readonly #series = new Map<string, MetricSeries>();
  readonly #byId = new Map<number, string>();
  #nextId = 1;
  #bytes = 0;
  #droppedSeries = 0;
  #droppedPoints = 0;

  constructor(limits: Partial<MetricLimits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
  }

  get seriesCount(): number {
    return this.#series.size;
  }
  /** About what the series hold. */
  get heldBytes(): number {
    return this.#bytes;
  }
  /** Series that went to make room. */
  get droppedSeries(): number {
    return this.#droppedSeries;
  }
  /** Points that were too large to keep; what only left its ring does not count. */
  get droppedPoints(): number {
    return this.#droppedPoints;
  }

  /**
   * Takes an `ExportMetricsServiceRequest`; nothing refers to `body` afterwards. Points that are too large to keep are
   * accepted and counted as dropped.
   * @throws OtlpDecodeError when it is malformed; nothing has changed then.
   */
  ingest(body: Uint8Array): MetricsResult {
    const accepted = this.#reader.countDataPoints(body);
    let origin = { service: '', scope: '' };
    let prefix = '';
    let key = '';
    let head: MetricHead | undefined;
    walkMetrics(body, {
      group: (group) => {
        origin = { service: group.service, scope: group.scopeName };
        prefix = `${group.resource.length}:${group.resource}${group.scope.length}:${group.scope}`;
      },
      metric: (metric) => {
        head = metric;
        key = `${prefix}${metric.name.length}:${metric.name}${metric.type}:`;
      },
      point: (attributes, point, exemplars) => {
        if (head === undefined) return;
        const series = this.#find(key + textOfBytes(attributes), head, { ...origin, attributes });
        const before = series.byteLength;
        series.add(point);
        for (const exemplar of exemplars()) series.addExemplar(exemplar);
        this.#bytes += series.byteLength - before;
        this.#makeRoom();
      },
      tooLarge: () => {
        this.#droppedPoints++;
      },
    });
    return { accepted, rejected: 0, message: '' };
  }

  /** The series by service, name and age; at most `limit`. */
  list(limit: number): readonly MetricSeries[] {
    const all = [...this.#series.values()];
    const order = (a: MetricSeries, b: MetricSeries): number =>
      compare(a.origin.service, b.origin.service) || compare(a.head.name, b.head.name) || a.id - b.id;
    return all.sort(order).slice(0, limit);
  }

  series(id: number): MetricSeries | undefined {
    const key = this.#byId.get(id);
    return key === undefined ? undefined : this.#series.get(key);
  }

  clear(): void {
    this.#series.clear();
    this.#byId.clear();
    this.#bytes = 0;
  }

  /** The series of that key, now the newest. */
  #find(key: string, head: MetricHead, origin: MetricSeries['origin']): MetricSeries {
    const known = this.#series.get(key);
    if (known !== undefined) {
      known.head = head;
      this.#series.delete(key);
      this.#series.set(key, known);
      return known;
    }
    const { pointsPerSeries, exemplarsPerSeries } = this.#limits;
    const series = new MetricSeries(this.#nextId++, head, origin, pointsPerSeries, exemplarsPerSeries);
    this.#series.set(key, series);
    this.#byId.set(series.id, key);
    this.#bytes += series.byteLength + key.length;
    return series;
  }

  #makeRoom(): void {
    while (this.#series.size > 1 && (this.#series.size > this.#limits.series || this.#bytes > this.#limits.bytes)) {
      const [oldest] = this.#series;
      if (oldest === undefined) return;
      const [key, series] = oldest;
      this.#series.delete(key);
      this.#byId.delete(series.id);
      this.#bytes -= series.byteLength + key.length;
      this.#droppedSeries++;
    }
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
