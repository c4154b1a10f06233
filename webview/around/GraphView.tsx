import { useEffect, useMemo } from 'preact/hooks';
import { formatDuration } from '../../src/core/layout/formatDuration.ts';
import { graphLayout } from '../../src/core/layout/graphLayout.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import type { ServiceGraphAnswer, ServiceGraphEdge, ServiceGraphNode } from '../../src/protocol/aroundApi.ts';
import type { ServiceOrder } from '../state/serviceOrder.ts';
import { useStore } from '../state/useStore.ts';
import { formatCount } from '../text/formatCount.ts';
import { Icon } from '../ui/Icon.tsx';
import { RowGrid, type GridColumn } from '../ui/RowGrid.tsx';
import { serviceColor } from '../waterfall/palette.ts';
import type { GraphModel } from './graphModel.ts';

export interface GraphViewProps {
  readonly model: GraphModel;
  readonly serviceOrder: ServiceOrder;
  readonly bindFocus: (focus: (() => void) | undefined) => void;
}

const NODE = { width: 150, height: 38 } as const;
const GAP = { x: 110, y: 18 } as const;
const MARGIN = 14;
const MOST_LABELS = 60;

const PEER_ICONS: Readonly<Record<string, string>> = {
  database: 'database',
  model: 'sparkle',
  messages: 'mail',
  service: 'server',
  host: 'globe',
};

const COLUMNS: readonly GridColumn[] = [
  { id: 'from', title: 'From', tooltip: 'Who calls', width: 'minmax(90px, 1fr)' },
  { id: 'to', title: 'To', tooltip: 'What is called', width: 'minmax(90px, 1fr)' },
  { id: 'calls', title: 'Calls', tooltip: 'Spans', width: '68px', numeric: true },
  { id: 'errors', title: 'Errors', tooltip: 'Of them with status error', width: '64px', numeric: true },
  {
    id: 'p50',
    title: 'p50',
    tooltip: 'Median duration: exact, nearest rank',
    width: '76px',
    numeric: true,
    hideBelowPx: 480,
  },
  { id: 'p95', title: 'p95', tooltip: '95th percentile: exact, nearest rank', width: '76px', numeric: true },
  { id: 'max', title: 'Max', tooltip: 'Longest', width: '76px', numeric: true, hideBelowPx: 560 },
];

/** Who calls whom: a picture of services and what they call, and the same calls as a table. */
export function GraphView({ model, serviceOrder, bindFocus }: GraphViewProps) {
  const of = useStore(model.of);
  const answer = useStore(model.live.answer);
  const failure = useStore(model.live.failure);
  const edge = useStore(model.edge);
  const node = useStore(model.node);
  useEffect(() => {
    model.show();
    return () => model.hide();
  }, [model]);
  const edges = (answer?.edges ?? []).filter((each) => node < 0 || each.from === node || each.to === node);
  return (
    <div class="around graph">
      <div class="around-bar">
        <div class="choice" role="radiogroup" aria-label="Graph of">
          {(['trace', 'list'] as const).map((each) => (
            <button
              key={each}
              type="button"
              role="radio"
              class="choice-item"
              aria-checked={each === of}
              title={
                each === 'trace'
                  ? 'Calls of the open trace'
                  : 'Calls of the newest 300 traces that the list shows: what its filter and brush leave, without noise'
              }
              onClick={() => model.of.set(each)}
            >
              {each === 'trace' ? 'This trace' : 'Listed traces'}
            </button>
          ))}
        </div>
        <span class="dim grow around-said" role="status">
          {failure !== '' ? failure : answer ? said(answer, of === 'list') : 'Counting calls…'}
        </span>
      </div>
      {answer && <Picture model={model} answer={answer} node={node} edge={edges[edge]} serviceOrder={serviceOrder} />}
      <RowGrid
        id="calls"
        label="Calls between services"
        columns={COLUMNS}
        rowCount={edges.length}
        active={edge}
        onActive={(row) => model.edge.set(row)}
        onChoose={(row, by) => {
          const chosen = edges[row];
          if (chosen && (by === 'enter' || of === 'trace')) model.open(chosen);
        }}
        cells={(row) => {
          const each = edges[row];
          return each && answer && cellsOf(each, answer, serviceOrder);
        }}
        bindFocus={bindFocus}
      />
    </div>
  );
}

function said({ traces, of, nodes, edges }: ServiceGraphAnswer, isOfList: boolean): string {
  if (isOfList && of === 0) return 'No trace is listed.';
  const all = formatCount(of, 'trace', 'traces');
  const listed = traces < of ? [`the newest ${traces.toLocaleString('en-US')} of ${all}`] : [all];
  const parts = [formatCount(nodes.length, 'node', 'nodes'), formatCount(edges.length, 'edge', 'edges')];
  return [
    edges.length === 0 ? `${parts[0]}: no service calls another` : parts.join(' · '),
    ...(isOfList ? listed : []),
  ].join(' · ');
}

