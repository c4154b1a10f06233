import { MetricStore } from '../core/metrics/metricStore.ts';
import type { TraceId } from '../core/model/ids.ts';
import type { Handlers, Timers } from '../protocol/channel.ts';
import type { EngineMethods, ReceiverOptions, ReceiverState } from '../protocol/engineApi.ts';
import { callHandlers } from './callHandlers.ts';
import { CallReadings } from './callReadings.ts';
import { coverHandlers } from './contentCover.ts';
import { compareHandlers } from './compareHandlers.ts';
import { BaselineFile } from './baselineFile.ts';
import { Baselines } from './baselines.ts';
import { ChangeMarkers } from './changeMarkers.ts';
import { Around, aroundHandlers } from './aroundHandlers.ts';
import { Announcements } from './announcements.ts';
import { ClientTraces } from './clientTraces.ts';
import { ClientViews } from './clientViews.ts';
import type { ConnectOptions, EmitEvent, EngineClient, EngineConnection } from './engineClient.ts';
import type { EngineStore } from './engineStore.ts';
import { distributionHandlers } from './distributionHandlers.ts';
import { featureHandlers } from './featureHandlers.ts';
import { fileHandlers } from './fileHandlers.ts';
import { DebugPauses } from './debugPauses.ts';
import { ClientFinds } from './findHandlers.ts';
import { FollowAnswers } from './followAnswers.ts';
import { followHandlers } from './followHandlers.ts';
import { FilterCompletion } from './filterCompletion.ts';
import { findMatches } from './findMatches.ts';
import { Params } from './params.ts';
import { minimapHandlers } from './minimapHandlers.ts';
import { ProblemLog } from './problemLog.ts';
import { insightHandlers } from './insightHandlers.ts';
import { JournalKeeper, type JournalPlace } from './journalKeeper.ts';
import { ReceiverRun, type EngineReceiver } from './receiverRun.ts';
import type { IngestResult, IngestSink, LogLevel, ReceiverDeps } from './receiver/intake.ts';
import { GoneProcesses, isProcessAlive } from './goneProcesses.ts';
import { IdlePacker } from './idlePacker.ts';
import { listHandlers } from './listHandlers.ts';
import { LongTexts } from './longTexts.ts';
import { metricHandlers } from './metricAnswers.ts';
import { NoiseRules } from './noiseRules.ts';
import { queryHandlers } from './queryHandlers.ts';
import { readRedactOptions, Redaction } from './redaction.ts';
import { RunHolds } from './runHolds.ts';
import { SlicedWork } from './slicedWork.ts';
import { SpanAnswers } from './spanAnswers.ts';
import { spanHandlers } from './spanHandlers.ts';
import { StatusFigures } from './statusFigures.ts';
import { StepAnswers } from './stepAnswers.ts';
import { stepsHandlers } from './stepsHandlers.ts';
import { timingHandlers } from './timingHandlers.ts';
import { StorePressure } from './storePressure.ts';
import { TraceFilters } from './traceFilters.ts';
import { TraceLists } from './traceLists.ts';
import { TraceScopes } from './traceScopes.ts';
import { transferHandlers } from './transferHandlers.ts';
import { viewHandlers } from './viewHandlers.ts';
import { Views } from './views.ts';

export interface EngineDeps {
  readonly store: EngineStore;
  /** Makes the receiver that will feed this engine. */
  readonly createReceiver: (deps: ReceiverDeps) => EngineReceiver;
  /** Where what is stored is written down; without it everything is in memory only. */
  readonly journal?: JournalPlace;
  readonly timers: Timers;
  /** Milliseconds since the epoch, the clock the store settles by. */
  readonly now: () => number;
  /** Monotonic milliseconds, for pauses between announcements and the cost of relayouts. */
  readonly elapsed: () => number;
  /** A number nobody outside can know, fresh for every engine. */
  readonly seed: number;
  /** Id of the first view, see `ViewsDeps`. */
  readonly firstViewId?: number;
  /** Told by what options the receiver runs, with the ports it has; undefined when it was stopped. */
  readonly onReceiver?: (options: ReceiverOptions | undefined) => void;
}

