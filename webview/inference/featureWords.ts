import type { Oddity } from '../../src/core/features/shift.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import type { FeatureHead, FeatureRow } from '../../src/protocol/featureApi.ts';
import { formatCount } from '../text/formatCount.ts';

/** Up to this score a feature is as it usually is. */
export const ODD = 3;

/** A number as short as five digits allow; large and tiny ones with an exponent. */
export function shortNumber(value: number | null): string {
  if (value === null) return '';
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return value.toLocaleString('en-US');
  return String(Number(value.toPrecision(5)));
}

/** What is odd about a feature, in a few words; empty for nothing. */
export function oddText({ odd, direction }: Pick<FeatureRow, 'odd' | 'direction'>): string {
  return odd.map((each) => oddityText(each, direction)).join(', ');
}

function oddityText(oddity: Oddity, direction: number): string {
  switch (oddity.kind) {
    case 'factor': {
      const unit = oddity.unit === '' ? '' : ` (${oddity.unit}?)`;
      return oddity.op === '\u2212' ? 'sign flipped?' : `${oddity.op}${oddity.factor.toLocaleString('en-US')}?${unit}`;
    }
    case 'far':
      return `${shortNumber(Math.round(oddity.widths * 10) / 10)}\u00d7 the usual range ${direction < 0 ? 'below' : 'above'}`;
    case 'missing':
      return oddity.share === 1 ? 'missing' : `missing in ${percent(oddity.share)} of the rows`;
    case 'nan':
      return oddity.share === 1 ? 'NaN or infinite' : `NaN in ${percent(oddity.share)} of the rows`;
    case 'type':
      return `${typeName(oddity.is)}, was ${typeName(oddity.was)}`;
    case 'constant':
      return `was always ${visibleLine(oddity.was)}`;
    case 'newValue':
      return 'a value not seen before';
    case 'newFeature':
      return 'not in the baseline';
  }
}

function typeName(type: string): string {
  return type === 'bool' ? 'true or false' : type === 'text' ? 'a text' : `a ${type}`;
}

export function percent(share: number): string {
  return `${share > 0 && share < 0.01 ? '<1' : String(Math.round(share * 100))} %`;
}

/** What is usual of a feature, in a few words. */
export function usualText({ usual }: Pick<FeatureRow, 'usual'>): string {
  if (!usual) return '';
  const { median, p5, p95, constant, texts } = usual;
  if (constant !== null) return `always ${visibleLine(constant)}`;
  if (median !== null) return `${shortNumber(median)} [${shortNumber(p5)} \u2013 ${shortNumber(p95)}]`;
  return texts.length === 0 ? '' : texts.map(visibleLine).join(', ');
}

/** What usually is missing, and NaN. */
export function missingText({ usual }: Pick<FeatureRow, 'usual'>): string {
  if (!usual || (usual.missing === 0 && usual.nan === 0)) return '';
  const nan = usual.nan > 0 ? `${percent(usual.nan)} NaN` : '';
  return [usual.missing > 0 ? percent(usual.missing) : '', nan].filter((text) => text !== '').join(', ');
}

/** The lengths of a tensor; at least so many where they are counted from a part of it. */
export function shapeText({ tensor, incomplete }: Pick<FeatureHead, 'tensor' | 'incomplete'>): string {
  if (!tensor) return '';
  const { shape, ragged } = tensor;
  const text = shape.length === 0 ? 'scalar' : shape.join(' \u00d7 ');
  return `${isCounted(tensor, incomplete) ? 'at least ' : ''}${text}${ragged ? ', rows of different length' : ''}`;
}

/** The length of an embedding. */
export function dimensionText({ tensor, incomplete }: Pick<FeatureHead, 'tensor' | 'incomplete'>): string {
  return tensor ? `${isCounted(tensor, incomplete) ? 'at least ' : ''}${tensor.shape.at(-1) ?? 0}` : '';
}

/** Whether a tensor that is here in part did not tell its shape: what is here was counted. */
function isCounted(
  { shape, facts }: NonNullable<FeatureHead['tensor']>,
  { elided, unended, limited, recorded }: FeatureHead['incomplete'],
): boolean {
  const size = shape.reduce((product, length) => product * length, 1);
  return !recorded && (elided || unended || limited) && size <= facts.count;
}

