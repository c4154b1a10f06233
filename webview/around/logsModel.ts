import type { SpanRef } from '../../src/core/model/span.ts';
import type { TraceLogPage, TraceLogRow } from '../../src/protocol/aroundApi.ts';
import { Store } from '../state/store.ts';
import { LiveAnswer } from './liveAnswer.ts';
import type { AroundDeps } from './statisticsModel.ts';

/** Rows fetched above and below those in sight. */
const AROUND = 150;

export interface LogsDeps extends AroundDeps {
  readonly openLog: (ref: SpanRef, logIndex: number) => void;
  readonly openSource: (toSide: boolean) => void;
}

/** Log records and events of the open trace, by windows of rows. */
export class LogsModel {
  /** Least OTLP SeverityNumber shown; 0 for all. */
  readonly severity = new Store(0);
  readonly text = new Store('');
  /** Row the keyboard is on, -1 for none. */
  readonly active = new Store(-1);
  readonly live = new LiveAnswer<TraceLogPage>();
  readonly #deps: LogsDeps;
  #stops: (() => void)[] = [];
  #viewId: number | undefined;
  #first = 0;
  #last = 40;

  constructor(deps: LogsDeps) {
    this.#deps = deps;
  }

  /** Follows the open trace until {@link hide}. */
  show(): void {
    const { waterfall } = this.#deps;
    const filtered = (): void => {
      this.active.set(-1);
      this.#ask();
    };
    this.#stops = [
      waterfall.info.subscribe(() => this.#traceChanged()),
      this.severity.subscribe(filtered),
      this.text.subscribe(filtered),
    ];
    this.#traceChanged();
  }

  hide(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  /** Log records came, of whatever trace. */
  refreshSoon(): void {
    if (this.#stops.length > 0 && this.#viewId !== undefined) this.live.askAgain(() => this.#request());
  }

  /** The rows in sight. */
  setWindow(first: number, last: number): void {
    this.#first = first;
    this.#last = last;
    const page = this.live.answer.value;
    const isHere = page && first >= page.from && Math.min(last, page.matched) <= page.from + page.rows.length;
    if (!isHere) this.#ask();
  }

  rowAt(row: number): TraceLogRow | undefined {
    const page = this.live.answer.value;
    return page?.rows[row - page.from];
  }

  /** Selects the span of a row. */
  select(row: number): void {
    const spanId = this.rowAt(row)?.spanId ?? '';
    if (spanId !== '') void this.#deps.waterfall.reveal(spanId);
  }

  /** Opens the line that a record names, else the span's. */
  async open(row: number): Promise<void> {
    const found = this.rowAt(row);
    const traceId = this.#deps.waterfall.info.value?.summary.traceId;
    if (!found || found.spanId === '' || traceId === undefined) {
      this.#deps.tell('This record belongs to no span.');
      return;
    }
    await this.#deps.waterfall.reveal(found.spanId);
    if (found.hasLine && found.logIndex >= 0) this.#deps.openLog({ traceId, spanId: found.spanId }, found.logIndex);
    else this.#deps.openSource(false);
  }

  #traceChanged(): void {
    const viewId = this.#deps.waterfall.info.value?.viewId;
    if (viewId === this.#viewId && this.live.answer.value) {
      this.refreshSoon();
      return;
    }
    this.#viewId = viewId;
    this.active.set(-1);
    this.live.clear();
    this.#ask();
  }

  #ask(): void {
    if (this.#viewId !== undefined) this.live.ask(() => this.#request());
  }

  #request(): Promise<TraceLogPage> {
    const from = Math.max(0, this.#first - AROUND);
    return this.#deps.host.request('logs/page', {
      viewId: this.#viewId ?? 0,
      severity: this.severity.value,
      text: this.text.value,
      from,
      count: Math.min(500, this.#last + AROUND - from),
    });
  }
}
