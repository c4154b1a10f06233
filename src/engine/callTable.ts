import { comparedOf } from '../core/features/callFeatures.ts';
import { cellType } from '../core/features/cell.ts';
import { inQuotes, quotedValueName } from '../core/query/filterQuotes.ts';
import type { SpanRef } from '../core/model/span.ts';
import type { Steps } from '../core/statistics/steps.ts';
import type { Measure } from '../protocol/distributionApi.ts';
import type { CallFeatureReader } from './callFeatureReader.ts';
import type { EngineStore } from './engineStore.ts';

/** A span to be measured, as the layout's columns have it. */
export interface MeasuredSpan {
  readonly ref: SpanRef;
  readonly handle: number;
  readonly durationNs: number;
  readonly failed: boolean;
  readonly isModel: boolean;
  /** Milliseconds since the epoch. */
  readonly startMs: number;
}

/** Numbers kept of all spans together: further measures are left out, but for the one that is wanted. */
const MOST_CELLS = 4_000_000;
const MOST_MEASURES = 2000;
/** Values of an attribute that is still a split. */
const MOST_VALUES = 40;
const MOST_SPLITS = 60;
const SPLIT_CHARS = 80;

interface Column {
  readonly label: string;
  readonly group: Measure['group'];
  readonly values: Float64Array;
  count: number;
}

/** Spans of one kind with all their numbers, by measure, and the texts they can be told apart by. */
export class CallTable {
  readonly spans: readonly MeasuredSpan[];
  readonly #columns = new Map<string, Column>();
  readonly #texts = new Map<string, { readonly values: string[]; readonly distinct: Set<string> } | null>();
  /** Key of the attribute that told the version of the model. */
  versionKey = '';

  constructor(spans: readonly MeasuredSpan[]) {
    this.spans = spans;
  }

  get measures(): readonly Measure[] {
    return Array.from(this.#columns, ([id, { label, group, count }]) => ({
      id,
      label,
      field: fieldOf(id),
      group,
      count,
    }));
  }

  /** Attributes with 2 to {@link MOST_VALUES} values, those most spans have first. */
  get splits(): readonly { readonly key: string; readonly values: number }[] {
    return [...this.#texts]
      .flatMap(([key, found]) => {
        const isTelling = found !== null && (found.distinct.size > 1 || found.values.includes(''));
        return isTelling ? [{ key, values: found.distinct.size }] : [];
      })
      .slice(0, MOST_SPLITS);
  }

  /** By span; NaN where it has none. */
  values(measure: string): Float64Array | undefined {
    return this.#columns.get(measure)?.values;
  }

  /** By span; empty where it has none. */
  texts(key: string): readonly string[] | undefined {
    return this.#texts.get(key)?.values;
  }

  /** Reads the spans; `wanted` measures and splits are kept whatever else there is. */
  *read(store: EngineStore, reader: CallFeatureReader, wanted: string, progress: { done: number }): Steps<void> {
    for (const [at, span] of this.spans.entries()) {
      this.#number(at, 'dur', 'duration', 'call', span.durationNs, wanted);
      if (span.isModel) this.#call(at, span, reader, wanted);
      for (const { key, value } of store.scalars(span.handle, 'span')) {
        if (typeof value === 'number') this.#number(at, `span.${key}`, key, 'attribute', value, wanted);
        this.#text(at, key, String(value));
      }
      for (const { key, value } of store.scalars(span.handle, 'resource')) this.#text(at, key, String(value));
      progress.done++;
      yield;
    }
  }

  #call(at: number, span: MeasuredSpan, reader: CallFeatureReader, wanted: string): void {
    const call = reader.call(span.ref);
    if (!call) return;
    const { tokens, confidence } = call;
    const put = (id: string, label: string, value: number | undefined): void => {
      if (value !== undefined) this.#number(at, id, label, 'call', value, wanted);
    };
    put('confidence', 'confidence', confidence);
    put('tokens', 'tokens', tokens && (tokens.total ?? (tokens.input ?? 0) + (tokens.output ?? 0)));
    put('tokens.input', 'tokens in', tokens?.input);
    put('tokens.output', 'tokens out', tokens?.output);
    if (call.model !== '') this.#text(at, 'model', call.model);
    if (call.modelVersion !== '') {
      this.#text(at, 'model.version', call.modelVersion);
      // Of a resource's it is said where it stood.
      this.versionKey ||= (call.factKeys?.['modelVersion'] ?? '').split('\u2192 ').at(-1) ?? '';
    }
    const features = reader.features(span.ref, call);
    for (const { side, name, value } of features.scalars) this.#feature(at, side, name, value, wanted);
    for (const value of features.values) {
      const { names, columns } = comparedOf(value);
      names.forEach((name, index) => {
        // Of a batch the first number: medians of rows are of another kind than values.
        const cell = columns[index]?.find((each) => cellType(each) === 'number' || cellType(each) === 'bool');
        if (cell !== undefined && cell !== null) this.#feature(at, value.side, name, Number(cell), wanted);
      });
    }
  }

  #feature(at: number, side: 'inputs' | 'outputs', name: string, value: number, wanted: string): void {
    const isInput = side === 'inputs';
    this.#number(at, `${isInput ? 'in' : 'out'}.${name}`, name, isInput ? 'input' : 'output', value, wanted);
  }

  #number(at: number, id: string, label: string, group: Measure['group'], value: number, wanted: string): void {
    if (!Number.isFinite(value)) return;
    let column = this.#columns.get(id);
    if (!column) {
      const size = this.#columns.size + 1;
      if (id !== wanted && (size > MOST_MEASURES || size * this.spans.length > MOST_CELLS)) return;
      column = { label, group, values: new Float64Array(this.spans.length).fill(NaN), count: 0 };
      this.#columns.set(id, column);
    }
    if (Number.isNaN(column.values[at])) column.count++;
    column.values[at] = value;
  }

  #text(at: number, key: string, text: string): void {
    const known = this.#texts.get(key);
    if (known === null) return;
    if (text.length > SPLIT_CHARS) {
      this.#texts.set(key, null);
      return;
    }
    const found = known ?? { values: new Array<string>(this.spans.length).fill(''), distinct: new Set<string>() };
    if (!known) this.#texts.set(key, found);
    found.values[at] = text;
    found.distinct.add(text);
    if (found.distinct.size > MOST_VALUES) this.#texts.set(key, null);
  }
}

/** How the filter language names a measure. */
function fieldOf(id: string): string {
  const [, side, name] = /^(in|out)\.(.+)$/s.exec(id) ?? [];
  if (side !== undefined && name !== undefined) return quotedValueName(side === 'in' ? 'inputs' : 'outputs', name);
  return id.startsWith('span.') && !/^[\w.@/-]+$/.test(id) ? inQuotes(id.slice('span.'.length)) : id;
}
