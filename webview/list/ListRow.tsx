import { formatClock, formatDuration } from '../../src/core/layout/formatDuration.ts';
import { heldInTrace, type HeldPause } from '../../src/core/layout/heldTime.ts';
import type { TraceSummary } from '../../src/core/model/trace.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import type { TraceListRow } from '../../src/protocol/listApi.ts';
import { formatAgo } from '../text/formatAgo.ts';
import { formatCount } from '../text/formatCount.ts';
import { Icon } from '../ui/Icon.tsx';
import { cellKeys } from './listSettings.ts';

/** What all rows of a list have in common. */
export interface RowLook {
  /** Columns of a wide list; none in a narrow one, whose rows have two lines. */
  readonly columns: readonly string[] | undefined;
  readonly template: string;
  readonly utc: boolean;
  /** The time now for `3 s ago`, milliseconds; undefined for clock times. */
  readonly nowMs: number | undefined;
  readonly rowPx: number;
  /** When debuggers held a program: lengths here are with it. */
  readonly pauses: readonly HeldPause[];
}

export interface ListRowProps {
  readonly row: TraceListRow;
  readonly index: number;
  readonly rowCount: number;
  readonly active: boolean;
  readonly fresh: boolean;
  readonly look: RowLook;
  readonly onPick: (focus: boolean) => void;
  /** Compares a group with the others. */
  readonly onWhy: (key: string) => void;
}

/** Name of what a row stands for, unlike any other's. */
export function rowKey(row: TraceListRow): string {
  return row.kind === 'trace' ? `trace:${row.trace.traceId}` : row.key;
}

/** One row: a trace, or a head that can be opened. */
export function ListRow({ row, index, rowCount, active, fresh, look, onPick, onWhy }: ListRowProps) {
  const isHead = row.kind !== 'trace';
  const level = row.kind === 'trace' && row.below ? 2 : 1;
  return (
    <div
      id={`list-row-${String(index)}`}
      class={`list-entry${active ? ' selected' : ''}${isHead ? ` list-head-row${row.kind === 'group' && !look.columns ? ' two-lines' : ''}` : ''}${level === 2 ? ' below' : ''}${fresh ? ' fresh' : ''}${look.columns ? ' wide' : ''}`}
      role={look.columns ? 'row' : 'treeitem'}
      aria-selected={active}
      aria-level={level}
      aria-expanded={isHead ? row.expanded : undefined}
      aria-rowindex={look.columns ? index + 2 : undefined}
      aria-posinset={look.columns ? undefined : index + 1}
      aria-setsize={look.columns ? undefined : rowCount}
      style={{
        transform: `translateY(${String(index * look.rowPx)}px)`,
        height: `${String(look.rowPx)}px`,
        ...(look.columns && !isHead && { gridTemplateColumns: look.template }),
      }}
      title={titleOf(row, look)}
      data-vscode-context={contextOf(row)}
      onClick={() => onPick(false)}
      onDblClick={() => onPick(true)}
    >
      {row.kind === 'trace' ? (
        <TraceCells row={row} look={look} />
      ) : (
        <HeadCells row={row} wide={look.columns !== undefined} onWhy={onWhy} />
      )}
    </div>
  );
}

type TraceRow = TraceListRow & { readonly kind: 'trace' };
type HeadRow = Exclude<TraceListRow, TraceRow>;

