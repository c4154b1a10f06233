import type { MetricStore } from '../core/metrics/metricStore.ts';
import type { OtlpSignal } from '../core/otlp/responses.ts';
import type { EngineStatus } from '../protocol/engineApi.ts';
import type { EngineClient } from './engineClient.ts';
import type { EngineStore } from './engineStore.ts';
import type { JournalKeeper } from './journalKeeper.ts';
import type { ProblemLog } from './problemLog.ts';
import type { IngestResult } from './receiver/intake.ts';
import type { EngineReceiver } from './receiverRun.ts';

export interface StatusFiguresDeps {
  readonly store: EngineStore;
  readonly metrics: MetricStore;
  readonly receiver: EngineReceiver;
  readonly problems: ProblemLog;
  readonly journal: JournalKeeper;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What a client's status tells, and what is counted for it alone. */
export class StatusFigures {
  /** Content of model calls is covered in every answer. */
  contentHidden = false;
  readonly #deps: StatusFiguresDeps;
  #metricPoints = 0;
  #rejected = 0;
  #redactedValues = 0;

  constructor(deps: StatusFiguresDeps) {
    this.#deps = deps;
  }

  /** A request was taken, with so many values masked in it. */
  took(signal: OtlpSignal, { accepted, rejected }: IngestResult, redacted: number): void {
    this.#redactedValues += redacted;
    if (signal === 'metrics') this.#metricPoints += accepted;
    this.#rejected += rejected;
  }

  of(client: EngineClient): EngineStatus {
    const { store, metrics, receiver, problems, journal } = this.#deps;
    const busy = problems.busy(this.#deps.now());
    return {
      receiver: receiver.state,
      traces: store.traceCount,
      spans: store.spanCount,
      logs: store.logCount,
      metricPoints: this.#metricPoints,
      metricSeries: metrics.seriesCount,
      heldBytes: store.heldBytes + metrics.heldBytes,
      evictedSpans: store.evictedSpans,
      rejectedSpans: this.#rejected,
      refusedRequests: receiver.metrics.refusedRequests,
      redactedValues: this.#redactedValues,
      problems: problems.problems,
      journal: journal.status,
      cleared: store.clears > 0,
      ...(busy !== undefined && { pressure: busy.message }),
      paused: client.traces.isPaused,
      ...(this.contentHidden && { contentHidden: true }),
      role: client.role,
      roleReason: client.roleReason,
    };
  }
}
