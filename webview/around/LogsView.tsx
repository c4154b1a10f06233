import { useEffect } from 'preact/hooks';
import { formatDuration } from '../../src/core/layout/formatDuration.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import type { TraceLogRow } from '../../src/protocol/aroundApi.ts';
import { severityOf } from '../details/severity.ts';
import type { ServiceOrder } from '../state/serviceOrder.ts';
import { useStore } from '../state/useStore.ts';
import { formatCount } from '../text/formatCount.ts';
import { RowGrid, type GridColumn } from '../ui/RowGrid.tsx';
import { serviceColor } from '../waterfall/palette.ts';
import type { LogsModel } from './logsModel.ts';

export interface LogsViewProps {
  readonly model: LogsModel;
  /** Named as rows are: a span's id, or a row that stands for several. */
  readonly selected: string;
  readonly serviceOrder: ServiceOrder;
  readonly bindFocus: (focus: (() => void) | undefined) => void;
}

/** OTLP severity numbers begin a level every four. */
const LEVELS: readonly { readonly severity: number; readonly title: string }[] = [
  { severity: 0, title: 'Everything' },
  { severity: 5, title: 'Debug and above' },
  { severity: 9, title: 'Info and above' },
  { severity: 13, title: 'Warnings and errors' },
  { severity: 17, title: 'Errors' },
];

const COLUMNS: readonly GridColumn[] = [
  { id: 'time', title: 'Time', tooltip: 'From the start of the trace', width: '76px', numeric: true },
  { id: 'severity', title: 'Severity', tooltip: 'Of a log record; exceptions are errors', width: '70px' },
  { id: 'service', title: 'Service', tooltip: 'Who said it', width: '110px', hideBelowPx: 620 },
  { id: 'span', title: 'Span', tooltip: 'The span that it belongs to', width: '150px', hideBelowPx: 480 },
  {
    id: 'text',
    title: 'Message',
    tooltip: 'Body of a record, or name and attributes of an event',
    width: 'minmax(140px, 1fr)',
  },
];

/** Everything that was logged during the trace, in order of time: log records and events of spans. */
export function LogsView({ model, selected, serviceOrder, bindFocus }: LogsViewProps) {
  const page = useStore(model.live.answer);
  const failure = useStore(model.live.failure);
  const severity = useStore(model.severity);
  const text = useStore(model.text);
  const active = useStore(model.active);
  useEffect(() => {
    model.show();
    return () => model.hide();
  }, [model]);
  return (
    <div class="around trace-logs">
      <div class="around-bar">
        <select
          class="select"
          aria-label="Severity"
          value={String(severity)}
          onChange={(event) => model.severity.set(Number(event.currentTarget.value))}
        >
          {LEVELS.map((level) => (
            <option key={level.severity} value={String(level.severity)}>
              {level.title}
            </option>
          ))}
        </select>
        <input
          class="text-input"
          type="search"
          spellcheck={false}
          placeholder="Message, service or span"
          aria-label="Text in the logs"
          value={text}
          onInput={(event) => model.text.set(event.currentTarget.value)}
        />
        <span class="dim grow around-said" role="status">
          {failure !== '' ? failure : page ? said(page.matched, page.total) : 'Reading…'}
        </span>
      </div>
      {page?.total === 0 ? (
        <p class="around-empty dim">No log record carries this trace&apos;s id, and no span of it has events.</p>
      ) : (
        <RowGrid
          id="log"
          label="Log records and events by time"
          columns={COLUMNS}
          rowCount={page?.matched ?? 0}
          active={active}
          onActive={(row) => model.active.set(row)}
          onChoose={(row, by) => {
            if (by === 'click') model.select(row);
            else void model.open(row);
          }}
          onVisible={(from, to) => model.setWindow(from, to)}
          rowClass={(row) => {
            const found = model.rowAt(row);
            return found && found.spanId !== '' && found.spanId === selected ? 'of-span' : '';
          }}
          cells={(row) => {
            const found = model.rowAt(row);
            return found && cellsOf(found, serviceOrder);
          }}
          bindFocus={bindFocus}
        />
      )}
    </div>
  );
}

function said(matched: number, total: number): string {
  const all = formatCount(total, 'line', 'lines');
  return matched === total ? all : `${matched.toLocaleString('en-US')} of ${all}`;
}

function cellsOf(row: TraceLogRow, order: ServiceOrder) {
  const severity = severityOf(row.severityNumber, row.severityText);
  const text = visibleLine(row.text);
  return {
    time: <span class="dim">{formatDuration(row.offsetNs)}</span>,
    severity:
      row.kind === 'event' && row.severityNumber === 0 ? (
        <span class="dim">event</span>
      ) : (
        <span class={`severity severity-${severity.level}`}>{visibleLine(severity.text)}</span>
      ),
    service: (
      <span class="stat-value">
        <span class="service-mark" style={{ backgroundColor: serviceColor(order.placeOf(row.service)) }} />
        <span class="stat-text">{visibleLine(row.service)}</span>
      </span>
    ),
    span: <span class="stat-text">{visibleLine(row.spanName)}</span>,
    text: (
      <span class="log-text" title={row.hasLine ? `${text}\nEnter opens the line that logged this` : text}>
        {text}
      </span>
    ),
  };
}
