import { useEffect, useState } from 'preact/hooks';
import { formatDuration } from '../../src/core/layout/formatDuration.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import type { ComparedAttribute, ComparedPath, ComparedSet, Comparison } from '../../src/protocol/compareApi.ts';
import type { ServiceOrder } from '../state/serviceOrder.ts';
import { useStore } from '../state/useStore.ts';
import { formatCount } from '../text/formatCount.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { useOverTrace } from '../ui/useOverTrace.ts';
import { GRID_ROW_PX, RowGrid, type GridColumn } from '../ui/RowGrid.tsx';
import { serviceColor } from '../waterfall/palette.ts';
import { Distribution } from './Distribution.tsx';
import { differing, HARDLY_CHANCE, isSure, nameOf, numberText, verdict, type WhyModel } from './whyModel.ts';
import { boundsOf, groupingName, groupName, type WhyQuestion } from './whyQuestions.ts';

export interface WhyViewProps {
  readonly model: WhyModel;
  readonly serviceOrder: ServiceOrder;
}

/** Paths in sight at most; the rest is scrolled to. */
const MOST_LINES = 14;
const HEAD_PX = 30;

const COLUMNS: readonly GridColumn[] = [
  { id: 'path', title: 'Path', tooltip: 'Span, and what it was called by', width: 'minmax(160px, 1fr)' },
  { id: 'calls', title: 'Calls', tooltip: 'Calls a trace: A, B', width: '96px', numeric: true, hideBelowPx: 820 },
  {
    id: 'median',
    title: 'Median A / B',
    tooltip: 'Self time on the critical path by trace: median of A and of B',
    width: '140px',
    numeric: true,
    hideBelowPx: 560,
  },
  {
    id: 'p95',
    title: 'p95 A / B',
    tooltip: '95th percentile of the same',
    width: '140px',
    numeric: true,
    hideBelowPx: 960,
  },
  {
    id: 'difference',
    title: 'Difference',
    tooltip:
      'Mean of A less mean of B, and its 95 % bound (Welch’s, of few traces Student’s): a difference within the bound may be chance',
    width: '150px',
    numeric: true,
  },
  { id: 'share', title: 'Share', tooltip: 'Share of the whole difference', width: '110px' },
];

/** Two sets of traces compared: what to know first, the paths, and the attributes that part them. */
export function WhyView({ model, serviceOrder }: WhyViewProps) {
  const answer = useStore(model.live.answer);
  const failure = useStore(model.live.failure);
  const asking = useStore(model.live.asking);
  const progress = useStore(model.progress);
  const question = useStore(model.question);
  const isChange = question?.change !== undefined;
  const { root, close } = useOverTrace((toTrace) => model.close(toTrace));
  const title = isChange ? 'What changed?' : 'Why these?';
  return (
    <div
      class="why"
      role="region"
      aria-label={title}
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
          <h1>{title}</h1>
          {answer && <Sides answer={answer} isChange={isChange} />}
        </div>
        <IconButton icon="refresh" label="Compare again" onClick={() => model.again()} />
        <IconButton icon="close" label="Close the comparison (Escape)" onClick={close} />
      </div>
      <SetFilters model={model} />
      <p class={`why-verdict${failure === '' ? '' : ' is-error'}`} role="status">
        {failure !== '' ? failure : answer && question ? verdict(answer, question) : asking ? waiting(progress) : ''}
      </p>
      {answer && <Paths model={model} paths={answer.paths} serviceOrder={serviceOrder} />}
      {answer && question && <Attributes model={model} answer={answer} question={question} />}
    </div>
  );
}

function waiting({ done, total }: { readonly done: number; readonly total: number }): string {
  return total === 0
    ? 'Comparing…'
    : `Comparing… ${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} traces`;
}

function Sides({ answer, isChange }: { readonly answer: Comparison; readonly isChange: boolean }) {
  return (
    <>
      <Side name={isChange ? 'A after' : 'A'} className="why-a" set={answer.a} />
      <Side name={isChange ? 'B before' : 'B'} className="why-b" set={answer.b} />
    </>
  );
}

