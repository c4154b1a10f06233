import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import type { CallFeaturesAnswer, FeatureRow } from '../../src/protocol/featureApi.ts';
import { useDetailsActions } from '../details/detailsActions.ts';
import { useStore } from '../state/useStore.ts';
import { formatCount } from '../text/formatCount.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { GRID_ROW_PX, RowGrid, type GridColumn } from '../ui/RowGrid.tsx';
import { BaselineMenu } from './BaselineMenu.tsx';
import {
  incompleteText,
  missingText,
  ODD,
  oddText,
  percent,
  rowsCsv,
  rowsJson,
  shortNumber,
  sortedRows,
  usualText,
  type FeatureSort,
} from './featureWords.ts';
import type { NumbersModel, PlacedHead } from './numbersModel.ts';

export interface FeatureTableProps {
  readonly model: NumbersModel;
  readonly call: CallFeaturesAnswer;
  readonly placed: PlacedHead;
  readonly label: string;
}

/** Rows in sight at most; the rest is scrolled to. */
const MOST_LINES = 16;
const HEAD_PX = 30;
/** From so many features on they can be looked for by name. */
const SEARCHED_FROM = 12;
/** Pixels of the longest bar. */
const BAR_PX = 40;

const NAME: GridColumn = { id: 'name', title: 'Feature', tooltip: 'Name of the feature', width: 'minmax(110px, 1fr)' };
const VALUE: GridColumn = { id: 'value', title: 'Value', tooltip: 'Of this call', width: '96px', numeric: true };
const USUAL: readonly GridColumn[] = [
  {
    id: 'usual',
    title: 'Usual',
    tooltip: 'What it is compared with: median [5th – 95th percentile], or its values',
    width: 'minmax(130px, 190px)',
    numeric: true,
    hideBelowPx: 420,
  },
  {
    id: 'missing',
    title: 'Missing',
    tooltip: 'How often it is missing, or NaN, in what it is compared with',
    width: '84px',
    numeric: true,
    hideBelowPx: 640,
  },
  {
    id: 'shift',
    title: 'What is odd',
    tooltip: 'Rank by distance from what is usual, in units of its spread',
    width: 'minmax(150px, 1fr)',
  },
];
const SCORE: GridColumn = {
  id: 'score',
  title: 'Score',
  tooltip:
    'Explanation score that the sender recorded: how much the feature speaks for (right) or against (left) the output',
  width: '132px',
};

/** Named values of a call beside what is usual of them, the oddest first. */
export function FeatureTable({ model, call, placed, label }: FeatureTableProps) {
  const { head, value } = placed;
  const actions = useDetailsActions();
  const revision = useStore(model.revision);
  const asking = useStore(model.live.asking);
  const [rows, setRows] = useState<readonly FeatureRow[]>([]);
  const [total, setTotal] = useState(head.features);
  const [failure, setFailure] = useState('');
  const [row, setRow] = useState(-1);
  const [search, setSearch] = useState('');
  const [active, setActive] = useState(-1);
  const isCompared = call.against !== 'none';
  const [sort, setSort] = useState<{ readonly by: FeatureSort; readonly descending: boolean } | undefined>(
    head.hasScores ? { by: 'score', descending: true } : undefined,
  );
  const id = useRef(`features-${head.side}-${value}`).current;

  useEffect(() => {
    model
      .rows(value, row, (read, all) => {
        setRows(read);
        setTotal(all);
        setFailure('');
      })
      .catch((error: unknown) => setFailure(error instanceof Error ? error.message : String(error)));
  }, [model, value, row, revision]);

  const shown = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    const found = wanted === '' ? rows : rows.filter(({ name }) => name.toLowerCase().includes(wanted));
    return sort ? sortedRows(found, sort.by, sort.descending) : found;
  }, [rows, search, sort]);
  const most = useMemo(() => Math.max(1e-12, ...rows.map(({ contribution }) => Math.abs(contribution ?? 0))), [rows]);
  const odd = isCompared ? rows.filter(({ score }) => score >= ODD).length : 0;
  const columns = [NAME, VALUE, ...(head.hasScores ? [SCORE] : []), ...(isCompared ? USUAL : [])];
  const note = incompleteText(head);

  return (
    <div class="features">
      <div class="features-bar">
        <span class="dim features-facts" role="status">
          {formatCount(total, 'feature', 'features')}
          {isCompared && rows.length > 0 && (odd === 0 ? ', none odd' : `, ${odd.toLocaleString('en-US')} odd`)}
          {asking && !isCompared ? ', comparing…' : ''}
        </span>
        <AgainstChoice model={model} call={call} />
        {head.rows > 1 && (
          <select
            class="text-input"
            aria-label="Row of the batch"
            title="Row of the batch"
            value={String(row)}
            onChange={(event) => setRow(Number(event.currentTarget.value))}
          >
            <option value="-1">all {head.rows.toLocaleString('en-US')} rows: medians</option>
            {Array.from({ length: Math.min(head.rows, 500) }, (_, at) => (
              <option key={at} value={String(at)}>
                row {at + 1}
              </option>
            ))}
          </select>
        )}
        {head.features >= SEARCHED_FROM && (
          <input
            class="text-input features-search"
            type="text"
            spellcheck={false}
            placeholder="Find feature"
            aria-label="Find a feature by name"
            value={search}
            onInput={(event) => {
              setSearch(event.currentTarget.value);
              setActive(-1);
            }}
          />
        )}
        <span class="grow" />
        <IconButton
          icon="graph"
          label="Distribution of the chosen feature over the listed traces (Enter)"
          disabled={shown.length === 0}
          onClick={() => {
            const chosen = shown[Math.max(0, active)];
            if (chosen) model.showDistribution(placed, chosen.name);
          }}
        />
        <BaselineMenu model={model} call={call} />
        <IconButton
          icon="json"
          label="Copy the values as JSON"
          onClick={() => actions.copy(rowsJson(shown), 'values as JSON')}
        />
        <IconButton
          icon="table"
          label="Copy the table as CSV"
          onClick={() => actions.copy(rowsCsv(shown), 'table as CSV')}
        />
      </div>
      {failure !== '' && <p class="is-error">{visibleLine(failure)}</p>}
      <div
        class="features-grid"
        style={{ height: `${Math.min(Math.max(1, shown.length), MOST_LINES) * GRID_ROW_PX + HEAD_PX}px` }}
      >
        <RowGrid
          id={id}
          label={`${label}, by feature`}
          columns={columns}
          rowCount={shown.length}
          active={active}
          onActive={setActive}
          onChoose={(at, by) => {
            const each = shown[at];
            if (by === 'enter' && each) model.showDistribution(placed, each.name);
          }}
          sort={sort ? { column: sort.by, descending: sort.descending } : { column: 'shift', descending: true }}
          onSort={(column) => setSort(nextSort(sort, column as FeatureSort))}
          rowClass={(at) => ((shown[at]?.score ?? 0) >= ODD ? 'is-odd' : '')}
          cells={(at) => {
            const each = shown[at];
            return each && cellsOf(each, most, head.rows > 1 && row < 0 ? head.rows : 1);
          }}
        />
      </div>
      {note !== '' && <p class="dim item-note">{note}</p>}
    </div>
  );
}

