import { SPAN_BIT } from '../store/storeReader.ts';
import type { Segment } from '../store/segment.ts';
import { NONE } from '../store/spanColumns.ts';
import type { StoreState } from '../store/storeState.ts';
import { lastField } from '../otlp/fieldCursor.ts';
import { decodeUtf8 } from '../otlp/utf8.ts';
import type { FilterOperator } from './filterExpression.ts';
import type { FilterStep } from './filterStep.ts';
import { BySegment, SegmentSpans, Verdicts } from './segmentSpans.ts';
import type { SpanBatch } from './spanBatch.ts';
import { compare } from './valueTest.ts';

/** Durations against a number: one pass over a column. */
export class DurationStep implements FilterStep {
  readonly cost = 1;
  readonly #state: StoreState;
  readonly #operator: FilterOperator;
  readonly #ns: number;

  constructor(state: StoreState, operator: FilterOperator, ns: number) {
    this.#state = state;
    this.#operator = operator;
    this.#ns = ns;
  }

  *narrow(batch: SpanBatch, mask: Uint8Array, from: number, to: number): Generator<undefined, void> {
    yield;
    const ns = this.#ns;
    const column = batch.durationNs ?? this.#gather(batch, mask, from, to);
    // A loop of its own for each: a call for each span would cost three times as much.
    switch (this.#operator) {
      case '>':
        for (let at = from; at < to; at++) if (!(column[at]! > ns)) mask[at] = 0;
        break;
      case '>=':
        for (let at = from; at < to; at++) if (!(column[at]! >= ns)) mask[at] = 0;
        break;
      case '<':
        for (let at = from; at < to; at++) if (!(column[at]! < ns)) mask[at] = 0;
        break;
      case '<=':
        for (let at = from; at < to; at++) if (!(column[at]! <= ns)) mask[at] = 0;
        break;
      default:
        for (let at = from; at < to; at++) if (!compare(this.#operator, column[at]!, ns)) mask[at] = 0;
    }
  }

  #gather(batch: SpanBatch, mask: Uint8Array, from: number, to: number): Float64Array {
    const column = new Float64Array(batch.count);
    const spans = new SegmentSpans(this.#state);
    for (let at = from; at < to; at++) {
      if (mask[at] === 0) continue;
      if (spans.at(batch.handle[at]!)) column[at] = spans.segment!.spans.durationNs[spans.index]!;
      else mask[at] = 0;
    }
    return column;
  }
}

/** One of a column of small numbers: kind, status. */
export class SmallNumberStep implements FilterStep {
  readonly cost = 1;
  readonly #state: StoreState;
  readonly #column: 'kind' | 'status';
  readonly #value: number;
  readonly #isNegative: boolean;

  constructor(state: StoreState, column: 'kind' | 'status', value: number, isNegative: boolean) {
    this.#state = state;
    this.#column = column;
    this.#value = value;
    this.#isNegative = isNegative;
  }

  *narrow(batch: SpanBatch, mask: Uint8Array, from: number, to: number): Generator<undefined, void> {
    yield;
    const column = batch[this.#column];
    const [value, wanted] = [this.#value, !this.#isNegative];
    if (column !== undefined) {
      for (let at = from; at < to; at++) if ((column[at] === value) !== wanted) mask[at] = 0;
      return;
    }
    const spans = new SegmentSpans(this.#state);
    for (let at = from; at < to; at++) {
      if (mask[at] === 0) continue;
      const is = spans.at(batch.handle[at]!) && (spans.segment!.spans[this.#column][spans.index] === value) === wanted;
      if (!is) mask[at] = 0;
    }
  }
}

/** Any of {@link SPAN_BIT}s. */
export class BitStep implements FilterStep {
  readonly cost = 1;
  readonly #state: StoreState;
  readonly #bit: number;

  constructor(state: StoreState, bit: keyof typeof SPAN_BIT) {
    this.#state = state;
    this.#bit = SPAN_BIT[bit];
  }

  *narrow(batch: SpanBatch, mask: Uint8Array, from: number, to: number): Generator<undefined, void> {
    yield;
    const spans = new SegmentSpans(this.#state);
    for (let at = from; at < to; at++) {
      if (mask[at] === 0) continue;
      const bits = batch.bits?.[at] ?? (spans.at(batch.handle[at]!) ? spans.segment!.spans.bits[spans.index]! : 0);
      if ((bits & this.#bit) === 0) mask[at] = 0;
    }
  }
}

/** Names: each distinct one of a segment is asked once. */
export class NameStep implements FilterStep {
  readonly cost = 2;
  readonly #state: StoreState;
  readonly #fits: (name: string) => boolean;
  readonly #verdicts = new BySegment(() => new Verdicts());

  constructor(state: StoreState, fits: (name: string) => boolean) {
    this.#state = state;
    this.#fits = fits;
  }

  *narrow(batch: SpanBatch, mask: Uint8Array, from: number, to: number): Generator<undefined, void> {
    yield;
    const spans = new SegmentSpans(this.#state);
    let segment: Segment | undefined;
    let verdicts = new Verdicts();
    const answer = (name: number): boolean => this.#fits(segment!.names.text(name));
    for (let at = from; at < to; at++) {
      if (mask[at] === 0) continue;
      if (!spans.at(batch.handle[at]!)) {
        mask[at] = 0;
        continue;
      }
      const held = spans.segment!;
      if (held !== segment) {
        segment = held;
        verdicts = this.#verdicts.of(held);
      }
      const name = held.spans.name[spans.index]!;
      const is = name === NONE ? this.#fits(held.nameOf(spans.index)) : verdicts.ask(name, answer);
      if (!is) mask[at] = 0;
    }
  }
}

/** What a span shares with others of the same resource and scope: service, scope name. */
export class OriginStep implements FilterStep {
  readonly cost = 2;
  readonly #state: StoreState;
  readonly #fits: (segment: Segment, origin: number) => boolean;
  readonly #verdicts = new BySegment(() => new Verdicts());

  constructor(state: StoreState, fits: (segment: Segment, origin: number) => boolean) {
    this.#state = state;
    this.#fits = fits;
  }

  *narrow(batch: SpanBatch, mask: Uint8Array, from: number, to: number): Generator<undefined, void> {
    yield;
    const spans = new SegmentSpans(this.#state);
    let segment: Segment | undefined;
    let verdicts = new Verdicts();
    const answer = (origin: number): boolean => this.#fits(segment!, origin);
    for (let at = from; at < to; at++) {
      if (mask[at] === 0) continue;
      if (!spans.at(batch.handle[at]!)) {
        mask[at] = 0;
        continue;
      }
      const held = spans.segment!;
      if (held !== segment) {
        segment = held;
        verdicts = this.#verdicts.of(held);
      }
      if (!verdicts.ask(held.spans.origin[spans.index]!, answer)) mask[at] = 0;
    }
  }
}

export function serviceOfOrigin(segment: Segment, origin: number): string {
  return segment.services[segment.origins.get(origin, 0)]!;
}

/** Name of the instrumentation scope, or empty. */
export function scopeOfOrigin(segment: Segment, origin: number): string {
  const { bytes, start, end } = segment.scopes.message(segment.origins.get(origin, 1));
  const name = lastField(bytes, start, end, 1);
  return name === undefined ? '' : decodeUtf8(bytes, name.start, name.end);
}

/** Whatever else is asked of a span by its place in its segment. */
export class SegmentStep implements FilterStep {
  readonly cost: number;
  readonly #state: StoreState;
  readonly #fits: (segment: Segment, index: number, handle: number) => boolean;
  readonly #pauseEvery: number;

  constructor(
    state: StoreState,
    options: { readonly cost: number; readonly pauseEvery: number },
    fits: (segment: Segment, index: number, handle: number) => boolean,
  ) {
    this.#state = state;
    this.cost = options.cost;
    this.#pauseEvery = options.pauseEvery;
    this.#fits = fits;
  }

  *narrow(batch: SpanBatch, mask: Uint8Array, from: number, to: number): Generator<undefined, void> {
    const spans = new SegmentSpans(this.#state);
    let asked = 0;
    for (let at = from; at < to; at++) {
      if (mask[at] === 0) continue;
      const handle = batch.handle[at]!;
      const is = spans.at(handle) && this.#fits(spans.segment!, spans.index, handle);
      if (!is) mask[at] = 0;
      if (++asked % this.#pauseEvery === 0) yield;
    }
  }
}