function Side({
  name,
  className,
  set,
}: {
  readonly name: string;
  readonly className: string;
  readonly set: ComparedSet;
}) {
  const used = set.used < set.traces ? `, ${set.used.toLocaleString('en-US')} of them looked at` : '';
  return (
    <span
      title={`${formatCount(set.traces, 'trace', 'traces')}${used}, ${formatCount(set.errors, 'failed', 'failed')}`}
    >
      <span class={`why-key ${className}`} aria-hidden="true" /> {name}{' '}
      <span class="dim">
        {formatCount(set.traces, 'trace', 'traces')}
        {set.used > 0 ? ` · p50 ${formatDuration(set.medianNs)} · p95 ${formatDuration(set.p95Ns)}` : ''}
      </span>
    </span>
  );
}

/** The filters of both sides, to be changed in place. */
function SetFilters({ model }: { readonly model: WhyModel }) {
  const question = useStore(model.question);
  const [a, setA] = useState(question?.a.filter ?? '');
  const [b, setB] = useState(question?.b?.filter ?? '');
  useEffect(() => {
    setA(question?.a.filter ?? '');
    setB(question?.b?.filter ?? '');
  }, [question]);
  if (!question) return null;
  const bounds = boundsOf(question);
  const isChange = question.change !== undefined;
  const hasGroups = question.a.group !== null && question.groups !== undefined && question.groups.length > 0;
  const isBound = isChange || hasGroups;
  const field = (label: string, value: string, set: (text: string) => void, placeholder: string) => (
    <label class="around-field why-field">
      <span class="dim">{label}</span>
      <input
        class="text-input"
        type="text"
        spellcheck={false}
        placeholder={placeholder}
        value={value}
        onInput={(event) => set(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') model.setFilters(a, b);
        }}
      />
    </label>
  );
  return (
    <div class="around-bar">
      {bounds.map((text) => (
        <span key={text} class="badge why-bound" title={text}>
          {text}
        </span>
      ))}
      {field(isChange ? 'after' : 'A', a, setA, bounds.length > 0 ? 'and this filter' : 'A filter')}
      {hasGroups && <AgainstGroup model={model} question={question} />}
      {field(isChange ? 'before' : hasGroups ? 'and' : 'against', b, setB, isBound ? 'and this filter' : 'the rest')}
    </div>
  );
}

