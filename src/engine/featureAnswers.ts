import type { FeatureStats, TableStats } from '../core/features/baseline.ts';
import {
  comparedOf,
  factsOf,
  type CallFeatures,
  type CallValue,
  type Compared,
} from '../core/features/callFeatures.ts';
import { cellText, cellType, type Cell } from '../core/features/cell.ts';
import { shiftOf } from '../core/features/shift.ts';
import { medianOf } from '../core/statistics/orderStatistic.ts';
import { tensorImage, type TensorFacts } from '../core/features/tensorFacts.ts';
import type { FeatureHead, FeatureRow, WireFacts } from '../protocol/featureApi.ts';
import type { CallStats } from './baselines.ts';

const PREVIEW = 256;
const SHOWN_TEXTS = 3;

/** One value of a call for its head: what it is, without its rows. */
export function headOf(value: CallValue, { scores }: CallFeatures): FeatureHead {
  const { side, item, label, from, isEmbedding } = value;
  const compared = comparedOf(value);
  const base = {
    side,
    item,
    label,
    from,
    incomplete: value.value.incomplete,
    features: compared.names.length,
    rows: compared.rows,
    hasScores: side === 'inputs' && compared.names.some((name) => scores.has(name)),
  };
  if (value.value.kind === 'table') return { ...base, form: 'table', tensor: null };
  const { dtype, device, shape, ragged, values } = value.value;
  return {
    ...base,
    form: isEmbedding ? 'embedding' : 'tensor',
    tensor: {
      dtype,
      device,
      shape: [...shape],
      ragged,
      facts: wireFacts(factsOf(value.value)),
      hasImage: tensorImage(value.value) !== undefined,
      preview: preview(values),
    },
  };
}

function wireFacts(facts: TensorFacts): WireFacts {
  const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return {
    ...facts,
    min: orNull(facts.min),
    max: orNull(facts.max),
    mean: orNull(facts.mean),
    std: orNull(facts.std),
    norm: orNull(facts.norm),
  };
}

function preview(values: Float64Array): Float64Array<ArrayBuffer> {
  if (values.length <= PREVIEW) return new Float64Array(values);
  const step = (values.length - 1) / (PREVIEW - 1);
  return Float64Array.from({ length: PREVIEW }, (_, at) => values[Math.round(at * step)] ?? NaN);
}

/** The table of a baseline that a value belongs to: of the same key; else the only one of that side that shares half of its names. */
function tableFor({ side, from }: CallValue, compared: Compared, stats: CallStats | undefined): TableStats | undefined {
  const sameSide = stats?.tables.filter((table) => table.side === side) ?? [];
  const same = sameSide.find((table) => table.from === from);
  if (same) return same;
  const names = new Set(compared.names);
  const [best] = sameSide
    .map((table) => ({ table, shared: table.features.filter(({ name }) => names.has(name)).length }))
    .filter(({ table, shared }) => shared * 2 >= Math.max(1, Math.min(names.size, table.features.length)))
    .sort((a, b) => b.shared - a.shared);
  return best?.table;
}

/**
 * The rows of a value beside what is usual, the oddest first; as sent where nothing is known. Features that the baseline has and the call has
 * not are rows too. `row` of a batch, or -1 for all.
 */
export function featureRows(
  value: CallValue,
  { scores }: CallFeatures,
  stats: CallStats | undefined,
  row: number,
): readonly FeatureRow[] {
  const compared = comparedOf(value);
  const table = tableFor(value, compared, stats);
  const usual = new Map(table?.features.map((each) => [each.name, each]));
  const rows = compared.names.map((name, at) => {
    const column = compared.columns[at] ?? [];
    const cells = row >= 0 ? [column[row]] : column;
    return rowOf(name, cells, table && usual.get(name), table !== undefined, scores.get(name));
  });
  const here = new Set(compared.names);
  for (const feature of table?.features ?? []) {
    // What hardly any call had is no loss.
    if (here.has(feature.name) || feature.missing * 2 > feature.rows) continue;
    rows.push(rowOf(feature.name, [], feature, true, scores.get(feature.name)));
  }
  return table ? rows.toSorted((a, b) => b.score - a.score) : rows;
}

function rowOf(
  name: string,
  cells: readonly Cell[],
  stats: FeatureStats | undefined,
  isCompared: boolean,
  contribution: number | undefined,
): FeatureRow {
  const shift = isCompared ? shiftOf(cells, stats) : { score: 0, direction: 0 as const, odd: [] };
  const shown = shownOf(cells);
  const finite = (number: number | undefined): number | null => number ?? null;
  return {
    name,
    text: cellText(shown === null || shown === undefined ? '' : String(shown)),
    type: cellType(shown),
    number: typeof shown === 'number' && Number.isFinite(shown) ? shown : null,
    missing: cells.length === 0 ? 1 : cells.filter((cell) => cellType(cell) === 'none').length,
    usual: stats
      ? {
          median: finite(stats.numbers?.median),
          p5: finite(stats.numbers?.p5),
          p95: finite(stats.numbers?.p95),
          constant: stats.constant,
          texts: stats.numbers ? [] : (stats.values ?? []).slice(0, SHOWN_TEXTS).map(([text]) => text),
          missing: stats.missing / Math.max(1, stats.rows),
          nan: stats.nans / Math.max(1, stats.rows),
          rows: stats.rows,
        }
      : null,
    score: shift.score,
    direction: shift.direction,
    odd: shift.odd,
    contribution: contribution !== undefined && Number.isFinite(contribution) ? contribution : null,
  };
}

/** Of several rows the median of the numbers, else the most frequent value. */
function shownOf(cells: readonly Cell[]): Cell {
  if (cells.length <= 1) return cells[0];
  const numbers = cells.filter((cell) => typeof cell === 'number' && Number.isFinite(cell)) as number[];
  if (numbers.length > 0) return medianOf(numbers);
  const counts = new Map<Cell, number>();
  for (const cell of cells) if (cellType(cell) !== 'none') counts.set(cell, (counts.get(cell) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}
