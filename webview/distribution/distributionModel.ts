import type { SpanRef } from '../../src/core/model/span.ts';
import { ALL_TRACES } from '../../src/protocol/compareApi.ts';
import type { Distribution, MeasuredGroup } from '../../src/protocol/distributionApi.ts';
import { LiveAnswer } from '../around/liveAnswer.ts';
import type { TraceListModel } from '../list/traceListModel.ts';
import type { Host } from '../protocol/host.ts';
import { Store } from '../state/store.ts';

/** What is shown: null leaves the choice to the engine. */
export interface DistributionChoice {
  readonly kind: { readonly service: string; readonly name: string } | null;
  readonly measure: string | null;
  readonly split: string | null;
}

export interface DistributionDeps {
  readonly host: Pick<Host, 'request'>;
  readonly list: Pick<TraceListModel, 'query' | 'filter' | 'brush'>;
  readonly openSpan: (ref: SpanRef) => void;
  /** Lists what a filter lets through; what is brushed in time stays. */
  readonly filterBy: (filter: string) => void;
  readonly closed: () => void;
}

/** Reading many calls takes a while. */
const TIMEOUT_MS = 5 * 60_000;
const PROGRESS_MS = 300;
const NOTHING: DistributionChoice = { kind: null, measure: null, split: null };

/** The distribution that is shown, if any, over the traces that the list shows. */
export class DistributionModel {
  readonly choice = new Store<DistributionChoice | undefined>(undefined);
  readonly live = new LiveAnswer<Distribution>();
  readonly progress = new Store<{ readonly done: number; readonly total: number }>({ done: 0, total: 0 });
  readonly #deps: DistributionDeps;
  #job = 0;
  #last: DistributionChoice = NOTHING;

  constructor(deps: DistributionDeps) {
    this.#deps = deps;
    for (const store of [deps.list.filter, deps.list.brush]) {
      store.subscribe(() => {
        if (this.choice.value) this.again();
      });
    }
  }

  /** Shows a distribution: what was looked at last, unless told. */
  open(choice: Partial<DistributionChoice> = {}): void {
    this.#last = { ...this.#last, ...choice };
    this.choice.set(this.#last);
    this.again();
  }

  /** Another kind, measure or split. */
  change(change: Partial<DistributionChoice>): void {
    // What one kind has, another need not have.
    const kept = change.kind === undefined ? this.choice.value : { measure: null, split: null };
    this.open({ ...kept, ...change });
  }

  /** Asks anew: other traces may be listed. */
  again(): void {
    const choice = this.choice.value;
    if (!choice) return;
    const job = ++this.#job;
    this.progress.set({ done: 0, total: 0 });
    this.live.ask(() => this.#run(job, choice));
  }

  /** Content was hidden, or is shown again: nothing that was read before stays, whatever the next answer is. */
  contentFlipped(): void {
    this.live.clear();
    this.again();
  }

  /** `focus`: the trace gets the keyboard. */
  close(focus = true): void {
    this.#job++;
    this.choice.set(undefined);
    this.live.clear();
    if (focus) this.#deps.closed();
  }

  /** Shows the distribution again that was closed for a trace. */
  back(): void {
    this.open();
  }

  openSpan(ref: SpanRef): void {
    this.close(false);
    this.#deps.openSpan(ref);
  }

  /** Adds a range of bins (inclusive places) to the list's filter, with a group's own condition. */
  filterRange(answer: Distribution, from: number, to: number, group: MeasuredGroup | undefined): void {
    const filter = rangeFilter(answer, from, to, group);
    if (filter !== '') this.#add(filter);
  }

  filterGroup({ kindFilter }: Distribution, group: MeasuredGroup): void {
    if (group.filter !== '') this.#add(`any(${kindFilter} ${group.filter})`);
  }

  #add(filter: string): void {
    const before = this.#deps.list.filter.value.trim();
    this.#deps.filterBy(before === '' ? filter : `${/\bor\b/i.test(before) ? `(${before})` : before} ${filter}`);
  }

  async #run(job: number, choice: DistributionChoice): Promise<Distribution> {
    const { host, list } = this.#deps;
    const { filter, brush } = list.query;
    const timer = setInterval(() => {
      host.request('distribution/progress', { job }).then(
        (progress) => {
          if (job === this.#job) this.progress.set(progress);
        },
        () => undefined,
      );
    }, PROGRESS_MS);
    try {
      return await host.request(
        'distribution/run',
        { job, set: { ...ALL_TRACES, filter, brush }, ...choice },
        { supersede: 'distribution', timeoutMs: TIMEOUT_MS },
      );
    } finally {
      clearInterval(timer);
    }
  }
}

/** The spans whose measure lies in bins `from` to `to` (inclusive), in the filter language; open at the ends of the histogram. Empty without a measure. */
export function rangeFilter(
  { measure, edges, unit, kindFilter }: Distribution,
  from: number,
  to: number,
  group?: MeasuredGroup,
): string {
  if (!measure) return '';
  const number = (value: number): string => (unit === 'ns' ? `${String(value / 1e6)}ms` : String(value));
  const [low, high] = [edges[Math.min(from, to)], edges[Math.max(from, to) + 1]];
  const parts = [
    kindFilter,
    group?.filter ?? '',
    low === undefined ? '' : `${measure.field}>=${number(low)}`,
    high === undefined ? '' : `${measure.field}<${number(high)}`,
  ];
  return `any(${parts.filter((part) => part !== '').join(' ')})`;
}