interface PictureProps {
  readonly model: GraphModel;
  readonly answer: ServiceGraphAnswer;
  readonly node: number;
  readonly edge: ServiceGraphEdge | undefined;
  readonly serviceOrder: ServiceOrder;
}

function Picture({ model, answer, node, edge: chosen, serviceOrder }: PictureProps) {
  const { nodes, edges } = answer;
  const layout = useMemo(() => graphLayout(nodes.length, edges), [answer]);
  const left = (at: number): number => MARGIN + (layout.column[at] ?? 0) * (NODE.width + GAP.x);
  const top = (at: number): number => MARGIN + (layout.place[at] ?? 0) * (NODE.height + GAP.y);
  const width = 2 * MARGIN + layout.columns * NODE.width + Math.max(0, layout.columns - 1) * GAP.x;
  const height = 2 * MARGIN + layout.rows * NODE.height + Math.max(0, layout.rows - 1) * GAP.y;
  const most = Math.max(1, ...edges.map(({ calls }) => calls));
  return (
    <div class="graph-picture" role="group" aria-label="Graph of services; the table below has the same calls">
      <div class="graph-sheet" style={{ width: `${width}px`, height: `${height}px` }}>
        <svg width={width} height={height} aria-hidden="true">
          {edges.map((edge) => {
            const [x1, y1] = [left(edge.from) + NODE.width, top(edge.from) + NODE.height / 2];
            const [x2, y2] = [left(edge.to), top(edge.to) + NODE.height / 2];
            const bend = Math.max(30, Math.abs(x2 - x1) / 2);
            const isFaded = node >= 0 && edge.from !== node && edge.to !== node;
            return (
              <g
                key={`${edge.from} ${edge.to}`}
                class={`graph-edge${edge.errors > 0 ? ' has-errors' : ''}${edge === chosen ? ' chosen' : ''}${isFaded ? ' faded' : ''}`}
              >
                <path
                  d={`M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2 - 5},${y2}`}
                  style={{ strokeWidth: `${(1 + (2.5 * Math.log1p(edge.calls)) / Math.log1p(most)).toFixed(1)}px` }}
                />
                <path class="graph-tip" d={`M${x2},${y2} l-7,-4 v8 z`} />
                {edges.length <= MOST_LABELS && (
                  <text x={x2 - 10} y={y2 - 6} text-anchor="end">
                    {edge.calls > 1 ? `${edge.calls.toLocaleString('en-US')}× ` : ''}
                    {formatDuration(edge.p50Ns)}
                  </text>
                )}
              </g>
            );
          })}
        </svg>
        {nodes.map((each, at) => (
          <button
            key={at}
            type="button"
            class={`graph-node${each.kind === '' ? '' : ' peer'}`}
            aria-pressed={at === node}
            title={nodeText(each)}
            style={{ left: `${left(at)}px`, top: `${top(at)}px`, width: `${NODE.width}px`, height: `${NODE.height}px` }}
            onClick={() => model.chooseNode(at)}
          >
            {each.kind === '' ? (
              <span class="service-mark" style={{ backgroundColor: serviceColor(serviceOrder.placeOf(each.name)) }} />
            ) : (
              <Icon name={PEER_ICONS[each.kind] ?? 'globe'} />
            )}
            <span class="graph-name">{visibleLine(each.name)}</span>
            {each.errors > 0 && <Icon name="error" className="is-error" />}
          </button>
        ))}
      </div>
    </div>
  );
}

function nodeText(node: ServiceGraphNode): string {
  const name = visibleLine(node.name);
  if (node.kind !== '') return `${name}\n${node.kind}: known by its callers only`;
  const errors = node.errors > 0 ? `, ${formatCount(node.errors, 'error', 'errors')}` : '';
  return `${name}\n${formatCount(node.spans, 'span', 'spans')}${errors}, self ${formatDuration(node.selfNs)}`;
}

function cellsOf(edge: ServiceGraphEdge, { nodes }: ServiceGraphAnswer, order: ServiceOrder) {
  const name = (at: number) => {
    const node = nodes[at];
    if (!node) return '';
    return (
      <span class="stat-value">
        {node.kind === '' ? (
          <span class="service-mark" style={{ backgroundColor: serviceColor(order.placeOf(node.name)) }} />
        ) : (
          <Icon name={PEER_ICONS[node.kind] ?? 'globe'} />
        )}
        <span class="stat-text">{visibleLine(node.name)}</span>
      </span>
    );
  };
  return {
    from: name(edge.from),
    to: name(edge.to),
    calls: edge.calls.toLocaleString('en-US'),
    errors: edge.errors > 0 ? <span class="is-error">{edge.errors.toLocaleString('en-US')}</span> : '',
    p50: formatDuration(edge.p50Ns),
    p95: formatDuration(edge.p95Ns),
    max: formatDuration(edge.maxNs),
  };
}