/** A view of a trace that is not here yet is waited for this long. */
const READ_BACK_MS = 10_000;
const MIN_STORE_BYTES = 1024 * 1024;
const MAX_ID = Number.MAX_SAFE_INTEGER;
const MAX_FOLDERS = 1000;

/**
 * The engine without its thread: takes what the receiver ingests, answers the protocol's methods, announces changes at
 * most every 100 ms a kind. Store, receiver and their settings are shared by all clients; views and pause belong to one.
 * Handlers throw `ProtocolError` only: `invalid` for parameters of another shape, `notFound`
 * for what is not held (any more).
 */
export class Engine implements IngestSink {
  readonly #deps: EngineDeps;
  readonly #store: EngineStore;
  readonly #receiver: EngineReceiver;
  readonly #receiverRun: ReceiverRun;
  readonly #views: Views;
  readonly #calls: CallReadings;
  readonly #texts: LongTexts;
  readonly #spans: SpanAnswers;
  readonly #work: SlicedWork;
  readonly #around: Around;
  readonly #steps: StepAnswers;
  readonly #follow: FollowAnswers;
  readonly #redaction = new Redaction();
  readonly #baselines = new Baselines(() => this.#baselineFile?.save());
  readonly #baselineFile: BaselineFile | undefined;
  readonly #baselinesRead: Promise<void> = Promise.resolve();
  readonly #scopes: TraceScopes;
  readonly #lists: TraceLists;
  readonly #filters: TraceFilters;
  readonly #completion: FilterCompletion;
  readonly #markers = new ChangeMarkers();
  readonly #runHolds = new RunHolds();
  readonly #pauses = new DebugPauses(() => this.#emitPauses());
  readonly #noise: NoiseRules;
  readonly #problems = new ProblemLog();
  readonly #storePressure: StorePressure;
  readonly #announcements: Announcements;
  readonly #clients = new Set<EngineClient>();
  readonly #packer: IdlePacker;
  readonly #gone: GoneProcesses;
  readonly #journal: JournalKeeper;
  readonly #metrics = new MetricStore();
  readonly #figures: StatusFigures;

