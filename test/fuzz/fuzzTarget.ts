import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { MetricStore } from '../../src/core/metrics/metricStore.ts';
import { OtlpDecodeError } from '../../src/core/otlp/decodeError.ts';
import type { OtlpSignal } from '../../src/core/otlp/responses.ts';
import { TraceStore } from '../../src/core/store/traceStore.ts';
import { decompress } from '../../src/engine/receiver/decompress.ts';
import { Intake } from '../../src/engine/receiver/intake.ts';
import type { IngestResult, ReceiverDeps } from '../../src/engine/receiver/intake.ts';
import { MemoryBudget } from '../../src/engine/receiver/memoryBudget.ts';
import { Receiver } from '../../src/engine/receiver/receiver.ts';
import { DEFAULT_LIMITS } from '../../src/engine/receiver/receiverLimits.ts';
import { Redaction } from '../../src/engine/redaction.ts';
import { dumpStore } from '../support/dumpStore.ts';
import { logsRequest, spanIdAt, TRACE_ID, tracesRequest } from '../support/otlpBytes.ts';
import type { FuzzInput } from './fuzzInput.ts';

const MAX_BODY = 4 * 1024 * 1024;
const STORE_BYTES = 8 * 1024 * 1024;
/** Every so many bodies also go into a small store that is compared and read in full. */
const DEEP_EVERY = 200;
/** A peer that has said all it had is given this long to be answered or closed. */
const ANSWER_MS = 3000;

/** What inputs are thrown at: redaction and a store that has to evict, behind the receiver's own rules and sockets. */
export class FuzzTarget {
  readonly #redaction = new Redaction();
  readonly store = new TraceStore({ now: () => 1000, maxBytes: STORE_BYTES });
  readonly #metrics = new MetricStore();
  readonly #intake: Intake;
  readonly #receiver: Receiver;
  #port = 0;
  #bodies = 0;
  /** What the receiver logged as an error of its own. */
  readonly #errors: string[] = [];
  accepted = 0;
  refused = 0;

  constructor() {
    const deps: ReceiverDeps = {
      ingest: { ingest: (signal, body) => this.#ingest(signal, body) },
      onProblem: () => undefined,
      now: () => 1000,
      log: (level, message) => {
        if (level === 'error') this.#errors.push(message);
      },
      limits: { lingerMs: 50, headerTimeoutMs: 1000, requestTimeoutMs: 1000 },
    };
    this.#receiver = new Receiver(deps);
    const metrics = { acceptedRequests: 0, refusedRequests: 0, lastAcceptedMs: 0, acceptedBytes: 0, connections: 0 };
    const options = { maxBodyBytes: MAX_BODY, allowedHosts: [] };
    this.#intake = new Intake(deps, metrics, new MemoryBudget(1e9), DEFAULT_LIMITS, options);
  }

  async start(): Promise<void> {
    const state = await this.#receiver.start({ httpPort: 0, grpcPort: 0, maxBodyBytes: MAX_BODY, allowedHosts: [] });
    if (state.kind !== 'listening') throw new Error(`the receiver does not listen: ${state.kind}`);
    this.#port = state.httpPort;
  }

  async stop(): Promise<void> {
    await this.#receiver.stop();
  }

  /** Throws when the input makes anything fail that may not. */
  async run(input: FuzzInput): Promise<void> {
    this.#errors.length = 0;
    if (input.lane === 'body') this.#takeBody(input);
    else await this.#converse(input.bytes);
    if (this.#errors.length > 0) throw new Error(this.#errors.join('\n'));
    const limit = 2 * STORE_BYTES + MAX_BODY;
    if (this.store.heldBytes > limit) throw new Error(`the store holds ${this.store.heldBytes} bytes`);
    this.store.takeChanges();
  }

  #takeBody({ signal, format, coding, bytes }: FuzzInput): void {
    const inflated = decompress(coding, Uint8Array.from(bytes), MAX_BODY);
    if ('failed' in inflated) {
      this.refused++;
      return;
    }
    this.#intake.accept(signal, format, inflated.body, 'fuzz');
  }

  #ingest(signal: OtlpSignal, body: Uint8Array): IngestResult {
    if (this.#bodies++ % DEEP_EVERY === 0) readDeeply(signal, Uint8Array.from(body), this.#redaction);
    const before = this.#figures();
    try {
      this.#redaction.mask(signal, body);
      const result = ingest(this.store, this.#metrics, signal, body);
      this.accepted++;
      return result;
    } catch (error) {
      this.refused++;
      assert.deepEqual(this.#figures(), before, 'a refused message changed the store');
      throw error;
    }
  }

  /** Not the bytes the spans hold: an empty segment may be opened for a message that then is refused. */
  #figures(): readonly number[] {
    const { traceCount, spanCount, logCount, evictedSpans } = this.store;
    const { seriesCount, heldBytes, droppedPoints } = this.#metrics;
    return [traceCount, spanCount, logCount, evictedSpans, seriesCount, heldBytes, droppedPoints];
  }

  /** Writes `bytes` to a connection and waits until it is answered or closed. */
  async #converse(bytes: Uint8Array): Promise<void> {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    socket.on('error', () => undefined);
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.resume();
    socket.end(bytes);
    const late = new AbortController();
    const isLate = await Promise.race([
      closed.then(() => false),
      delay(ANSWER_MS, true, { signal: late.signal }).catch(() => false),
    ]);
    late.abort();
    socket.destroy();
    if (isLate) throw new Error(`a connection was neither answered nor closed in ${ANSWER_MS} ms`);
    await closed;
  }
}

function ingest(store: TraceStore, metrics: MetricStore, signal: OtlpSignal, body: Uint8Array): IngestResult {
  if (signal === 'traces') return store.ingestTraces(body);
  return signal === 'logs' ? store.ingestLogs(body) : metrics.ingest(body);
}

/** Into a small store: a refusal leaves every byte as it was, what was taken can be read in full, masked twice is masked once. */
function readDeeply(signal: OtlpSignal, body: Uint8Array, redaction: Redaction): void {
  const store = new TraceStore({ now: () => 1000, maxBytes: 2 ** 24 });
  store.ingestTraces(tracesRequest([{ traceId: TRACE_ID, spanId: spanIdAt(1), name: 'held', startNs: 5n, endNs: 9n }]));
  store.ingestLogs(logsRequest([{ traceId: TRACE_ID, spanId: spanIdAt(1), body: 'held', attributes: { known: 'x' } }]));
  const before = dumpStore(store);
  try {
    redaction.mask(signal, body);
    ingest(store, new MetricStore(), signal, body);
  } catch (error) {
    assert.ok(error instanceof OtlpDecodeError, String(error));
    assert.deepEqual(dumpStore(store), before, 'a refused message changed the store');
    return;
  }
  assert.equal(redaction.mask(signal, Uint8Array.from(body)), 0, 'masking twice masked more');
  for (const { traceId } of store.list(10)) {
    const columns = store.columns(traceId);
    assert.ok(columns);
    for (let index = 0; index < columns.count; index++) {
      store.labelOf(columns.handle[index]!);
      store.eventOffsets(columns.handle[index]!, columns.start, 8);
    }
  }
  for (const found of store.findSpans('0', 100)) {
    assert.ok(store.details(found));
    assert.ok(store.hints(found));
    store.logs(found);
  }
  store.signatures();
}
