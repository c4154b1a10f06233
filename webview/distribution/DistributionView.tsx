import { useState } from 'preact/hooks';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import type { Distribution, Measure } from '../../src/protocol/distributionApi.ts';
import { useStore } from '../state/useStore.ts';
import { formatCount } from '../text/formatCount.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { useOverTrace } from '../ui/useOverTrace.ts';
import { GRID_ROW_PX, RowGrid, type GridColumn } from '../ui/RowGrid.tsx';
import type { DistributionModel } from './distributionModel.ts';
import { boundsText, groupName, measuredText, shareText, splitName, versusText } from './distributionWords.ts';
import { Histogram } from './Histogram.tsx';

const HEAD_PX = 30;
const GROUP_NAMES: Readonly<Record<Measure['group'], string>> = {
  call: 'Call',
  output: 'Output',
  input: 'Input',
  attribute: 'Attributes',
};

const COLUMNS: readonly GridColumn[] = [
  { id: 'group', title: 'Group', tooltip: 'Click to show or hide its bars', width: 'minmax(110px, 1fr)' },
  { id: 'calls', title: 'Calls', tooltip: 'Calls, and how many of them have the number', width: '84px', numeric: true },
  {
    id: 'median',
    title: 'Median',
    tooltip: 'With its 95 % interval by order statistics',
    width: 'minmax(110px, 170px)',
    numeric: true,
  },
  {
    id: 'p95',
    title: 'p95',
    tooltip: '95th percentile with its 95 % interval by order statistics',
    width: 'minmax(110px, 170px)',
    numeric: true,
    hideBelowPx: 640,
  },
  {
    id: 'errors',
    title: 'Errors',
    tooltip: 'Share of calls that failed, with its 95 % interval (Wilson)',
    width: '140px',
    numeric: true,
    hideBelowPx: 520,
  },
  {
    id: 'versus',
    title: 'Against the first',
    tooltip: 'What differs from the first group by more than noise: the 95 % interval of the difference leaves zero',
    width: 'minmax(120px, 1.4fr)',
  },
  { id: 'filter', title: '', tooltip: '', width: '28px' },
];

/** How a number of the listed calls is distributed, by model version or another attribute. */
export function DistributionView({ model }: { readonly model: DistributionModel }) {
  const answer = useStore(model.live.answer);
  const failure = useStore(model.live.failure);
  const asking = useStore(model.live.asking);
  const progress = useStore(model.progress);
  const { root, close } = useOverTrace((toTrace) => model.close(toTrace));
  const [range, setRange] = useState<readonly [number, number] | undefined>(undefined);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState(-1);
  const shown = (answer?.groups ?? []).flatMap((group, index) => (hidden.has(group.value) ? [] : [index]));
  const filterRange = (): void => {
    if (answer && range) model.filterRange(answer, range[0], range[1], undefined);
  };
  return (
    <div
      class="distribution"
      role="region"
      aria-label="Distribution"
      tabIndex={-1}
      ref={root}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        close();
      }}
    >
      <div class="trace-header">
        <div class="trace-facts">
          <h1>Distribution</h1>
          {answer?.kind && (
            <span class="dim">
              {formatCount(answer.kind.spans, 'call', 'calls')} in the listed traces
              {answer.read < answer.kind.spans ? `, ${answer.read.toLocaleString('en-US')} of them looked at` : ''}
            </span>
          )}
        </div>
        <IconButton icon="refresh" label="Read again" onClick={() => model.again()} />
        <IconButton icon="close" label="Close the distribution (Escape)" onClick={close} />
      </div>
      {answer && <Choices model={model} answer={answer} />}
      <p class={`why-verdict${failure === '' ? '' : ' is-error'}`} role="status">
        {failure !== '' ? visibleLine(failure) : asking ? waiting(progress) : answer ? said(answer) : ''}
      </p>
      {answer?.measure && (
        <>
          <Histogram answer={answer} shown={shown} range={range} onRange={setRange} onFilter={filterRange} />
          <div class="around-bar distribution-range">
            {range ? (
              <>
                <span>
                  {visibleLine(answer.measure.label)} {measuredText(answer.edges[range[0]] ?? 0, answer.unit)} to{' '}
                  {measuredText(answer.edges[range[1] + 1] ?? 0, answer.unit)}:{' '}
                  {formatCount(countIn(answer, range), 'call', 'calls')}
                </span>
                <button type="button" class="pill" onClick={filterRange}>
                  Filter by it
                </button>
                <button type="button" class="pill" onClick={() => setRange(undefined)}>
                  Clear
                </button>
              </>
            ) : (
              <span class="dim">Drag over a range to list the traces in it.</span>
            )}
            <span class="grow" />
            {answer.extremes.map((ref, at) => (
              <button key={at} type="button" class="pill" onClick={() => model.openSpan(ref)}>
                {at === 0 ? 'Open the least' : 'Open the greatest'}
              </button>
            ))}
          </div>
          <div class="why-paths" style={{ height: `${answer.groups.length * GRID_ROW_PX + HEAD_PX}px` }}>
            <RowGrid
              id="distribution-group"
              label="Groups"
              columns={COLUMNS}
              rowCount={answer.groups.length}
              active={active}
              onActive={setActive}
              onChoose={(row) => {
                const group = answer.groups[row];
                if (group && answer.groups.length > 1) setHidden(toggled(hidden, group.value));
              }}
              rowClass={(row) => (hidden.has(answer.groups[row]?.value ?? '') ? 'why-unsure' : '')}
              cells={(row) => cellsOf(model, answer, row)}
            />
          </div>
        </>
      )}
    </div>
  );
}

