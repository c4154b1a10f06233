import type { TraceId } from '../core/model/ids.ts';
import type { Handlers } from '../protocol/channel.ts';
import { MOST_COLUMNS, type RowOptions } from '../protocol/rowApi.ts';
import type { StepKind, ViewMethods } from '../protocol/viewApi.ts';
import type { ClientViews } from './clientViews.ts';
import { Params } from './params.ts';
import { MAX_WINDOW_ROWS } from './rowWindow.ts';

const MAX_ID = Number.MAX_SAFE_INTEGER;

const STEPS: readonly StepKind[] = [
  'nextError',
  'previousError',
  'nextCritical',
  'previousCritical',
  'nextSibling',
  'previousSibling',
  'parent',
  'firstChild',
];

/**
 * Answers about one client's open waterfalls. `whenHere` is asked before a trace is opened: it waits for one that is
 * being read back from disk.
 */
export function viewHandlers(
  views: ClientViews,
  whenHere: (traceId: TraceId) => Promise<void> | undefined,
): Handlers<ViewMethods> {
  return {
    'view/open': (params) => {
      const read = new Params('view/open', params);
      const traceId = read.traceId('traceId');
      const options = read.has('rows') ? rowOptions(read.inside('rows')) : undefined;
      return whenHere(traceId)?.then(() => views.open(traceId, options)) ?? views.open(traceId, options);
    },
    'view/info': (params) => views.info(viewId(new Params('view/info', params))),
    'view/rows': (params) => {
      const read = new Params('view/rows', params);
      const count = Math.min(read.integer('count', 0, MAX_ID), MAX_WINDOW_ROWS);
      const columns = read.has('columns') ? read.texts('columns', MOST_COLUMNS) : [];
      return views.rows(viewId(read), read.integer('from', 0, MAX_ID), count, read.rowIdOrEmpty('anchor'), columns);
    },
    'view/fold': (params) => {
      const read = new Params('view/fold', params);
      const [expanded, recursive] = [read.boolean('expanded'), read.boolean('recursive')];
      return views.fold(viewId(read), read.rowId('spanId'), expanded, recursive);
    },
    'view/locate': (params) => {
      const read = new Params('view/locate', params);
      return views.locate(viewId(read), read.rowId('spanId'), read.boolean('reveal'));
    },
    'view/step': (params) => {
      const read = new Params('view/step', params);
      return views.step(viewId(read), read.rowId('spanId'), read.oneOf('step', STEPS));
    },
    'view/close': (params) => {
      views.close(viewId(new Params('view/close', params)));
    },
  };
}

function rowOptions(params: Params): RowOptions {
  return { foldAlike: params.integer('foldAlike', 0, MAX_ID), messagesAsRows: params.boolean('messagesAsRows') };
}

function viewId(params: Params): number {
  return params.integer('viewId', 0, MAX_ID);
}
