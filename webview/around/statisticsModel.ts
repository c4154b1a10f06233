import type {
  StatisticsAnswer,
  StatisticsBy,
  StatisticsColumn,
  StatisticsQuestion,
  StatisticsRow,
  WindowNs,
} from '../../src/protocol/aroundApi.ts';
import type { Host } from '../protocol/host.ts';
import { Store } from '../state/store.ts';
import type { WaterfallModel } from '../waterfall/waterfallModel.ts';
import { LiveAnswer } from './liveAnswer.ts';

/** Lines asked for; the table says how many more there are. */
export const SHOWN_ROWS = 1000;
/** Lines copied as CSV. */
const COPIED_ROWS = 10_000;

/** What the table is of and how it is sorted. */
export interface StatisticsShape {
  readonly by: StatisticsBy;
  /** The attribute's key; empty for other fields and until one was chosen. */
  readonly key: string;
  readonly sort: StatisticsColumn;
  readonly descending: boolean;
}

export interface AroundDeps {
  readonly host: Pick<Host, 'request'>;
  readonly waterfall: Pick<WaterfallModel, 'info' | 'selected' | 'reveal' | 'zoom'>;
  /** Says something in the notice line. */
  readonly tell: (message: string) => void;
}

/** The statistics of the open trace. Lives as long as the panel; asks only while it is shown. */
export class StatisticsModel {
  readonly shape = new Store<StatisticsShape>({ by: 'name', key: '', sort: 'self', descending: true });
  /** The stretch of time it is about: what is marked in the waterfall; all of the trace without one. */
  readonly window: Store<WindowNs | undefined>;
  /** Number of the group the keyboard is on, -1 for none. */
  readonly active = new Store(-1);
  readonly live = new LiveAnswer<StatisticsAnswer>();
  readonly #deps: AroundDeps;
  #stops: (() => void)[] = [];
  #viewId: number | undefined;
  /** Where stepping through the slowest spans of a group stands. */
  /** By what the line says: groups are numbered anew whenever spans come. */
  #stepping: { readonly line: string; readonly rank: number } | undefined;

  constructor(deps: AroundDeps) {
    this.#deps = deps;
    this.window = deps.waterfall.zoom.selection.area;
  }

  /** Follows the open trace until {@link hide}. */
  show(): void {
    const { waterfall } = this.#deps;
    const ask = (): void => this.#ask();
    this.#stops = [
      waterfall.info.subscribe(() => this.#traceChanged()),
      this.shape.subscribe(ask),
      this.window.subscribe(ask),
    ];
    this.#ask();
  }

  hide(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  /** Sorts by a column; again by the same turns the order round. Texts begin at their start, numbers at the largest. */
  sortBy(sort: StatisticsColumn): void {
    const { value } = this.shape;
    this.shape.set({ ...value, sort, descending: value.sort === sort ? !value.descending : sort !== 'value' });
  }

  groupBy(by: StatisticsBy, key: string): void {
    this.active.set(-1);
    this.shape.set({ ...this.shape.value, by, key: by === 'attribute' ? key : '' });
  }

  /** Selects the slowest span of a group; called again for the same group, the next slowest. */
  async stepThrough(row: StatisticsRow): Promise<void> {
    const question = this.#question();
    if (!question) return;
    const line = [question.viewId, question.by, question.key, row.special, row.value].join('\n');
    const rank = this.#stepping?.line === line ? this.#stepping.rank + 1 : 0;
    try {
      const span = (at: number) =>
        this.#deps.host.request('statistics/span', { ...question, group: row.group, rank: at });
      let found = await span(rank);
      const ended = found.spanId === '' && rank > 0;
      if (ended) found = await span(0);
      if (found.spanId === '') return;
      const at = ended ? 0 : rank;
      this.#stepping = { line, rank: at };
      await this.#deps.waterfall.reveal(found.spanId);
      this.#deps.tell(stepText(at, found.of, row.count));
    } catch (error) {
      this.#deps.tell(error instanceof Error ? error.message : String(error));
    }
  }

  /** The whole table, as far as it may be copied. */
  async all(): Promise<readonly StatisticsRow[]> {
    const question = this.#question();
    if (!question) return [];
    const { sort, descending } = this.shape.value;
    const answer = await this.#deps.host.request('statistics/table', {
      ...question,
      sort,
      descending,
      limit: COPIED_ROWS,
    });
    return answer.rows;
  }

  #question(): StatisticsQuestion | undefined {
    const info = this.#deps.waterfall.info.value;
    const { by, key } = this.shape.value;
    if (!info || (by === 'attribute' && key === '')) return undefined;
    return { viewId: info.viewId, by, key, window: this.window.value ?? null };
  }

  #traceChanged(): void {
    const viewId = this.#deps.waterfall.info.value?.viewId;
    if (viewId !== this.#viewId) {
      this.active.set(-1);
      this.#ask();
    } else this.live.askAgain(() => this.#request());
  }

  #ask(): void {
    const viewId = this.#deps.waterfall.info.value?.viewId;
    if (viewId !== this.#viewId) this.live.clear();
    this.#viewId = viewId;
    if (this.#question()) this.live.ask(() => this.#request());
    else this.live.clear();
  }

  #request(): Promise<StatisticsAnswer> {
    const question = this.#question();
    if (!question) return Promise.reject(new Error('no trace is open'));
    const { sort, descending } = this.shape.value;
    return this.#deps.host.request('statistics/table', { ...question, sort, descending, limit: SHOWN_ROWS });
  }
}

/** Where stepping stands; `of` spans can be stepped through, of `count`. */
function stepText(rank: number, of: number, count: number): string {
  if (count === 1) return 'The only span of this line.';
  const all = of < count ? `the ${of.toLocaleString('en-US')} slowest` : of.toLocaleString('en-US');
  return rank === 0 ? `The slowest of ${all}. Enter goes to the next.` : `Number ${rank + 1} of ${all}.`;
}
