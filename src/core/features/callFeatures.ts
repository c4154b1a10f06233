import { jsonOf } from '../inference/valueDecoder.ts';
import type { AttributeValue } from '../model/attributes.ts';
import type { ModelCall, ModelItem } from '../model/modelCall.ts';
import type { Cell } from './cell.ts';
import type { FeatureColumns, FeatureValue, TensorValue } from './featureValue.ts';
import { readFeatures } from './readFeatures.ts';
import { tensorFacts, toldFacts, type TensorFacts } from './tensorFacts.ts';

export type CallSide = 'inputs' | 'outputs';

/** A table or tensor of a call, and the item it was read from. */
export interface CallValue {
  readonly side: CallSide;
  /** Index of the item within its side. */
  readonly item: number;
  readonly label: string;
  /** Key of the item, and behind `#` the tensor's own name where it has one. */
  readonly from: string;
  readonly isEmbedding: boolean;
  readonly value: FeatureValue;
}

/** What of a call is numbers. */
export interface CallFeatures {
  readonly values: readonly CallValue[];
  /** Items that are one number or truth value, by their label. */
  readonly scalars: readonly { readonly side: CallSide; readonly name: string; readonly value: number }[];
  /** Explanation scores by feature; empty without. */
  readonly scores: ReadonlyMap<string, number>;
  readonly scoresFrom: string;
}

/** Parts that are never numbers. */
const OTHER_PARTS: ReadonlySet<string> = new Set([
  'reasoning',
  'toolCall',
  'toolResult',
  'toolDefinition',
  'image',
  'audio',
  'file',
  'documents',
  'outputSchema',
]);
const SCALAR = /^(?:[+-]?(?:\d{1,17}(?:\.\d{0,20})?|\.\d{1,20})(?:e[+-]?\d{1,3})?|true|false)$/i;
const TRUTH: ReadonlyMap<string, number> = new Map([
  ['true', 1],
  ['True', 1],
  ['false', 0],
  ['False', 0],
]);
const EMBEDDING = /embedding|(?:^|[._])vectors?$/i;
const SCORES = /shap|explanation|attribution|importance|contribution/i;
/** Tensors of at most this many numbers a row are compared by position, too. */
const MOST_POSITIONS = 64;

/**
 * Reads the tables, tensors, embeddings and explanation scores of a call. `whole` answers the whole text of an item, which may carry
 * only its beginning. Items of a conversation are passed over; of items without a part those that look like features are taken.
 */
export function readCallFeatures(call: ModelCall, whole: (item: ModelItem) => string): CallFeatures {
  const values: CallValue[] = [];
  const scalars: CallFeatures['scalars'][number][] = [];
  const scores = new Map<string, number>();
  let scoresFrom = '';
  for (const side of ['inputs', 'outputs'] as const) {
    call[side].forEach((item, index) => {
      if (item.role !== '' || (item.part !== undefined && OTHER_PARTS.has(item.part))) return;
      const isTold = item.part !== undefined;
      const isEmbedding = item.part === 'embedding' || (!isTold && EMBEDDING.test(item.from));
      // The text knows types and devices that its JSON form does not.
      const text = whole(item);
      const scalar = SCALAR.test(text) ? Number(TRUTH.get(text) ?? text) : NaN;
      if (!Number.isNaN(scalar)) scalars.push({ side, name: item.label, value: scalar });
      if (!isTold && !mayBeFeatures(text)) return;
      for (const value of readFeatures(text)) {
        if (item.part === 'scores' || (!isTold && SCORES.test(item.from))) {
          scoresFrom = item.from;
          addScores(scores, value);
          continue;
        }
        if (!isTold && value.kind === 'table' && !looksLikeFeatures(value)) continue;
        const name = value.kind === 'tensor' ? value.name : '';
        const isVector = value.kind === 'tensor' && (isEmbedding || EMBEDDING.test(name));
        values.push({
          side,
          item: index,
          label: item.label,
          from: name === '' ? item.from : `${item.from}#${name}`,
          isEmbedding: isVector,
          value,
        });
      }
    });
  }
  return { values, scalars, scores, scoresFrom };
}

function addScores(scores: Map<string, number>, value: FeatureValue): void {
  if (value.kind === 'table') {
    value.names.forEach((name, at) => {
      const cell = value.columns[at]?.[0];
      if (typeof cell === 'number') scores.set(name, cell);
    });
  } else if (value.values.length <= MOST_POSITIONS) {
    value.values.forEach((number, at) => scores.set(`[${at}]`, number));
  }
}

