import { latencyPlot, tracesIn } from '../core/list/latencyPlot.ts';
import { ATTRIBUTE_GROUP, LIST_GROUPS, LIST_SORTS } from '../core/list/listQuery.ts';
import type { ListBrush, ListGroup, ListQuery, ListSort } from '../core/list/listQuery.ts';
import { ListRows, type PlacedRow } from '../core/list/listRows.ts';
import { conditionLike } from '../core/noise/noiseRule.ts';
import { PLACE, type ListScope, type TraceListView } from '../core/list/traceListView.ts';
import type { TraceId } from '../core/model/ids.ts';
import type { TraceRows } from '../core/store/traceRows.ts';
import type { CancelSignal, Handlers } from '../protocol/channel.ts';
import {
  CELL_RUN,
  CELL_TOKENS,
  MOST_CELLS,
  MOST_PAGE_ROWS,
  type ChangeMarker,
  type ListMethods,
  type TraceListRow,
} from '../protocol/listApi.ts';
import type { DebugPauses } from './debugPauses.ts';
import type { ChangeMarkers } from './changeMarkers.ts';
import type { GraphAnswers } from './graphAnswers.ts';
import type { NoiseRules } from './noiseRules.ts';
import { Params } from './params.ts';
import type { TraceFilters } from './traceFilters.ts';
import type { TraceLists } from './traceLists.ts';
import type { TraceScopes } from './traceScopes.ts';

const MAX_ID = Number.MAX_SAFE_INTEGER;
const MOST_EXPANDED = 1000;
const MOST_CELL_CHARACTERS = 200;
const MOST_LABEL_CHARACTERS = 500;
/** Cells of a plot in each direction. */
const MOST_COLUMNS = 2000;
const MOST_ROWS = 200;
const MOST_NEAR = 50;
const NEWEST_FIRST = { sort: 'start', descending: true, group: '' } as const;
const MARKER_KINDS = ['file', 'head', 'pause'] as const;

export interface ListHandlersDeps {
  /** Names the client to the shared parts. */
  readonly client: object;
  readonly lists: TraceLists;
  readonly scopes: TraceScopes;
  readonly markers: ChangeMarkers;
  readonly pauses: DebugPauses;
  readonly noise: NoiseRules;
  /** The last trace that came before the client paused its list; undefined while it runs. */
  readonly pausedAt: () => number | undefined;
  readonly filters: TraceFilters;
  readonly graph: GraphAnswers;
  /** Traces held and not hidden by clear. */
  readonly held: () => number;
  /** Lists are others now. */
  readonly onChange: () => void;
}

/** Answers about one client's ordered lists. */
export function listHandlers(deps: ListHandlersDeps): Handlers<ListMethods> {
  const { client, lists, scopes, markers } = deps;
  const viewOf = async (
    params: Params,
    signal: CancelSignal,
    order: Partial<ListQuery> = {},
  ): Promise<TraceListView> => {
    const query = { ...readQuery(params.inside('query')), ...order };
    const all = !params.has('scope') || params.oneOf('scope', ['all', 'workspace']) === 'all';
    const { held, revision } = markers.held(client);
    const key = { query, all, lastBorn: deps.pausedAt(), heldRevision: revision };
    const matches = await deps.filters.bring(query.filter, signal);
    const scopeOf = (rows: TraceRows): ListScope => ({
      matches,
      isOther: all ? () => false : (slot) => scopes.hasOthers(client) && scopes.isOther(client, rows.idOf(slot)),
      lastBorn: key.lastBorn,
      held,
    });
    return lists.view(client, key, scopeOf, signal);
  };
  return {
    'traces/page': async (params, signal) => {
      const read = new Params('traces/page', params);
      const wanted = read.integer('from', 0, MAX_ID);
      const count = read.integer('count', 0, MOST_PAGE_ROWS);
      const seen = read.integer('seen', 0, MAX_ID);
      const expanded = new Set(read.texts('expanded', MOST_EXPANDED));
      const cells = read.texts('cells', MOST_CELLS);
      const anchor = read.traceIdOrEmpty('anchor');
      const selected = read.traceIdOrEmpty('selected');
      const above = read.integer('above', -1, MOST_PAGE_ROWS);
      const under = read.has('under') ? read.text('under') : undefined;
      const view = await viewOf(read, signal);
      const { rows } = view;
      const placed = rowsOf(view, under === undefined ? expanded : expanded.add(under));
      const part = under === undefined ? { from: 0, count: placed.count } : placed.below(under);
      const rowOf = (traceId: TraceId | ''): number => (traceId === '' ? -1 : placed.rowOf(rows.slotOf(traceId)));
      const anchorRow = rowOf(anchor);
      const from = above >= 0 && anchorRow >= 0 ? Math.max(0, anchorRow - above) : wanted;
      return {
        revision: view.revision,
        from,
        rows: placed
          .slice(part.from + from, part.from + Math.min(part.count, from + count))
          .map((row) => rowAnswer(rows, row, cells)),
        rowCount: part.count,
        anchorRow,
        selectedRow: rowOf(selected),
        figures: view.figures,
        total: view.countAt(PLACE.member) + view.countAt(PLACE.noise) + view.countAt(PLACE.other),
        held: deps.held(),
        folds: placed.folds,
        waiting: view.countAt(PLACE.waiting),
        others: view.countAt(PLACE.other),
        noise: view.countAt(PLACE.noise),
        unseen: view.countBornAfter(seen),
        newest: rows.births,
      };
    },
    'traces/plot': async (params, signal) => {
      const read = new Params('traces/plot', params);
      const [columns, height] = [read.integer('columns', 1, MOST_COLUMNS), read.integer('rows', 1, MOST_ROWS)];
      const view = await viewOf(read, signal);
      return {
        plot: latencyPlot(view, columns, height),
        figures: view.figures,
        markers: markers.list(client, view.rows),
      };
    },
    'traces/near': async (params, signal) => {
      const read = new Params('traces/near', params);
      const area = read.inside('area');
      const limit = read.integer('limit', 0, MOST_NEAR);
      const view = await viewOf(read, signal);
      const { slots, total } = tracesIn(
        view,
        {
          fromMs: area.number('fromMs'),
          toMs: area.number('toMs'),
          minNs: area.number('minNs'),
          maxNs: area.number('maxNs'),
        },
        limit,
      );
      return { traces: slots.map((slot) => view.rows.summary(slot)), total };
    },
    'graph/list': async (params, signal) => {
      const { main, rows } = await viewOf(new Params('graph/list', params), signal, NEWEST_FIRST);
      return deps.graph.ofList(
        Array.from(main.slots.subarray(0, main.count), (slot) => rows.idOf(slot)),
        signal,
      );
    },
    'noise/rules': ({ rules }) => {
      const problems = deps.noise.set(client, rules);
      deps.onChange();
      return { problems };
    },
    'noise/like': (params) => {
      const { rows } = lists;
      const slot = rows.slotOf(new Params('noise/like', params).traceId('traceId'));
      const kind = slot < 0 ? undefined : rows.rootKind(slot);
      if (kind === undefined) return null;
      const [name, service] = [rows.name(slot), rows.service(slot)];
      return { condition: conditionLike({ kind, name, service }), name, service, failed: rows.errors(slot) > 0 };
    },
    'markers/put': (params) => {
      const marker = readMarker(new Params('markers/put', params));
      markers.put(client, marker);
      deps.pauses.take(client, marker);
      deps.onChange();
    },
    'markers/list': () => ({ markers: markers.list(client, lists.rows) }),
  };
}