  constructor(deps: EngineDeps) {
    this.#deps = deps;
    this.#store = deps.store;
    this.#storePressure = new StorePressure(deps.store);
    this.#views = new Views({
      store: deps.store,
      elapsed: deps.elapsed,
      seed: deps.seed,
      ...(deps.firstViewId !== undefined && { firstId: deps.firstViewId }),
      onFailure: (traceId, error) => {
        const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
        this.log('error', `Trace ${traceId} could not be laid out: ${reason}`);
      },
    });
    this.#calls = new CallReadings(deps.store);
    this.#texts = new LongTexts(deps.store, this.#calls);
    this.#spans = new SpanAnswers(deps.store, this.#calls);
    this.#scopes = new TraceScopes(deps.store, (traceId) => deps.store.rows().touch(traceId));
    this.#lists = new TraceLists(deps);
    this.#filters = new TraceFilters(deps);
    this.#completion = new FilterCompletion(deps);
    this.#noise = new NoiseRules(deps.store);
    this.#work = new SlicedWork(deps);
    this.#around = new Around(deps.store, this.#work, deps.seed);
    this.#steps = new StepAnswers(deps.store, this.#work);
    this.#follow = new FollowAnswers(deps.store, this.#work, this.#steps);
    this.#announcements = new Announcements({
      ...deps,
      clients: this.#clients,
      views: this.#views,
      scopes: this.#scopes,
      calls: this.#calls,
      problems: this.#problems,
      status: (client) => this.#figures.of(client),
    });
    this.#packer = new IdlePacker({
      timers: deps.timers,
      elapsed: deps.elapsed,
      hasWork: () => deps.store.hasUnpacked,
      step: () => deps.store.pack(),
    });
    this.#gone = new GoneProcesses({
      timers: deps.timers,
      anyRunning: () => deps.store.anyRunning,
      running: () => deps.store.runningSpans(),
      end: (handles) => {
        this.ingest('traces', deps.store.endedRequest(handles, BigInt(deps.now()) * 1_000_000n));
      },
      isAlive: isProcessAlive,
    });
    this.#journal = new JournalKeeper({
      ...deps,
      metrics: this.#metrics,
      place: deps.journal,
      log: (level, message) => this.log(level, message),
      onChange: () => {
        this.#packer.wake();
        this.#gone.wake();
        this.#announcements.markStatus();
      },
      onListChange: () => {
        this.#announcements.markList();
      },
      onDeleteAll: () => this.#baselines.clear(),
    });
    if (deps.journal) {
      const file = new BaselineFile(deps.journal.dir, (level, message) => this.log(level, message));
      this.#baselineFile = file;
      this.#baselinesRead = this.#journal.opened.then(() => file.open(this.#baselines));
    }
    this.#receiver = deps.createReceiver({
      ingest: this,
      onProblem: (problem) => {
        this.#problems.add(problem, deps.now());
        this.#announcements.markStatus();
      },
      now: deps.now,
      log: (level, message) => this.log(level, message),
    });
    this.#figures = new StatusFigures({
      ...deps,
      metrics: this.#metrics,
      receiver: this.#receiver,
      problems: this.#problems,
      journal: this.#journal,
    });
    this.#receiverRun = new ReceiverRun({
      receiver: this.#receiver,
      timers: deps.timers,
      elapsed: deps.elapsed,
      opened: this.#journal.opened,
      onOptions: ({ maxBodyBytes }) => this.#storePressure.setMaxBodyBytes(maxBodyBytes),
      onReceiver: deps.onReceiver,
      onChange: () => this.#announcements.markStatus(),
    });
  }

  /**
   * Takes a whole protobuf export request and masks its secrets before anything keeps it. Throws `OtlpDecodeError` before anything changed when
   * it is malformed.
   */
  ingest(signal: 'traces' | 'logs' | 'metrics', body: Uint8Array): IngestResult {
    const redacted = this.#redaction.mask(signal, body);
    const result = this.#ingest(signal, body);
    this.#figures.took(signal, result, redacted);
    if (result.accepted > 0) this.#journal.append(signal, body);
    this.#packer.wake();
    this.#gone.wake();
    this.#announcements.markStatus();
    return result;
  }

  /** Why the store cannot take more now; undefined when it can. */
  pressure(): string | undefined {
    return this.#storePressure.check();
  }

  log(level: LogLevel, message: string): void {
    for (const { emit } of this.#clients) emit('log', { level, message });
  }

  /** Stops the receiver and every timer. */
  async dispose(): Promise<void> {
    this.#announcements.dispose();
    this.#packer.dispose();
    this.#gone.dispose();
    await this.#receiverRun.dispose();
    await this.#journal.dispose();
    await this.#baselinesRead;
    await this.#baselineFile?.dispose();
  }

  /** Adds a client; from now on it gets the events. */
  connect(emit: EmitEvent, options: ConnectOptions = { role: 'owner', roleReason: '' }): EngineConnection {
    const views = new ClientViews(this.#views);
    const client: EngineClient = {
      ...options,
      emit,
      views,
      finds: new ClientFinds({ views, store: this.#store, elapsed: this.#deps.elapsed }),
      traces: new ClientTraces({
        store: this.#store,
        scopes: this.#scopes,
        filters: this.#filters,
        onChange: () => {
          this.#announcements.markList();
        },
      }),
    };
    this.#clients.add(client);
    return {
      handlers: coverHandlers(this.#handlers(client), () => this.#figures.contentHidden),
      greet: () => {
        this.#announcements.markList();
      },
      dispose: () => {
        this.#clients.delete(client);
        client.finds.dispose();
        client.views.closeAll();
        this.#scopes.forget(client);
        this.#lists.forget(client);
        this.#markers.forget(client);
        this.#pauses.forget(client, this.#deps.now());
        this.#runHolds.forget(client);
      },
    };
  }

  /** Starts the receiver that another engine ran until now, see {@link ReceiverRun.resume}. */
  resumeReceiver(options: ReceiverOptions): Promise<ReceiverState> {
    return this.#receiverRun.resume(options);
  }

  #handlers(client: EngineClient): Handlers<EngineMethods> {
    return {
      ...this.#receiverRun.handlers(),
      'engine/status': () => this.#figures.of(client),
      'engine/limits': (params) => {
        const maxStoreBytes = new Params('engine/limits', params).integer('maxStoreBytes', MIN_STORE_BYTES, MAX_ID);
        this.#storePressure.setMaxStoreBytes(maxStoreBytes);
        this.#store.setMaxBytes(maxStoreBytes);
        this.#announcements.wake();
      },
      'engine/redact': (params) => ({
        problems: this.#redaction.apply(readRedactOptions(new Params('engine/redact', params))),
      }),
      'engine/hideContent': (params) => {
        this.#figures.contentHidden = new Params('engine/hideContent', params).boolean('hidden');
        this.#announcements.markList();
      },
      'client/hello': (params) => {
        const folders = new Params('client/hello', params).texts('folders', MAX_FOLDERS);
        this.#scopes.setWorkspace(client, { folders });
        this.#announcements.markList();
      },
      ...client.traces.handlers(client),
      ...listHandlers({
        client,
        lists: this.#lists,
        scopes: this.#scopes,
        markers: this.#markers,
        pauses: this.#pauses,
        noise: this.#noise,
        pausedAt: () => client.traces.pausedAt,
        filters: this.#filters,
        graph: this.#around.graph,
        held: () => this.#store.traceCount,
        onChange: () => {
          this.#announcements.markList();
        },
      }),
      ...this.#journal.handlers(),
      ...this.#runHolds.handlers(client),
      ...transferHandlers(this.#store, this),
      ...queryHandlers(this.#store, this.#filters, this.#completion),
      ...fileHandlers({
        store: this.#store,
        ingest: this,
        elapsed: this.#deps.elapsed,
        onProgress: (progress) => client.emit('files/progress', progress),
      }),
      ...metricHandlers(this.#metrics),
      'traces/find': (params) => ({
        matches: findMatches(this.#store, new Params('traces/find', params).text('text')),
      }),
      ...viewHandlers(client.views, (traceId) =>
        this.#store.summary(traceId) || !this.#journal.isReading ? undefined : this.#readBack(traceId),
      ),
      ...aroundHandlers(client.views, this.#around),
      ...stepsHandlers(client.views, this.#steps),
      ...followHandlers(client.views, this.#follow),
      ...client.finds.handlers(),
      ...distributionHandlers({ store: this.#store, filters: this.#filters, work: this.#work }),
      ...featureHandlers({
        store: this.#store,
        filters: this.#filters,
        work: this.#work,
        baselines: this.#baselines,
        restored: this.#baselinesRead,
        now: this.#deps.now,
      }),
      ...compareHandlers({
        store: this.#store,
        filters: this.#filters,
        work: this.#work,
        seed: this.#deps.seed,
      }),
      ...minimapHandlers(client.views, this.#deps.elapsed),
      ...spanHandlers(this.#spans),
      ...callHandlers({ calls: this.#calls, texts: this.#texts, work: this.#work }),
      ...timingHandlers(this.#store, this.#work),
      ...insightHandlers(this.#store, this.#work, () => this.#pauses.list),
      'pauses/list': () => ({ pauses: this.#pauses.list }),
      'signatures/list': () => this.#store.signatures(),
    };
  }

  #ingest(signal: 'traces' | 'logs' | 'metrics', body: Uint8Array): IngestResult {
    switch (signal) {
      case 'traces':
        return this.#store.ingestTraces(body);
      case 'logs':
        return this.#store.ingestLogs(body);
      case 'metrics':
        return this.#metrics.ingest(body);
    }
  }

  #emitPauses(): void {
    const pauses = this.#pauses.list;
    for (const { emit } of this.#clients) emit('pauses/changed', { pauses });
  }

  /** Waits until a trace is here or all is read back: panels open theirs anew as soon as another engine answers. */
  async #readBack(traceId: TraceId): Promise<void> {
    const until = this.#deps.elapsed() + READ_BACK_MS;
    while (!this.#store.summary(traceId) && this.#journal.isReading && this.#deps.elapsed() < until) {
      await this.#announcements.next();
    }
  }
}
