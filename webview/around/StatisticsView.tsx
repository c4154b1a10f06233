import { useEffect, useState } from 'preact/hooks';
import { formatDuration } from '../../src/core/layout/formatDuration.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import type { StatisticsBy, StatisticsColumn, StatisticsRow } from '../../src/protocol/aroundApi.ts';
import type { ServiceOrder } from '../state/serviceOrder.ts';
import { useStore } from '../state/useStore.ts';
import { formatCount } from '../text/formatCount.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { RowGrid, type GridColumn } from '../ui/RowGrid.tsx';
import { serviceColor } from '../waterfall/palette.ts';
import { groupText, statisticsCsv } from './statisticsCsv.ts';
import { filterOfRow } from './statisticsFilter.ts';
import { SHOWN_ROWS, type StatisticsModel } from './statisticsModel.ts';

export interface StatisticsViewProps {
  readonly model: StatisticsModel;
  readonly services: readonly string[];
  readonly serviceOrder: ServiceOrder;
  readonly onCopy: (text: string, what: string) => void;
  /** Lists the traces that a filter lets through. */
  readonly onFilter: (filter: string) => void;
  readonly bindFocus: (focus: (() => void) | undefined) => void;
}

const FIELDS: readonly { readonly by: StatisticsBy; readonly title: string }[] = [
  { by: 'name', title: 'Name' },
  { by: 'service', title: 'Service' },
  { by: 'process', title: 'Process' },
  { by: 'function', title: 'Source function' },
  { by: 'attribute', title: 'Attribute…' },
];

const COLUMNS: readonly GridColumn[] = [
  { id: 'value', title: 'Name', tooltip: 'What the spans have in common', width: 'minmax(120px, 1fr)' },
  { id: 'count', title: 'Count', tooltip: 'Spans', width: '68px', numeric: true },
  { id: 'errors', title: 'Errors', tooltip: 'Spans with status error', width: '64px', numeric: true },
  {
    id: 'total',
    title: 'Total',
    tooltip: 'Sum of durations; spans that run at one time count each',
    width: '80px',
    numeric: true,
    hideBelowPx: 780,
  },
  {
    id: 'self',
    title: 'Self',
    tooltip: 'Sum of the time in which no child runs',
    width: '80px',
    numeric: true,
  },
  {
    id: 'p50',
    title: 'p50',
    tooltip: 'Median duration: exact, nearest rank',
    width: '76px',
    numeric: true,
    hideBelowPx: 690,
  },
  { id: 'p95', title: 'p95', tooltip: '95th percentile: exact, nearest rank', width: '76px', numeric: true },
  { id: 'max', title: 'Max', tooltip: 'Longest duration', width: '76px', numeric: true, hideBelowPx: 870 },
  {
    id: 'share',
    title: 'Self %',
    tooltip: 'Share of the self time of all spans',
    width: '110px',
    hideBelowPx: 600,
  },
];

/** Spans of the trace, or of a stretch of it, by what they have in common. */
export function StatisticsView({ model, services, serviceOrder, onCopy, onFilter, bindFocus }: StatisticsViewProps) {
  const shape = useStore(model.shape);
  const window = useStore(model.window);
  const answer = useStore(model.live.answer);
  const failure = useStore(model.live.failure);
  const asking = useStore(model.live.asking);
  const group = useStore(model.active);
  useEffect(() => {
    model.show();
    return () => model.hide();
  }, [model]);
  const rows = answer?.rows ?? [];
  const active = rows.findIndex((row) => row.group === group);
  const chosen = rows[active];
  const filter = chosen && filterOfRow(shape, chosen);
  const field = shape.by === 'attribute' ? shape.key : (FIELDS.find(({ by }) => by === shape.by)?.title ?? '');
  const copy = (): void => {
    model.all().then(
      (all) => onCopy(statisticsCsv(field, all), `${formatCount(all.length, 'line', 'lines')} as CSV`),
      () => undefined,
    );
  };
  return (
    <div class="around statistics">
      <div class="around-bar">
        <Field model={model} />
        {window && (
          <button type="button" class="pill" title="Show the whole trace" onClick={() => model.window.set(undefined)}>
            {formatDuration(window.beginNs)} – {formatDuration(window.endNs)}
            <span class="codicon codicon-close" aria-hidden="true" />
          </button>
        )}
        <span class="dim grow around-said" role="status">
          {failure !== '' ? failure : said(answer?.groups ?? 0, answer?.spans ?? 0, asking && !answer)}
        </span>
        <IconButton
          icon="filter"
          label={
            filter === undefined
              ? 'List the traces that have spans of the selected line'
              : `List the traces with ${visibleLine(filter)}`
          }
          disabled={filter === undefined}
          onClick={() => {
            if (filter !== undefined) onFilter(filter);
          }}
        />
        <IconButton icon="copy" label="Copy the table as CSV" disabled={rows.length === 0} onClick={copy} />
      </div>
      {shape.by === 'attribute' && shape.key === '' ? (
        <p class="around-empty dim">Name an attribute, such as http.route or gen_ai.request.model.</p>
      ) : (
        <RowGrid
          id="statistics"
          label={`Statistics by ${field}`}
          columns={COLUMNS.map((column) => (column.id === 'value' ? { ...column, title: visibleLine(field) } : column))}
          rowCount={rows.length}
          active={active}
          onActive={(row) => model.active.set(rows[row]?.group ?? -1)}
          onChoose={(at) => {
            const row = rows[at];
            if (row) void model.stepThrough(row);
          }}
          sort={{ column: shape.sort, descending: shape.descending }}
          onSort={(column) => model.sortBy(column === 'share' ? 'self' : (column as StatisticsColumn))}
          cells={(at) => {
            const row = rows[at];
            return row && cellsOf(row, answer?.selfNs ?? 0, services, serviceOrder);
          }}
          bindFocus={bindFocus}
        />
      )}
    </div>
  );
}