const layouts = new WeakMap<TraceListView, { readonly key: string; readonly rows: ListRows }>();

/** Which row stands where, made anew only when something moved or was folded. */
function rowsOf(view: TraceListView, expanded: ReadonlySet<string>): ListRows {
  const key = JSON.stringify([view.revision, ...expanded]);
  const known = layouts.get(view);
  if (known?.key === key) return known.rows;
  const rows = new ListRows(view, expanded);
  layouts.set(view, { key, rows });
  return rows;
}

function rowAnswer(rows: TraceRows, row: PlacedRow, cells: readonly string[]): TraceListRow {
  if ('slot' in row) {
    return {
      kind: 'trace',
      trace: rows.summary(row.slot),
      born: rows.bornOf(row.slot),
      below: row.below,
      cells: cells.map((cell) => cellText(rows, row.slot, cell).slice(0, MOST_CELL_CHARACTERS)),
    };
  }
  const { head, key, expanded } = row;
  switch (head.kind) {
    case 'group': {
      const { text, ...figures } = head.group;
      return { kind: 'group', key, label: text.slice(0, MOST_LABEL_CHARACTERS), ...figures, expanded };
    }
    case 'noise':
      return { kind: 'noise', key, label: head.rule, count: head.count, expanded };
    case 'others':
      return { kind: 'others', key, count: head.count, expanded };
  }
}

function cellText(rows: TraceRows, slot: number, cell: string): string {
  if (cell === CELL_RUN) return rows.run(slot);
  if (cell !== CELL_TOKENS) return rows.attribute(slot, cell);
  const tokens = rows.tokens(slot);
  return tokens === undefined ? '' : `${tokens.partial ? '≥ ' : ''}${tokens.tokens.toLocaleString('en-US')}`;
}

function readQuery(params: Params): ListQuery {
  return {
    filter: params.text('filter'),
    brush: params.isNull('brush') ? null : readBrush(params.inside('brush')),
    sort: readSort(params),
    descending: params.boolean('descending'),
    group: readGroup(params),
  };
}

function readSort(params: Params): ListSort {
  const sort = params.text('sort');
  return sort.startsWith(ATTRIBUTE_GROUP) ? (sort as ListSort) : params.oneOf('sort', LIST_SORTS);
}

function readGroup(params: Params): ListGroup {
  const group = params.text('group');
  if (group.startsWith(ATTRIBUTE_GROUP)) return group as ListGroup;
  return params.oneOf('group', LIST_GROUPS);
}

function readBrush(params: Params): ListBrush {
  const side = (key: string): number | null => (params.isNull(key) ? null : params.number(key));
  return { fromMs: side('fromMs'), toMs: side('toMs'), minNs: side('minNs'), maxNs: side('maxNs') };
}

function readMarker(params: Params): ChangeMarker {
  return {
    id: params.text('id').slice(0, MOST_CELL_CHARACTERS),
    kind: params.oneOf('kind', MARKER_KINDS),
    atMs: params.number('atMs'),
    toMs: params.isNull('toMs') ? null : params.number('toMs'),
    label: params.text('label').slice(0, MOST_LABEL_CHARACTERS),
  };
}