/** Why not all of a value is here, with the cure; empty when it is. */
export function incompleteText({
  incomplete,
  form,
  tensor,
}: Pick<FeatureHead, 'incomplete' | 'form' | 'tensor'>): string {
  const { elided, unended, limited, recorded } = incomplete;
  const parts: string[] = [];
  if (recorded) parts.push(recordedText(recorded, form));
  if (elided) {
    parts.push(
      form === 'table'
        ? 'The printer left values out: log the values as JSON, or raise pandas’ display.max_columns and display.max_rows.'
        : 'The printer left values out: log tolist() as JSON, or raise numpy.set_printoptions(threshold=…) or torch.set_printoptions(profile="full").',
    );
  }
  if (unended) {
    parts.push(
      'A length limit cut the value: what is shown is its beginning. Raise OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT.',
    );
  }
  if (limited) parts.push('There is more than is read at once: what is shown is the beginning.');
  if (tensor && !recorded && parts.length > 0)
    parts.push(`All figures are of the ${formatCount(tensor.facts.count, 'number', 'numbers')} that are here.`);
  return parts.join(' ');
}

/** What of a value was recorded. */
function recordedText(
  { count, of, facts }: NonNullable<FeatureHead['incomplete']['recorded']>,
  form: FeatureHead['form'],
): string {
  const what = form === 'table' ? 'rows' : 'numbers';
  const all = of.toLocaleString('en-US');
  const first =
    count === 0
      ? `None of ${all} ${what} is here`
      : `The first ${count.toLocaleString('en-US')} of ${all} ${what} are here`;
  if (facts === undefined) return `${first}.`;
  return `${first}; min, max, mean, NaN and zero are of ${facts === 'all' ? 'all' : 'an even sample'}.`;
}

export type FeatureSort = 'shift' | 'name' | 'value' | 'usual' | 'missing' | 'score';

/** Rows in the order of a column; without one as the engine has them, the oddest first. */
export function sortedRows(rows: readonly FeatureRow[], by: FeatureSort, descending: boolean): readonly FeatureRow[] {
  const sign = descending ? -1 : 1;
  const number = (value: number | null | undefined): number => value ?? -Infinity;
  const compare: Record<FeatureSort, (a: FeatureRow, b: FeatureRow) => number> = {
    shift: (a, b) => a.score - b.score,
    name: (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
    value: (a, b) => number(a.number) - number(b.number) || (a.text < b.text ? -1 : 1),
    usual: (a, b) => number(a.usual?.median) - number(b.usual?.median),
    missing: (a, b) => number(a.usual?.missing) - number(b.usual?.missing),
    score: (a, b) => Math.abs(a.contribution ?? 0) - Math.abs(b.contribution ?? 0),
  };
  return rows.toSorted((a, b) => sign * compare[by](a, b));
}

/** Rows as RFC 4180 text with a line of names. */
export function rowsCsv(rows: readonly FeatureRow[]): string {
  const cell = (value: string | number | null): string => {
    const text = String(value ?? '');
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = rows.map(({ name, text, usual, odd, direction, score, contribution }) =>
    [
      name,
      text,
      usual?.median ?? null,
      usual?.p5 ?? null,
      usual?.p95 ?? null,
      usual?.missing ?? null,
      usual?.nan ?? null,
      usual ? score : null,
      oddText({ odd, direction }),
      contribution,
    ]
      .map(cell)
      .join(','),
  );
  return ['feature,value,median,p5,p95,missing,nan,shift,odd,contribution', ...lines].join('\r\n');
}

/** Names and values as a JSON object, as they would be sent. */
export function rowsJson(rows: readonly FeatureRow[]): string {
  const value = ({ type, number, text }: FeatureRow): unknown => {
    if (type === 'none') return null;
    if (type === 'number') return number ?? text;
    return type === 'bool' ? text === 'true' : text;
  };
  return JSON.stringify(Object.fromEntries(rows.map((row) => [row.name, value(row)])), undefined, 2);
}
