import type { Exemplar, MetricHead, PointInput } from './metricTypes.ts';

/** Where a series comes from, as bytes of its first request, decoded when looked at. */
export interface SeriesOrigin {
  readonly service: string;
  readonly scope: string;
  /** KeyValue messages, each with its tag and length, one behind the other. */
  readonly attributes: Uint8Array;
}

const FIRST_CAPACITY = 4;
/** Start, time and value. */
const BYTES_PER_POINT = 24;
const BYTES_PER_EXEMPLAR = 200;
const OBJECT_BYTES = 600;

/** The newest points of one series, and its newest exemplars. */
export class MetricSeries {
  readonly id: number;
  readonly origin: SeriesOrigin;
  head: MetricHead;
  readonly #mostPoints: number;
  readonly #mostExemplars: number;
  /** Rings of one capacity; `#next` is where the next point goes. */
  #starts = new BigUint64Array(FIRST_CAPACITY);
  #times = new BigUint64Array(FIRST_CAPACITY);
  #values = new Float64Array(FIRST_CAPACITY);
  #parts: (Float64Array | undefined)[] = [];
  #partsBytes = 0;
  #next = 0;
  #count = 0;
  #exemplars: Exemplar[] = [];

  constructor(id: number, head: MetricHead, origin: SeriesOrigin, mostPoints: number, mostExemplars: number) {
    this.id = id;
    this.head = head;
    this.origin = origin;
    this.#mostPoints = mostPoints;
    this.#mostExemplars = mostExemplars;
  }

  get pointCount(): number {
    return this.#count;
  }

  /** Oldest first. */
  get exemplars(): readonly Exemplar[] {
    return this.#exemplars;
  }

  /** About what it holds. */
  get byteLength(): number {
    return (
      OBJECT_BYTES +
      this.origin.attributes.length +
      this.#times.length * BYTES_PER_POINT +
      this.#partsBytes +
      this.#exemplars.length * BYTES_PER_EXEMPLAR
    );
  }

  /**
   * Puts a point in its place by time: what is read back from disk comes late. One of a time that is held takes that
   * point's place (exporters retry); one older than all that find room is left out.
   */
  add(point: PointInput): void {
    let index = this.#count;
    while (index > 0 && this.#timeOf(index - 1) > point.time) index--;
    if (index > 0 && this.#timeOf(index - 1) === point.time) {
      this.#write(this.#index(index - 1), point);
      return;
    }
    if (this.#count === this.#times.length) {
      if (this.#count < this.#mostPoints) {
        this.#grow();
      } else if (index === 0) {
        return;
      } else {
        // The oldest goes: its place is the one that is written next.
        this.#count--;
        index--;
      }
    }
    this.#next = (this.#next + 1) % this.#times.length;
    this.#count++;
    for (let to = this.#count - 1; to > index; to--) this.#write(this.#index(to), this.point(to - 1));
    this.#write(this.#index(index), point);
  }

  addExemplar(exemplar: Exemplar): void {
    this.#exemplars.push(exemplar);
    if (this.#exemplars.length > this.#mostExemplars) this.#exemplars.shift();
  }

  /** Point number `index`, 0 the oldest that is held. */
  point(index: number): PointInput {
    const at = this.#index(index);
    return {
      start: this.#starts[at] ?? 0n,
      time: this.#times[at] ?? 0n,
      value: this.#values[at] ?? NaN,
      parts: this.#parts[at],
    };
  }

  #timeOf(index: number): bigint {
    return this.#times[this.#index(index)] ?? 0n;
  }

  #index(index: number): number {
    const capacity = this.#times.length;
    return (this.#next - this.#count + index + capacity) % capacity;
  }

  #write(at: number, { start, time, value, parts }: PointInput): void {
    this.#starts[at] = start;
    this.#times[at] = time;
    this.#values[at] = value;
    this.#partsBytes += (parts?.byteLength ?? 0) - (this.#parts[at]?.byteLength ?? 0);
    this.#parts[at] = parts;
  }

  /** Full, so the oldest point is at `#next`: they are put in order again. */
  #grow(): void {
    const points = Array.from({ length: this.#count }, (_, index) => this.point(index));
    const capacity = Math.min(this.#mostPoints, this.#count * 2);
    this.#starts = new BigUint64Array(capacity);
    this.#times = new BigUint64Array(capacity);
    this.#values = new Float64Array(capacity);
    this.#parts = [];
    this.#partsBytes = 0;
    points.forEach((point, index) => {
      this.#write(index, point);
    });
    this.#next = points.length % capacity;
  }
}
