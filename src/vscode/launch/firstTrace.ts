import type { TraceSummary } from '../../core/model/trace.ts';
import { runQuestion } from '../../protocol/runArrival.ts';
import { setContextKey } from '../contextKeys.ts';
import type { EngineClient } from '../engineClient.ts';

/** A run that serves nothing by then is left alone. */
const WAIT_MS = 15 * 60_000;

/**
 * Waits for what a run sends first. The view says so meanwhile; of a workspace's first run the trace is shown, so that who
 * never used the list sees where the traces are. Takes no focus, and shows nothing where a panel is open.
 */
export class FirstTrace {
  readonly #engine: EngineClient;
  readonly #show: (trace: TraceSummary) => void;
  #wanted: { readonly runId: string; readonly until: number; readonly show: boolean } | undefined;
  #asking = false;

  constructor(engine: EngineClient, show: (trace: TraceSummary) => void) {
    this.#engine = engine;
    this.#show = show;
    engine.on('traces/changed', () => void this.#look());
  }

  waitFor(runId: string, show: boolean): void {
    this.#wanted = { runId, until: Date.now() + WAIT_MS, show };
    setContextKey('spanline.awaiting', true);
    void this.#look();
  }

  async #look(): Promise<void> {
    const wanted = this.#wanted;
    if (!wanted || this.#asking) return;
    if (Date.now() > wanted.until) {
      this.#end();
      return;
    }
    this.#asking = true;
    try {
      const trace = await this.#newestOf(wanted.runId);
      if (!trace || this.#wanted !== wanted) return;
      this.#end();
      if (wanted.show) this.#show(trace);
    } catch {
      // An engine that is on its way: it tells of changes again.
    } finally {
      this.#asking = false;
    }
  }

  #end(): void {
    this.#wanted = undefined;
    setContextKey('spanline.awaiting', false);
  }

  /** The newest trace of a run whose root is here; what is noise is not looked at. */
  async #newestOf(runId: string): Promise<TraceSummary | undefined> {
    const { rows } = await this.#engine.request('traces/page', runQuestion(runId, 10));
    return rows.flatMap((row) => (row.kind === 'trace' && row.trace.rootSpanId !== '' ? [row.trace] : []))[0];
  }
}