function said(groups: number, spans: number, waiting: boolean): string {
  if (waiting) return 'Counting…';
  const of = groups > SHOWN_ROWS ? `the first ${SHOWN_ROWS.toLocaleString('en-US')} of ` : '';
  return `${of}${formatCount(groups, 'group', 'groups')} · ${formatCount(spans, 'span', 'spans')}`;
}

/** What the table is by: a list of fields, and for an attribute its key, taken with Enter or when the field is left. */
function Field({ model }: { readonly model: StatisticsModel }) {
  const shape = useStore(model.shape);
  const [key, setKey] = useState(shape.key);
  return (
    <>
      <label class="around-field">
        <span class="dim">By</span>
        <select
          class="select"
          aria-label="Group by"
          value={shape.by}
          onChange={(event) => {
            const by = FIELDS.find((each) => each.by === event.currentTarget.value)?.by ?? 'name';
            model.groupBy(by, key.trim());
          }}
        >
          {FIELDS.map(({ by, title }) => (
            <option key={by} value={by}>
              {title}
            </option>
          ))}
        </select>
      </label>
      {shape.by === 'attribute' && (
        <input
          class="text-input"
          type="text"
          spellcheck={false}
          placeholder="Attribute key"
          aria-label="Attribute key"
          value={key}
          ref={(element) => {
            if (element && key === '' && shape.key === '') element.focus();
          }}
          onInput={(event) => setKey(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') model.groupBy('attribute', key.trim());
          }}
          onBlur={() => {
            if (key.trim() !== shape.key) model.groupBy('attribute', key.trim());
          }}
        />
      )}
    </>
  );
}

function cellsOf(row: StatisticsRow, allSelfNs: number, services: readonly string[], order: ServiceOrder) {
  const share = allSelfNs > 0 ? row.selfNs / allSelfNs : 0;
  const text = visibleLine(groupText(row));
  const service = services[row.service];
  return {
    value: (
      <span class="stat-value" title={service === undefined ? text : `${text}\n${visibleLine(service)}`}>
        <span
          class="service-mark"
          style={service === undefined ? {} : { backgroundColor: serviceColor(order.placeOf(service)) }}
        />
        <span class={`stat-text${row.special === '' ? '' : ' dim'}`}>{text}</span>
      </span>
    ),
    count: row.count.toLocaleString('en-US'),
    errors: row.errors > 0 ? <span class="is-error">{row.errors.toLocaleString('en-US')}</span> : '',
    total: formatDuration(row.totalNs),
    self: formatDuration(row.selfNs),
    p50: formatDuration(row.p50Ns),
    p95: formatDuration(row.p95Ns),
    max: formatDuration(row.maxNs),
    share: (
      <span class="share" title={`${percent(share)} of the self time of all spans`}>
        <span class="share-bar" style={{ width: `${Math.round(share * 60)}px` }} aria-hidden="true" />
        {percent(share)}
      </span>
    ),
  };
}

function percent(share: number): string {
  if (share > 0 && share < 0.001) return '<0.1 %';
  return `${share < 0.1 ? (share * 100).toFixed(1) : String(Math.round(share * 100))} %`;
}