function TraceCells({ row, look }: { readonly row: TraceRow; readonly look: RowLook }) {
  const { trace } = row;
  const name = visibleLine(trace.name) || '(no name)';
  const services = trace.services.map(visibleLine).join(', ');
  if (!look.columns) {
    return (
      <>
        <div class="list-line">
          <span class="list-name">{name}</span>
          <span class="list-duration">
            <Held trace={trace} look={look} />
            {durationText(trace)}
          </span>
        </div>
        <div class="list-line dim">
          <span class="list-clock">{startText(trace, look)}</span>
          <span class="list-services">{services}</span>
          {trace.pinned === true && <Icon name="pinned" />}
          <Errors trace={trace} />
          <span class="list-spans">{formatCount(trace.spanCount, 'span', 'spans')}</span>
        </div>
      </>
    );
  }
  const extra = cellKeys(look.columns);
  return (
    <>
      {look.columns.map((key) => {
        switch (key) {
          case 'start':
            return <Cell key={key} name="list-clock" text={startText(trace, look)} />;
          case 'name':
            return (
              <Cell key={key} name="list-name" text={name}>
                {trace.pinned === true && <Icon name="pinned" />}
              </Cell>
            );
          case 'duration':
            return (
              <Cell key={key} name="list-number" text={durationText(trace)}>
                <Held trace={trace} look={look} />
              </Cell>
            );
          case 'spans':
            return <Cell key={key} name="list-number" text={trace.spanCount.toLocaleString('en-US')} />;
          case 'errors':
            return (
              <Cell key={key} name="list-number" text="">
                <Errors trace={trace} />
              </Cell>
            );
          case 'services':
            return <Cell key={key} name="list-services" text={services} />;
          case 'tokens':
            return <Cell key={key} name="list-number" text={row.cells[extra.indexOf(key)] ?? ''} />;
          default:
            return <Cell key={key} name="list-services" text={visibleLine(row.cells[extra.indexOf(key)] ?? '')} />;
        }
      })}
    </>
  );
}

interface CellProps {
  readonly name: string;
  readonly text: string;
  readonly children?: preact.ComponentChildren;
}

function Cell({ name, text, children }: CellProps) {
  return (
    <span class={`list-cell ${name}`} role="gridcell">
      {children}
      {text}
    </span>
  );
}

interface HeadCellsProps extends Pick<ListRowProps, 'onWhy'> {
  readonly row: HeadRow;
  readonly wide: boolean;
}

function HeadCells({ row, wide, onWhy }: HeadCellsProps) {
  const figures = row.kind === 'group' && (
    <>
      {row.errors > 0 && (
        <span class="list-errors">
          <Icon name="error" />
          {row.errors.toLocaleString('en-US')}
        </span>
      )}
      {row.p50Ns >= 0 && (
        <span class="list-duration dim">
          p50 {formatDuration(row.p50Ns)} · p95 {formatDuration(row.p95Ns)}
        </span>
      )}
    </>
  );
  return (
    <>
      <div class="list-line" role={wide ? 'gridcell' : undefined}>
        <Icon name={row.expanded ? 'chevron-down' : 'chevron-right'} />
        {row.kind === 'group' && row.result !== '' ? (
          <TestHead row={row} />
        ) : (
          <span class={`list-name${row.kind === 'group' ? '' : ' dim'}`}>{headLabel(row)}</span>
        )}
        {wide && figures}
        {row.kind === 'group' && (
          <button
            type="button"
            class="icon-button list-head-why"
            // The keyboard stays on the list, where a letter and the context menu do the same.
            tabIndex={-1}
            title="Why these? Compare this group with the others (w)"
            aria-label={`Why these? Compare ${headLabel(row)} with the others`}
            onClick={(event) => {
              event.stopPropagation();
              onWhy(row.key);
            }}
            onDblClick={(event) => event.stopPropagation()}
          >
            <Icon name="compare-changes" />
          </button>
        )}
        <span class="badge">{row.count.toLocaleString('en-US')}</span>
      </div>
      {!wide && figures && <div class="list-line list-head-figures">{figures}</div>}
    </>
  );
}