function waiting({ done, total }: { readonly done: number; readonly total: number }): string {
  return total === 0
    ? 'Reading…'
    : `Reading… ${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} calls`;
}

/** What is to be seen, in a sentence. */
function said(answer: Distribution): string {
  const { kind, measure, groups, split } = answer;
  if (!kind) return 'No trace is listed.';
  if (!measure) return 'These calls have no number.';
  const [first, ...others] = groups;
  const differing = others.filter((group) => versusText(group, answer.unit) !== 'within noise');
  if (!first || others.length === 0) return '';
  if (differing.length === 0) return `No group differs from ${groupName(first, split)} by more than noise.`;
  const [one] = differing;
  return one
    ? `${groupName(one, split)} differs from ${groupName(first, split)}: ${versusText(one, answer.unit)}.`
    : '';
}

function countIn({ groups }: Distribution, [from, to]: readonly [number, number]): number {
  return groups.reduce((sum, { bins }) => sum + bins.slice(from, to + 1).reduce((all, count) => all + count, 0), 0);
}

function toggled(set: ReadonlySet<string>, value: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(value)) next.add(value);
  return next;
}

function Choices({ model, answer }: { readonly model: DistributionModel; readonly answer: Distribution }) {
  const { kinds, kind, measures, measure, splits, split } = answer;
  const groups = (['call', 'output', 'input', 'attribute'] as const).filter((group) =>
    measures.some((each) => each.group === group),
  );
  return (
    <div class="around-bar">
      <label class="around-field">
        <span class="dim">of</span>
        <select
          class="text-input"
          aria-label="Calls that are measured"
          value={String(kinds.findIndex((each) => each.service === kind?.service && each.name === kind.name))}
          onChange={(event) => {
            const chosen = kinds[Number(event.currentTarget.value)];
            if (chosen) model.change({ kind: { service: chosen.service, name: chosen.name } });
          }}
        >
          {kinds.map((each, at) => (
            <option key={at} value={String(at)}>
              {visibleLine(each.service)} · {visibleLine(each.name)} ({each.spans.toLocaleString('en-US')})
            </option>
          ))}
        </select>
      </label>
      <label class="around-field">
        <span class="dim">the</span>
        <select
          class="text-input"
          aria-label="Number that is measured"
          value={String(measures.findIndex(({ id }) => id === measure?.id))}
          onChange={(event) => model.change({ measure: measures[Number(event.currentTarget.value)]?.id ?? null })}
        >
          {groups.map((group) => (
            <optgroup key={group} label={GROUP_NAMES[group]}>
              {measures.map(
                (each, at) =>
                  each.group === group && (
                    <option key={each.id} value={String(at)}>
                      {visibleLine(each.label)}
                    </option>
                  ),
              )}
            </optgroup>
          ))}
        </select>
      </label>
      <label class="around-field">
        <span class="dim">by</span>
        <select
          class="text-input"
          aria-label="What calls are told apart by"
          value={split}
          onChange={(event) => model.change({ split: event.currentTarget.value })}
        >
          <option value="">nothing</option>
          {splits.map(({ key }) => (
            <option key={key} value={key}>
              {splitName(key)}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function cellsOf(model: DistributionModel, answer: Distribution, row: number) {
  const group = answer.groups[row];
  if (!group) return undefined;
  const { unit, split } = answer;
  const name = groupName(group, split);
  const figure = (text: string, bounds: string) => (
    <span title={bounds}>
      {text} <span class="dim">{bounds}</span>
    </span>
  );
  return {
    group: (
      <span title={name}>
        <span class={`group-mark group-${row}`} aria-hidden="true" /> {name}
      </span>
    ),
    calls: (
      <span title={`${formatCount(group.measured, 'call has', 'calls have')} the number`}>
        {group.measured === group.spans
          ? group.spans.toLocaleString('en-US')
          : `${group.measured.toLocaleString('en-US')} of ${group.spans.toLocaleString('en-US')}`}
      </span>
    ),
    median: figure(measuredText(group.median.value, unit), group.measured === 0 ? '' : boundsText(group.median, unit)),
    p95: figure(measuredText(group.p95.value, unit), group.measured === 0 ? '' : boundsText(group.p95, unit)),
    errors: figure(
      shareText(group.errors.value),
      `${shareText(group.errors.low)} \u2013 ${shareText(group.errors.high)}`,
    ),
    versus: (
      <span
        title={versusText(group, unit)}
        class={group.versus && versusText(group, unit) !== 'within noise' ? '' : 'dim'}
      >
        {versusText(group, unit)}
      </span>
    ),
    filter:
      group.filter === '' ? null : (
        <IconButton
          icon="filter"
          label={`List the calls of ${name}`}
          onClick={() => model.filterGroup(answer, group)}
        />
      ),
  };
}
