import type { TraceId } from '../core/model/ids.ts';
import type { CancelSignal, Handlers } from '../protocol/channel.ts';
import type { CompareMethods, TraceSet } from '../protocol/compareApi.ts';
import { comparison, type CompareProgress } from './compareAnswers.ts';
import type { EngineStore } from './engineStore.ts';
import { Params } from './params.ts';
import type { SlicedWork } from './slicedWork.ts';
import type { TraceFilters } from './traceFilters.ts';
import { idsOfSet, readTraceSet } from './traceSets.ts';

const MAX_ID = Number.MAX_SAFE_INTEGER;

export interface CompareHandlersDeps {
  readonly store: EngineStore;
  readonly filters: TraceFilters;
  readonly work: SlicedWork;
  readonly seed: number;
}

/** Answers about why traces of one client differ; it has one comparison at a time. */
export function compareHandlers({ store, filters, work, seed }: CompareHandlersDeps): Handlers<CompareMethods> {
  let running: { readonly job: number; readonly progress: CompareProgress } | undefined;
  const idsOf = (set: TraceSet, signal: CancelSignal): Promise<readonly TraceId[]> =>
    idsOfSet(store, filters, set, signal);
  return {
    'compare/run': async (params, signal) => {
      const read = new Params('compare/run', params);
      const job = read.integer('job', 0, MAX_ID);
      const [setA, setB, among] = [
        readTraceSet(read.inside('a')),
        read.isNull('b') ? null : readTraceSet(read.inside('b')),
        readTraceSet(read.inside('among')),
      ];
      const progress: CompareProgress = { done: 0, total: 0 };
      running = { job, progress };
      const all = new Set(await idsOf(among, signal));
      const a = (await idsOf(setA, signal)).filter((id) => all.has(id));
      const isOfA = new Set(a);
      const b = (setB ? await idsOf(setB, signal) : [...all]).filter((id) => all.has(id) && !isOfA.has(id));
      try {
        return await work.run(comparison(store, seed, { a, b }, progress), () => signal.cancelled);
      } finally {
        if (running.job === job) running = undefined;
      }
    },
    'compare/progress': (params) => {
      const job = new Params('compare/progress', params).integer('job', 0, MAX_ID);
      return running?.job === job ? { ...running.progress } : { done: 0, total: 0 };
    },
  };
}