/** How the test came out last, and its name before what it is in: names of files and suites are long. */
function TestHead({ row }: { readonly row: HeadRow & { readonly kind: 'group' } }) {
  const label = headLabel(row);
  // Parameters, in brackets, are part of the name.
  const at = label.replace(/\[.*$/s, '').lastIndexOf('::');
  const icon = TEST_ICONS[row.result] ?? 'circle-outline';
  return (
    <>
      <Icon name={icon} label={resultText(row.result)} className={`list-test list-test-${icon}`} />
      <span class="list-name">
        {at < 0 ? label : label.slice(at + 2)}
        {at > 0 && <span class="dim list-test-file">{label.slice(0, at)}</span>}
      </span>
    </>
  );
}

/** By `test.case.result.status`. */
const TEST_ICONS: Readonly<Record<string, string | undefined>> = {
  pass: 'pass',
  fail: 'error',
  skip: 'debug-step-over',
};
const TEST_RESULTS: Readonly<Record<string, string | undefined>> = {
  pass: 'passed',
  fail: 'failed',
  skip: 'skipped',
};

function resultText(result: string): string {
  return TEST_RESULTS[result] ?? visibleLine(result);
}

function Errors({ trace }: { readonly trace: TraceSummary }) {
  if (trace.errorCount === 0) return null;
  return (
    <span class="list-errors" title={formatCount(trace.errorCount, 'error', 'errors')}>
      <Icon name="error" />
      {trace.errorCount.toLocaleString('en-US')}
    </span>
  );
}

/** What a head is called. */
export function headLabel(row: HeadRow): string {
  switch (row.kind) {
    case 'group':
      return visibleLine(row.label) || '(none)';
    case 'noise':
      return visibleLine(row.label);
    case 'others':
      return 'Other programs';
  }
}

export function durationText(trace: TraceSummary): string {
  return `${trace.assembling ? '≥\u00a0' : ''}${formatDuration(trace.durationNs)}`;
}

/** Says that a length includes time at a breakpoint. */
function Held({ trace, look }: { readonly trace: TraceSummary; readonly look: RowLook }) {
  const text = heldText(trace, look);
  return text === '' ? null : <Icon name="debug-pause" label={text} className="list-held" />;
}

function heldText({ start, durationNs }: TraceSummary, { pauses }: RowLook): string {
  const held = heldInTrace(pauses, start, durationNs);
  return held === 0 ? '' : `includes ${formatDuration(held)} at a breakpoint`;
}

function startText(trace: TraceSummary, look: RowLook): string {
  if (look.nowMs !== undefined) return formatAgo(Number(trace.start) / 1e6, look.nowMs);
  return formatClock(trace.start, { utc: look.utc, withMillis: false });
}

function titleOf(row: TraceListRow, look: RowLook): string {
  switch (row.kind) {
    case 'trace': {
      const { trace } = row;
      const errors = trace.errorCount > 0 ? `, ${formatCount(trace.errorCount, 'error', 'errors')}` : '';
      const start = formatClock(trace.start, { utc: look.utc, withMillis: true });
      return [
        visibleLine(trace.name) || '(no name)',
        [start, durationText(trace), heldText(trace, look), trace.assembling ? 'still arriving' : '']
          .filter((text) => text !== '')
          .join(' · '),
        trace.services.map(visibleLine).join(', '),
        `${formatCount(trace.spanCount, 'span', 'spans')}${errors}`,
      ].join('\n');
    }
    case 'group': {
      const measured =
        row.p50Ns < 0 ? 'none settled yet' : `p50 ${formatDuration(row.p50Ns)}, p95 ${formatDuration(row.p95Ns)}`;
      const last = row.result === '' ? '' : `\nlast time: ${resultText(row.result)}`;
      return `${headLabel(row)}${last}\n${formatCount(row.count, 'trace', 'traces')}, ${formatCount(row.errors, 'with errors', 'with errors')}\n${measured}`;
    }
    case 'noise':
      return `${formatCount(row.count, 'trace', 'traces')} folded by the rule “${headLabel(row)}” of spanline.noise.rules; not in the figures`;
    case 'others':
      return 'Traces of programs that run in the folders of other windows';
  }
}

/** What VS Code's context menu of a row is about. */
export function contextOf(row: TraceListRow): string {
  const common = { preventDefaultContextMenuItems: true };
  if (row.kind === 'group') return JSON.stringify({ ...common, webviewSection: 'group', compare: row.key });
  if (row.kind !== 'trace') return JSON.stringify({ ...common, webviewSection: row.kind });
  return JSON.stringify({ webviewSection: 'trace', ...common, traceId: row.trace.traceId });
}
