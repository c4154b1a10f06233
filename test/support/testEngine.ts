import { MessageChannel } from 'node:worker_threads';
import { spanIdText, type SpanId, type TraceId } from '../../src/core/model/ids.ts';
import type { SpanDetails, SpanRef } from '../../src/core/model/span.ts';
import type { TraceSummary } from '../../src/core/model/trace.ts';
import { TraceStore } from '../../src/core/store/traceStore.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { JournalPlace } from '../../src/engine/journalKeeper.ts';
import type { ReceiverDeps, ReceiverMetrics } from '../../src/engine/receiver/intake.ts';
import { Receiver } from '../../src/engine/receiver/receiver.ts';
import type { ReceiverLimits } from '../../src/engine/receiver/receiverLimits.ts';
import { Channel, type Timers } from '../../src/protocol/channel.ts';
import type { EngineEvents, EngineMethods, ReceiverOptions } from '../../src/protocol/engineApi.ts';
import { portTransport } from '../../src/protocol/portTransport.ts';

export type EngineChannel = Channel<EngineMethods, object, EngineEvents, object>;

export interface TestEngineOptions {
  /** Bytes the store holds; 256 MiB unless told. */
  readonly maxStoreBytes?: number;
  /** A clock to move by hand instead of the machine's. */
  readonly clock?: { readonly now: () => number; readonly elapsed: () => number; readonly timers: Timers };
  /** False leaves the receiver stopped. */
  readonly receiver?: boolean;
  readonly receiverOptions?: Partial<ReceiverOptions>;
  /** Where it keeps its journal; in memory only unless told. */
  readonly journal?: JournalPlace;
  readonly receiverLimits?: Partial<ReceiverLimits>;
}

/** A whole engine in this process, asked over a real message port: real store, real receiver on free ports. */
export interface TestEngine {
  readonly engine: Engine;
  readonly store: TraceStore;
  /** What the receiver counted since the start. */
  readonly metrics: Readonly<ReceiverMetrics>;
  /** 0 when the receiver was not started. */
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly channel: EngineChannel;
  readonly request: EngineChannel['request'];
  readonly on: EngineChannel['on'];
  /** A further link to the same engine, as another window would have. */
  connect(): EngineChannel;
  /** The next event of a kind that `fits`, from now on. */
  nextEvent<K extends keyof EngineEvents>(
    event: K,
    fits?: (payload: EngineEvents[K]) => boolean,
  ): Promise<EngineEvents[K]>;
  /** The first span of that name, as soon as it is here; rejects after 20 s with the names that are. */
  waitForSpan(name: string): Promise<SpanRef>;
  listTraces(): Promise<readonly TraceSummary[]>;
  details(traceId: TraceId, spanId: SpanId): Promise<SpanDetails>;
  stop(): Promise<void>;
}

const WAIT_MS = 20_000;

const realTimers: Timers = {
  set: (callback, ms) => setTimeout(callback, ms),
  clear: (handle) => clearTimeout(handle as NodeJS.Timeout),
};

/** Starts an engine; stop it in an `after`, else its sockets keep the process alive. */
export async function startTestEngine(options: TestEngineOptions = {}): Promise<TestEngine> {
  const clock = options.clock ?? { now: () => Date.now(), elapsed: () => performance.now(), timers: realTimers };
  const store = new TraceStore({ now: clock.now, maxBytes: options.maxStoreBytes ?? 256 * 1024 * 1024 });
  const served: Channel<object, EngineMethods, object, EngineEvents>[] = [];
  let receiver: Receiver | undefined;
  const engine = new Engine({
    store,
    createReceiver: (deps: ReceiverDeps) => {
      receiver = new Receiver({ ...deps, ...(options.receiverLimits && { limits: options.receiverLimits }) });
      return receiver;
    },
    ...(options.journal && { journal: options.journal }),
    timers: clock.timers,
    now: clock.now,
    elapsed: clock.elapsed,
    seed: 20_061_123,
  });
  const connect = (): EngineChannel => {
    const { port1, port2 } = new MessageChannel();
    const connection = engine.connect((event, payload) => serving.emit(event, payload));
    const serving = new Channel<object, EngineMethods, object, EngineEvents>(
      portTransport(port1, () => port1.close()),
      connection.handlers,
      realTimers,
    );
    served.push(serving);
    port1.on('close', () => connection.dispose());
    return new Channel<EngineMethods, object, EngineEvents, object>(
      portTransport(port2, () => port2.close()),
      {},
      realTimers,
    );
  };
  const channel = connect();
  if (!receiver) throw new Error('the engine made no receiver');
  const ports = { httpPort: 0, grpcPort: 0 };
  if (options.receiver !== false) {
    const state = await channel.request('receiver/start', {
      httpPort: 0,
      grpcPort: 0,
      maxBodyBytes: 64 * 1024 * 1024,
      allowedHosts: [],
      ...options.receiverOptions,
    });
    if (state.kind !== 'listening') throw new Error(`the receiver does not listen: ${JSON.stringify(state)}`);
    Object.assign(ports, { httpPort: state.httpPort, grpcPort: state.grpcPort });
  }
  return {
    engine,
    store,
    metrics: receiver.metrics,
    ...ports,
    channel,
    request: channel.request.bind(channel),
    on: channel.on.bind(channel),
    connect,
    nextEvent: (event, fits = () => true) =>
      new Promise((resolve) => {
        const stop = channel.on(event, (payload) => {
          if (!fits(payload)) return;
          stop();
          resolve(payload);
        });
      }),
    waitForSpan: (name) => waitForSpan(channel, store, name),
    listTraces: async () => (await channel.request('traces/list', { limit: 100_000 })).traces,
    details: (traceId, spanId) => channel.request('span/details', { traceId, spanId }),
    stop: async () => {
      await engine.dispose();
      channel.dispose();
      for (const each of served) each.dispose();
    },
  };
}

function heldSpans(store: TraceStore): readonly { readonly name: string; readonly ref: SpanRef }[] {
  const spans: { name: string; ref: SpanRef }[] = [];
  for (const { traceId } of store.list(100_000)) {
    const columns = store.columns(traceId);
    for (let index = 0; columns && index < columns.count; index++) {
      const spanId = spanIdText(columns.idHi[index] ?? 0, columns.idLo[index] ?? 0);
      spans.push({ name: store.nameOf(columns.handle[index] ?? 0), ref: { traceId, spanId } });
    }
  }
  return spans;
}

function waitForSpan(channel: EngineChannel, store: TraceStore, name: string): Promise<SpanRef> {
  const find = (): SpanRef | undefined => heldSpans(store).find((span) => span.name === name)?.ref;
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const found = find();
      if (!found) return;
      settle();
      resolve(found);
    };
    const stop = channel.on('traces/changed', look);
    const timer = setTimeout(() => {
      settle();
      const names = [...new Set(heldSpans(store).map((span) => span.name))].slice(0, 50);
      reject(new Error(`no span ${name} came in ${WAIT_MS} ms; held: ${names.join(', ') || 'none'}`));
    }, WAIT_MS);
    const settle = (): void => {
      stop();
      clearTimeout(timer);
    };
    look();
  });
}
