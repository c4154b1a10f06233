import {
  FLAME_COLUMNS,
  FLAME_ROWS,
  LOG_ROWS,
  STATISTICS_ROWS,
  type AroundMethods,
  type FlameMode,
  type StatisticsBy,
  type StatisticsColumn,
  type StatisticsQuestion,
  type WindowNs,
} from '../protocol/aroundApi.ts';
import type { Handlers } from '../protocol/channel.ts';
import type { ClientViews } from './clientViews.ts';
import type { EngineStore } from './engineStore.ts';
import { GraphAnswers } from './graphAnswers.ts';
import { LogAnswers } from './logAnswers.ts';
import { FlameAnswers } from './flameAnswers.ts';
import { Params } from './params.ts';
import type { SlicedWork } from './slicedWork.ts';
import { StatisticsAnswers } from './statisticsAnswers.ts';
import { TreeFacets } from './treeFacets.ts';

const MAX_ID = Number.MAX_SAFE_INTEGER;
/** OTLP's largest SeverityNumber. */
const MAX_SEVERITY = 24;
const MODES: readonly FlameMode[] = ['merged', 'time'];
const BY: readonly StatisticsBy[] = ['name', 'service', 'process', 'function', 'attribute'];
const COLUMNS: readonly StatisticsColumn[] = ['value', 'count', 'errors', 'total', 'self', 'p50', 'p95', 'max'];

/** What the views around the waterfall are made of; shared by all clients, since it is kept by tree. */
export class Around {
  readonly statistics: StatisticsAnswers;
  readonly flame: FlameAnswers;
  readonly logs: LogAnswers;
  readonly graph: GraphAnswers;

  constructor(store: EngineStore, work: SlicedWork, seed: number) {
    const facets = new TreeFacets(store, work);
    this.statistics = new StatisticsAnswers(work, facets);
    this.graph = new GraphAnswers(store, work, facets, seed);
    this.logs = new LogAnswers(store, work);
    this.flame = new FlameAnswers(store, work, facets);
  }
}

/** Answers about the spans of one client's open views. */
export function aroundHandlers(views: ClientViews, around: Around): Handlers<AroundMethods> {
  return {
    'statistics/table': (params, signal) => {
      const read = new Params('statistics/table', params);
      const question = {
        ...statisticsQuestion(read),
        sort: read.oneOf('sort', COLUMNS),
        descending: read.boolean('descending'),
        limit: Math.min(read.integer('limit', 0, MAX_ID), STATISTICS_ROWS),
      };
      return around.statistics.table(views.tree(question.viewId), question, signal);
    },
    'statistics/span': (params, signal) => {
      const read = new Params('statistics/span', params);
      const question = {
        ...statisticsQuestion(read),
        group: read.integer('group', 0, MAX_ID),
        rank: read.integer('rank', 0, MAX_ID),
      };
      return around.statistics.span(views.tree(question.viewId), question, signal);
    },
    'graph/trace': (params, signal) => {
      const viewId = new Params('graph/trace', params).integer('viewId', 0, MAX_ID);
      return around.graph.ofTrace(views.tree(viewId), signal);
    },
    'logs/page': (params, signal) => {
      const read = new Params('logs/page', params);
      const viewId = read.integer('viewId', 0, MAX_ID);
      const question = {
        severity: read.integer('severity', 0, MAX_SEVERITY),
        text: read.text('text'),
        from: read.integer('from', 0, MAX_ID),
        count: read.integer('count', 0, LOG_ROWS),
      };
      return around.logs.page(views.tree(viewId), question, signal);
    },
    'flame/cells': (params, signal) => {
      const read = new Params('flame/cells', params);
      const viewId = read.integer('viewId', 0, MAX_ID);
      const question = {
        mode: read.oneOf('mode', MODES),
        window: windowNs(read, 'window'),
        columns: read.integer('columns', 1, FLAME_COLUMNS),
        rowFrom: read.integer('rowFrom', 0, MAX_ID),
        rowCount: read.integer('rowCount', 0, FLAME_ROWS),
        find: read.text('find'),
        selected: read.spanIdOrEmpty('selected'),
      };
      return around.flame.cells(views.tree(viewId), question, signal);
    },
  };
}

function statisticsQuestion(read: Params): StatisticsQuestion {
  return {
    viewId: read.integer('viewId', 0, MAX_ID),
    by: read.oneOf('by', BY),
    key: read.text('key'),
    window: windowNs(read, 'window'),
  };
}

function windowNs(read: Params, key: string): WindowNs | null {
  if (read.isNull(key)) return null;
  const window = read.inside(key);
  return { beginNs: window.number('beginNs'), endNs: window.number('endNs') };
}
