import { WHOLE_LIST } from '../core/list/listQuery.ts';
import { PLAIN_PAGE, type ListMethods } from './listApi.ts';

type Question = ListMethods['traces/page'][0];
type Answer = ListMethods['traces/page'][1];

/** What to ask `traces/page` for the newest `count` traces of a run (`spanline.run.id`). */
export function runQuestion(runId: string, count = 1): Question {
  const query = { ...WHOLE_LIST, filter: `spanline.run.id="${runId}"` };
  return { query, scope: 'all', ...PLAIN_PAGE, count };
}

/** Whether a span of the run arrived, by the answer to {@link runQuestion}; undefined while traces wait to be listed. */
export function hasArrived({ total, waiting }: Pick<Answer, 'total' | 'waiting'>): boolean | undefined {
  if (total > 0) return true;
  return waiting > 0 ? undefined : false;
}
