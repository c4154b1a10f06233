import type { MetricStore } from '../core/metrics/metricStore.ts';
import type { OtlpSignal } from '../core/otlp/responses.ts';
import type { Handlers, Timers } from '../protocol/channel.ts';
import type { EngineMethods, JournalStatus } from '../protocol/engineApi.ts';
import { ProtocolError } from '../protocol/errors.ts';
import type { EngineStore } from './engineStore.ts';
import { Journal } from './journal/journal.ts';
import type { JournalFiles } from './journal/journalFiles.ts';
import type { HistorySink } from './journal/replay.ts';
import type { JournalLimits } from './journal/retention.ts';
import { Params } from './params.ts';
import type { LogLevel } from './receiver/intake.ts';

/** Where an engine keeps its journal. It must be the only one there. */
export interface JournalPlace {
  readonly dir: string;
  /** Until `journal/limits` says otherwise. */
  readonly limits: JournalLimits;
  /** For tests; the real file system unless told. */
  readonly files?: JournalFiles;
}

export interface JournalKeeperDeps {
  readonly store: EngineStore;
  readonly metrics: Pick<MetricStore, 'ingest' | 'clear'>;
  /** Without one everything is in memory only. */
  readonly place: JournalPlace | undefined;
  readonly timers: Timers;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
  readonly log: (level: LogLevel, message: string) => void;
  /** The journal's status, or the store by what was read back, changed. */
  readonly onChange: () => void;
  /** The list of traces changed as a whole. */
  readonly onListChange: () => void;
  /** All that was received is being forgotten. */
  readonly onDeleteAll: () => void;
}

type JournalMethod =
  'journal/limits' | 'journal/retry' | 'traces/clear' | 'traces/undoClear' | 'traces/pin' | 'traces/deleteAll';

const MAX_KEEP_DAYS = 3650;
const MIN_JOURNAL_BYTES = 16 * 1024 * 1024;

const MEMORY_ONLY: JournalStatus = {
  state: 'off',
  message: '',
  replayedBytes: 0,
  totalBytes: 0,
  diskBytes: 0,
  damagedRecords: 0,
  unwrittenRequests: 0,
};

/** Keeps store and journal together: what is stored, cleared and deleted here is so there, also after a restart. */
export class JournalKeeper {
  /** Resolves when requests are written down; never rejects. */
  readonly opened: Promise<void>;
  readonly #deps: JournalKeeperDeps;
  #journal: Journal | undefined;
  #isOpen = false;
  /** Imported before the folder was open; the receiver waits for it. */
  #early: (() => void)[] = [];

  constructor(deps: JournalKeeperDeps) {
    this.#deps = deps;
    this.#isOpen = deps.place === undefined;
    this.opened = deps.place ? this.#open(deps.place) : Promise.resolve();
  }

  get status(): JournalStatus {
    return this.#journal?.status ?? MEMORY_ONLY;
  }

  /** Whether what earlier processes wrote is still being read back: what is not held may come. */
  get isReading(): boolean {
    return !this.#isOpen || this.#journal?.status.state === 'replaying';
  }

  /** To be called with what the store took, before the sender is answered. Never throws. */
  append(signal: OtlpSignal, body: Uint8Array): void {
    if (this.#journal) this.#journal.append(signal, body);
    else if (this.#deps.place) this.#early.push(() => this.#journal?.append(signal, body));
  }

  async dispose(): Promise<void> {
    await this.opened;
    await this.#journal?.dispose();
  }

  handlers(): Pick<Handlers<EngineMethods>, JournalMethod> {
    const { store, onListChange } = this.#deps;
    return {
      'journal/limits': async (params) => {
        const read = new Params('journal/limits', params);
        const keepDays = read.integer('keepDays', 0, MAX_KEEP_DAYS);
        const maxBytes = read.integer('maxBytes', MIN_JOURNAL_BYTES, Number.MAX_SAFE_INTEGER);
        await this.opened;
        this.#journal?.setLimits({ keepDays, maxBytes });
      },
      'journal/retry': async () => {
        await this.opened;
        this.#journal?.retry();
        return this.status;
      },
      'traces/clear': () =>
        this.#whenOpen(() => {
          const hidden = store.clear();
          this.#journal?.clear();
          onListChange();
          return { hidden };
        }),
      'traces/undoClear': () =>
        this.#whenOpen(() => {
          store.undoClear();
          this.#journal?.undoClear();
          onListChange();
        }),
      'traces/pin': (params) => {
        const read = new Params('traces/pin', params);
        const traceId = read.traceId('traceId');
        const pinned = read.boolean('pinned');
        return this.#whenOpen(() => {
          if (!store.pin(traceId, pinned)) throw new ProtocolError('notFound', `trace ${traceId} is not held`);
          this.#journal?.setPinned(traceId, pinned);
          onListChange();
        });
      },
      'traces/deleteAll': async () => {
        await this.opened;
        // Begins at once, so that nothing is read back into the empty store.
        const deleting = this.#journal?.deleteAll();
        const deleted = store.deleteAll();
        this.#deps.metrics.clear();
        this.#deps.onDeleteAll();
        onListChange();
        try {
          await deleting;
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error);
          throw new ProtocolError('failed', `The traces are gone from memory, but not all of the disk: ${reason}`);
        }
        return { deleted };
      },
    };
  }

  /** At once, unless the folder is still being opened: what was cleared before must be known first. */
  #whenOpen<T>(act: () => T): T | Promise<T> {
    return this.#isOpen ? act() : this.opened.then(act);
  }

  async #open({ dir, limits, files }: JournalPlace): Promise<void> {
    const { timers, now, elapsed, log, store, onChange } = this.#deps;
    const journal = await Journal.open(dir, { timers, now, elapsed, log, limits, ...(files && { files }) });
    journal.onChange = onChange;
    store.restoreClears(journal.state.clears.length);
    this.#journal = journal;
    this.#isOpen = true;
    for (const append of this.#early.splice(0)) append();
    void journal.replay(this.#history(journal));
    onChange();
  }

  #history(journal: Journal): HistorySink {
    const { store, metrics } = this.#deps;
    return {
      beginHistory: () => store.beginHistory(),
      ingestHistory: (signal, body, arrivedMs) => {
        if (signal === 'metrics') {
          metrics.ingest(body);
          return 'stored';
        }
        const clear = journal.state.clears.findIndex((clearedMs) => arrivedMs <= clearedMs);
        return store.ingestHistory(signal, body, arrivedMs, clear + 1);
      },
      endHistory: () => {
        store.endHistory();
        for (const traceId of journal.state.pins) store.pin(traceId, true);
      },
    };
  }
}
