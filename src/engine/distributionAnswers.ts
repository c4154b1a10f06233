import { difference, groupFigures, type Estimate, type GroupFigures } from '../core/features/grouped.ts';
import { binsFor, countIn } from '../core/features/histogram.ts';
import { inQuotes } from '../core/query/filterQuotes.ts';
import type {
  Distribution,
  Measure,
  MeasuredGroup,
  MeasuredKind,
  SplitKey,
  WireEstimate,
} from '../protocol/distributionApi.ts';
import type { CallTable } from './callTable.ts';

const BINS = 48;
/** Values of a split that stand by themselves. */
const MOST_GROUPS = 8;
const TIME: SplitKey = { key: '@time', values: 2 };
/** Splits that say most, before others by key. */
const FIRST_SPLITS: readonly string[] = ['model.version', 'model', 'service.version'];
/** Of spans of a model without a choice: what is looked at first. */
const FIRST_MEASURES: readonly string[] = ['confidence'];

export interface DistributionChoice {
  readonly kinds: readonly MeasuredKind[];
  readonly kind: MeasuredKind;
  readonly measure: string | null;
  readonly split: string | null;
}

/** The figures of a table's measure by the values of a split. */
export function distributionOf(table: CallTable, choice: DistributionChoice): Distribution {
  const { kinds, kind } = choice;
  const measures = orderedMeasures(table.measures);
  const measure = chosenMeasure(measures, choice.measure);
  const splits = [...orderedSplits(table.splits), TIME];
  const split = choice.split ?? splits.find(({ key }) => FIRST_SPLITS.includes(key))?.key ?? '';
  const values = measure ? (table.values(measure.id) ?? new Float64Array(0)) : new Float64Array(0);
  const all = values.filter((value) => !Number.isNaN(value)).sort();
  const bins = binsFor(all, BINS);
  const kindFilter = `service=${inQuotes(kind.service)} name=${inQuotes(kind.name)}`;
  const groups = groupsOf(table, split);
  const figures: GroupFigures[] = [];
  const answers = groups.map(({ value, isRest, members }, index): MeasuredGroup => {
    const measured = Float64Array.from(members, (at) => values[at] ?? NaN)
      .filter((each) => !Number.isNaN(each))
      .sort();
    const failed = members.reduce((sum, at) => sum + (table.spans[at]?.failed === true ? 1 : 0), 0);
    const of = groupFigures(measured, failed, members.length);
    figures.push(of);
    const first = figures[0] ?? of;
    return {
      value,
      isRest,
      spans: members.length,
      measured: measured.length,
      failed,
      median: wire(of.median),
      p95: wire(of.p95),
      errors: wire(of.errors),
      versus:
        index === 0
          ? null
          : {
              median: wireDifference(of.median, first.median),
              p95: wireDifference(of.p95, first.p95),
              errors: wireDifference(of.errors, first.errors),
            },
      bins: countIn(bins, measured),
      filter: isRest || split === '' || split === TIME.key ? '' : splitFilter(split, value, table.versionKey),
    };
  });
  return {
    kinds,
    measures,
    splits,
    kind,
    measure: measure ?? null,
    split,
    read: table.spans.length,
    unit: measure?.id === 'dur' ? 'ns' : '',
    edges: bins.edges,
    isLog: bins.isLog,
    groups: answers,
    kindFilter,
    extremes: extremesOf(table, values),
  };
}

function chosenMeasure(measures: readonly Measure[], asked: string | null): Measure | undefined {
  const same = asked === null ? undefined : measures.find(({ id }) => id === asked);
  if (same) return same;
  return (
    measures.find(({ id }) => FIRST_MEASURES.includes(id)) ??
    measures.find(({ group }) => group === 'output') ??
    measures.find(({ group }) => group === 'input') ??
    measures[0]
  );
}

function orderedMeasures(measures: readonly Measure[]): readonly Measure[] {
  const rank: Readonly<Record<Measure['group'], number>> = { call: 0, output: 1, input: 2, attribute: 3 };
  return measures.toSorted((a, b) => rank[a.group] - rank[b.group]);
}

function orderedSplits(splits: readonly SplitKey[]): readonly SplitKey[] {
  const rank = ({ key }: SplitKey): number => {
    const at = FIRST_SPLITS.indexOf(key);
    return at < 0 ? FIRST_SPLITS.length : at;
  };
  return splits.toSorted((a, b) => rank(a) - rank(b) || (a.key < b.key ? -1 : 1));
}

interface Group {
  readonly value: string;
  readonly isRest: boolean;
  /** Places in the table. */
  readonly members: readonly number[];
}

/** The largest first; by time the earlier half first. */
function groupsOf(table: CallTable, split: string): readonly Group[] {
  const all = table.spans.map((_, at) => at);
  if (split === TIME.key) {
    const byTime = all.toSorted((a, b) => (table.spans[a]?.startMs ?? 0) - (table.spans[b]?.startMs ?? 0));
    const half = Math.ceil(byTime.length / 2);
    return [
      { value: 'earlier half', isRest: false, members: byTime.slice(0, half) },
      { value: 'later half', isRest: false, members: byTime.slice(half) },
    ].filter(({ members }) => members.length > 0);
  }
  const texts = split === '' ? undefined : table.texts(split);
  if (!texts) return [{ value: '', isRest: false, members: all }];
  const byText = new Map<string, number[]>();
  for (const at of all) {
    const text = texts[at] ?? '';
    const members = byText.get(text);
    if (members) members.push(at);
    else byText.set(text, [at]);
  }
  const groups = [...byText].sort((a, b) => b[1].length - a[1].length);
  const rest = groups.slice(MOST_GROUPS).flatMap(([, members]) => members);
  return [
    ...groups.slice(0, MOST_GROUPS).map(([value, members]) => ({ value, isRest: false, members })),
    ...(rest.length > 0 ? [{ value: '', isRest: true, members: rest }] : []),
  ];
}

function splitFilter(split: string, value: string, versionKey: string): string {
  const key = split === 'model.version' && versionKey !== '' ? versionKey : split;
  if (split === 'model') return `model=${inQuotes(value)}`;
  // In quotes a key means an attribute, of the span or its resource, whatever it is called.
  return value === '' ? `-has:${inQuotes(key)}` : `${inQuotes(key)}=${inQuotes(value)}`;
}

function extremesOf(table: CallTable, values: Float64Array): Distribution['extremes'] {
  let [least, most] = [-1, -1];
  values.forEach((value, at) => {
    if (Number.isNaN(value)) return;
    if (least < 0 || value < (values[least] ?? 0)) least = at;
    if (most < 0 || value > (values[most] ?? 0)) most = at;
  });
  return [least, most].flatMap((at) => {
    const span = table.spans[at];
    return span ? [span.ref] : [];
  });
}

function wire({ value, low, high }: Estimate): WireEstimate {
  const orNull = (number: number): number | null => (Number.isFinite(number) ? number : null);
  return { value: orNull(value), low: orNull(low), high: orNull(high) };
}

function wireDifference(a: Estimate, b: Estimate) {
  const found = difference(a, b);
  return { ...wire(found), withinNoise: found.withinNoise };
}