/** Another column is sorted the way one looks for it; the same one the other way round. */
function nextSort(
  now: { readonly by: FeatureSort; readonly descending: boolean } | undefined,
  by: FeatureSort,
): { readonly by: FeatureSort; readonly descending: boolean } {
  const current = now ?? { by: 'shift', descending: true };
  return current.by === by ? { by, descending: !current.descending } : { by, descending: by !== 'name' };
}

function cellsOf(row: FeatureRow, most: number, rows: number) {
  const odd = oddText(row);
  const value = row.number === null ? row.text : shortNumber(row.number);
  const gap = rows > 1 && row.missing > 0 ? ` (${percent(row.missing / rows)} missing)` : '';
  return {
    name: <span title={visibleLine(row.name)}>{visibleLine(row.name)}</span>,
    value: (
      <span title={`${visibleLine(row.text)}${gap}`} class={row.type === 'none' ? 'dim' : 'mono'}>
        {row.type === 'none' ? 'missing' : visibleLine(value)}
      </span>
    ),
    usual: (
      <span
        class="dim"
        title={row.usual ? `${usualText(row)}\nof ${formatCount(row.usual.rows, 'value', 'values')}` : ''}
      >
        {usualText(row)}
      </span>
    ),
    missing: <span class="dim">{missingText(row)}</span>,
    shift: (
      <span class="features-odd" title={odd === '' ? 'As usual' : odd}>
        <span class="features-shift" aria-hidden="true">
          <span style={{ width: `${shiftPx(row.score)}px` }} />
        </span>
        {odd}
      </span>
    ),
    score: row.contribution === null ? '' : <ScoreBar value={row.contribution} most={most} />,
  };
}

/** Small shifts are told apart as well as large ones. */
function shiftPx(score: number): number {
  return score < 1 ? 0 : Math.round((Math.log2(score) / Math.log2(99)) * BAR_PX);
}

function ScoreBar({ value, most }: { readonly value: number; readonly most: number }) {
  const px = Math.max(1, Math.round((Math.abs(value) / most) * BAR_PX));
  return (
    <span class="score" title={String(value)}>
      <span class="score-track" aria-hidden="true">
        <span
          class={value < 0 ? 'score-bar is-against' : 'score-bar'}
          style={{ width: `${px}px`, left: `${value < 0 ? BAR_PX - px : BAR_PX}px` }}
        />
      </span>
      <span class="mono">{shortNumber(value)}</span>
    </span>
  );
}

function AgainstChoice({ model, call }: { readonly model: NumbersModel; readonly call: CallFeaturesAnswer }) {
  const against = useStore(model.against);
  const asking = useStore(model.live.asking);
  const { baseline } = call;
  const others =
    call.against === 'others' ? `other held calls (${call.calls.toLocaleString('en-US')})` : 'other held calls';
  return (
    <label class="around-field">
      <span class="dim">against</span>
      <select
        class="text-input"
        aria-label="What it is compared with"
        value={against === 'auto' ? call.against : against}
        disabled={asking && call.against === 'none' && against === 'auto'}
        title={
          call.against === 'others'
            ? 'Not pinned: these calls may be wrong in the same way. Pin calls that are right as a baseline.'
            : baseline
              ? `Pinned ${new Date(baseline.pinnedMs).toLocaleString()}${baseline.versions.length > 0 ? `, of version ${baseline.versions.map(visibleLine).join(', ')}` : ''}`
              : ''
        }
        onChange={(event) => model.against.set(event.currentTarget.value as 'pinned' | 'others' | 'none')}
      >
        {baseline && <option value="pinned">pinned baseline ({formatCount(baseline.calls, 'call', 'calls')})</option>}
        <option value="others">{others}</option>
        <option value="none">nothing</option>
      </select>
    </label>
  );
}