/** Which group that of A is compared with: the rest, or another one. */
function AgainstGroup({ model, question }: { readonly model: WhyModel; readonly question: WhyQuestion }) {
  const { a, b, groups } = question;
  if (!a.group || !groups) return null;
  const at = b?.group ? groups.indexOf(b.group.text) : -1;
  return (
    <label class="around-field">
      <span class="dim">against</span>
      <select
        class="text-input why-group"
        aria-label={`Against which ${groupingName(a.group.by)}`}
        value={String(at)}
        onChange={(event) => model.setGroup(groups[Number(event.currentTarget.value)])}
      >
        <option value="-1">all others</option>
        {groups.map((text, index) => (
          <option key={text} value={String(index)}>
            {groupName(text)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Paths({
  model,
  paths,
  serviceOrder,
}: {
  readonly model: WhyModel;
  readonly paths: readonly ComparedPath[];
  readonly serviceOrder: ServiceOrder;
}) {
  const [active, setActive] = useState(paths.length > 0 ? 0 : -1);
  return (
    <div class="why-paths" style={{ height: `${Math.min(paths.length, MOST_LINES) * GRID_ROW_PX + HEAD_PX}px` }}>
      <RowGrid
        id="why-path"
        label="Paths by difference"
        columns={COLUMNS}
        rowCount={paths.length}
        active={active}
        onActive={setActive}
        onChoose={(row) => {
          const path = paths[row];
          if (path) model.open(path);
        }}
        rowClass={(row) => {
          const path = paths[row];
          return path && !isSure(path) ? 'why-unsure' : '';
        }}
        cells={(row) => {
          const path = paths[row];
          return path && pathCells(path, serviceOrder);
        }}
      />
    </div>
  );
}

function pathCells(path: ComparedPath, order: ServiceOrder) {
  const above = path.names.slice(0, -1).map(visibleLine).join(' › ');
  const sign = path.differenceNs < 0 ? '' : '+';
  const bound = Number.isFinite(path.boundNs) ? `± ${formatDuration(path.boundNs)}` : '';
  const share = Math.abs(path.share) > 10 ? '' : `${Math.round(path.share * 100)} %`;
  return {
    path: (
      <span
        class="stat-value"
        title={[...path.names].map(visibleLine).join(' › ') + `\n${visibleLine(path.service)}\nOpen an example`}
      >
        <span class="service-mark" style={{ backgroundColor: serviceColor(order.placeOf(path.service)) }} />
        <span class="stat-text">
          {nameOf(path.names)} <span class="dim">{above}</span>
        </span>
      </span>
    ),
    calls: `${numberText(round(path.callsA))} / ${numberText(round(path.callsB))}`,
    median: `${formatDuration(path.medianANs)} / ${formatDuration(path.medianBNs)}`,
    p95: `${formatDuration(path.p95ANs)} / ${formatDuration(path.p95BNs)}`,
    difference: (
      <>
        {sign}
        {formatDuration(path.differenceNs)} <span class="dim">{bound}</span>
      </>
    ),
    share: (
      <span class="share">
        <span
          class="share-bar"
          style={{ width: `${Math.round(Math.min(1, Math.max(0, path.share)) * 56)}px` }}
          aria-hidden="true"
        />
        {share}
      </span>
    ),
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

interface AttributesProps {
  readonly model: WhyModel;
  readonly answer: Comparison;
  readonly question: WhyQuestion;
}

function Attributes({ model, answer, question }: AttributesProps) {
  const { attributesOf, a, b } = answer;
  const attributes = differing(answer, question);
  const of = attributesOf < a.used + b.used ? ` of ${attributesOf.toLocaleString('en-US')} of the traces` : '';
  return (
    <div class="why-attributes">
      <h2>Attributes that differ{of}</h2>
      {attributes.length === 0 && <p class="dim">No attribute differs.</p>}
      {attributes.length > 0 && (
        <div role="list" aria-label="Attributes by difference">
          {attributes.map((attribute, index) => (
            <AttributeLine key={index} model={model} attribute={attribute} />
          ))}
        </div>
      )}
    </div>
  );
}

function AttributeLine({ model, attribute }: { readonly model: WhyModel; readonly attribute: ComparedAttribute }) {
  const where =
    attribute.home === 'resource' ? `resource of ${visibleLine(attribute.service)}` : nameOf(attribute.names);
  const { presentA, missingA, presentB, missingB } = attribute;
  const missing = [
    missingA > 0 && `${percent(missingA, presentA)} of A`,
    missingB > 0 && `${percent(missingB, presentB)} of B`,
  ].filter((text) => typeof text === 'string');
  return (
    <div class={`why-attribute${attribute.chance > HARDLY_CHANCE ? ' why-unsure' : ''}`} role="listitem">
      <div class="why-attribute-text">
        <button
          type="button"
          class="link-button why-attribute-key"
          title={`Show the traces with ${visibleLine(attribute.filter)}`}
          onClick={() => model.filterBy(attribute)}
        >
          {visibleLine(attribute.key)}
        </button>{' '}
        <span class="dim">{where}</span>
        <div>
          {attribute.kind === 'numeric' && (
            <span>
              {numberText(attribute.medianA)} <span class="dim">instead of</span> {numberText(attribute.medianB)}
            </span>
          )}
          {missing.length > 0 && <span class="dim"> missing on {missing.join(', ')}</span>}
          {attribute.chance > HARDLY_CHANCE && (
            <span class="dim"> may be chance ({Math.round(attribute.chance * 100)} %)</span>
          )}
        </div>
      </div>
      <Distribution attribute={attribute} />
    </div>
  );
}

function percent(count: number, others: number): string {
  return `${Math.round((count / Math.max(1, count + others)) * 100)} %`;
}