/** A cheap look: a structure, a call such as `array(`, or a printed table. */
function mayBeFeatures(text: string): boolean {
  const head = text.slice(0, 400);
  return (
    /^\s*(?:[[({]|[\w.]+\(\s*(?:[[{(\d-]|[A-Za-z_]\w*\s*=)|<tf\.|Parameter containing:)/.test(head) ||
    (/\n/.test(head) && /\d/.test(head) && /^\s*\S* {2,}\S/m.test(head))
  );
}

/** At least half of the values are numbers, truth values or short words, with a number among them. */
function looksLikeFeatures({ names, columns }: FeatureColumns): boolean {
  let [numbers, plain, all] = [0, 0, 0];
  for (const column of columns.slice(0, 200)) {
    const cell = column.find((each) => each !== null && each !== undefined);
    if (cell === undefined) continue;
    all++;
    if (typeof cell === 'number') numbers++;
    if (typeof cell !== 'string' || cell.length <= 40) plain++;
  }
  return names.length > 0 && numbers > 0 && plain * 2 >= all && numbers * 4 >= all;
}

/** Values with names, by row: what is compared with a baseline. */
export interface Compared {
  readonly names: readonly string[];
  readonly columns: readonly (readonly Cell[])[];
  readonly rows: number;
}

/** Facts of a tensor under which its baseline is kept. */
export const TENSOR_FACTS = ['mean', 'std', 'min', 'max', 'NaN share', 'zero share'] as const;

/**
 * What of a value is compared: a table's own columns; the columns of a narrow matrix by position (rows are the first
 * dimension); facts of any other tensor, its norm too when it is an embedding.
 */
export function comparedOf({ value, isEmbedding }: Pick<CallValue, 'value' | 'isEmbedding'>): Compared {
  if (value.kind === 'table') return value;
  const matrix = isEmbedding ? undefined : positions(value);
  if (matrix) return matrix;
  const facts = factsOf(value);
  const count = Math.max(1, facts.count);
  const numbers = [facts.mean, facts.std, facts.min, facts.max, facts.nans / count, facts.zeros / count];
  const names: string[] = [...TENSOR_FACTS];
  if (isEmbedding) {
    names.push('norm', 'dimension');
    numbers.push(facts.norm, value.shape.at(-1) ?? 0);
  }
  return { names, columns: numbers.map((number) => [number]), rows: 1 };
}

/** Facts of all numbers of a tensor: of those here, or, where these are its first ones, what came with them. */
export function factsOf({ values, told }: TensorValue): TensorFacts {
  return told ? toldFacts(values, told) : tensorFacts(values);
}

/** Columns of a vector or matrix of few columns; undefined for other shapes. */
function positions({ shape, values, ragged }: TensorValue): Compared | undefined {
  const width = shape.at(-1) ?? 0;
  const rows = shape.length === 1 ? 1 : (shape[0] ?? 0);
  if (shape.length > 2 || ragged || width === 0 || width > MOST_POSITIONS || width * rows !== values.length)
    return undefined;
  const names = Array.from({ length: width }, (_, at) => `[${at}]`);
  const columns = names.map((_, at) => Array.from({ length: rows }, (_, row) => values[row * width + at]));
  return { names, columns, rows };
}

/** Named values of one side as they are compared and filtered by: a cell for each row; of a name that several tables have, all. */
export function namedCells(features: CallFeatures, side: CallSide, name: string): readonly Cell[] {
  const cells: Cell[] = features.scalars
    .filter((each) => each.side === side && each.name === name)
    .map(({ value }) => value);
  for (const value of features.values) {
    if (value.side !== side) continue;
    const { names, columns } = comparedOf(value);
    const at = names.indexOf(name);
    if (at < 0) continue;
    // One by one: a column may have a million rows, which is more than a call takes arguments.
    for (const cell of columns[at] ?? []) cells.push(cell);
  }
  return cells;
}

/**
 * All of an item's text, where the item carries only its beginning; that beginning when the whole is not held, or is a part of
 * something else. `whole` reads a value that was cut.
 */
export function wholeItemText(item: ModelItem, whole: (ref: string) => AttributeValue | undefined): string {
  const value = item.cut && whole(item.cut.ref);
  if (value === undefined) return item.text;
  const text = value.type === 'string' ? value.value : jsonOf(value, whole);
  return text.startsWith(item.text.slice(0, 64)) || item.form === 'python' ? text : item.text;
}
