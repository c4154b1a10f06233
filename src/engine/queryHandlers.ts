import { FilterError } from '../core/query/filterError.ts';
import { quotedKey } from '../core/query/filterQuotes.ts';
import { parseFilter } from '../core/query/parseFilter.ts';
import { unknownKeys } from '../core/query/unknownKeys.ts';
import type { Handlers } from '../protocol/channel.ts';
import type { EngineMethods } from '../protocol/engineApi.ts';
import type { FilterProblem, UnknownFilterKey } from '../protocol/queryApi.ts';
import type { EngineStore } from './engineStore.ts';
import { checkFilter } from './checkFilter.ts';
import { Params } from './params.ts';
import type { FilterCompletion } from './filterCompletion.ts';
import type { TraceFilters } from './traceFilters.ts';

type QueryMethod = 'traces/query' | 'query/check' | 'query/complete' | 'query/unknownKeys';

const MAX_LIST = 100_000;

/** Finding traces by a filter, and what is asked of filters themselves. */
export function queryHandlers(
  store: EngineStore,
  filters: TraceFilters,
  completion: FilterCompletion,
): Pick<Handlers<EngineMethods>, QueryMethod> {
  return {
    'traces/query': async (params, signal) => {
      const read = new Params('traces/query', params);
      const filter = read.text('filter');
      const limit = read.integer('limit', 0, MAX_LIST);
      const matches = await filters.bring(filter, signal);
      const { traces, total } = store.listWhere(matches, limit);
      return { traces, matched: total, total: store.traceCount };
    },
    'query/complete': (params) => {
      const read = new Params('query/complete', params);
      return completion.suggest(read.text('filter'), read.integer('caret', 0, MAX_LIST));
    },
    'query/unknownKeys': (params) => ({
      keys: unknownIn(new Params('query/unknownKeys', params).text('filter'), store),
    }),
    'query/check': (params) => ({ problem: problemOf(new Params('query/check', params).text('filter')) }),
  };
}

function unknownIn(text: string, { held }: EngineStore): readonly UnknownFilterKey[] {
  try {
    return unknownKeys(parseFilter(text), held).map(({ key, nearest }) => {
      return { key, nearest: nearest === '' ? '' : quotedKey(nearest) };
    });
  } catch (error) {
    // What cannot be read is complained about by the list itself.
    if (error instanceof FilterError) return [];
    throw error;
  }
}

function problemOf(text: string): FilterProblem | null {
  try {
    checkFilter(text);
    return null;
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    return { message: error.message, start: error.start, end: error.end };
  }
}
