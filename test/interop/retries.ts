import { once } from 'node:events';
import { connect } from 'node:net';
import { type TestEngine, startTestEngine } from '../support/testEngine.ts';
import { type Client, portOf } from './clients.ts';
import { LONG_TIMES, type Run } from './shape.ts';
import { startTap } from './tap.ts';

/** What a client did, for people, and the run to check. */
export interface Retried {
  readonly run: Run;
  readonly requests: number;
  readonly refused: number;
}

const IN_FLIGHT = 1024 * 1024;
const ROUTE = 'POST /v1/traces HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/x-protobuf\r\n';

/**
 * Runs a client whose first batch is refused for want of memory (503 with Retry-After, RESOURCE_EXHAUSTED with RetryInfo) and whose others are
 * taken. Another sender, in the middle of a large body, has the memory until the refusal.
 */
export async function runRefusedOnce(client: Client): Promise<Retried & { readonly stop: () => Promise<void> }> {
  const engine = await startTestEngine({ receiverLimits: { inFlightBytes: IN_FLIGHT } });
  const hog = connect({ port: engine.httpPort, host: '127.0.0.1' });
  hog.on('error', () => undefined);
  const released = once(hog, 'close');
  hog.write(`${ROUTE}content-length: ${IN_FLIGHT}\r\n\r\n`);
  hog.write(Buffer.alloc(IN_FLIGHT - 1));
  await untilRefusing(engine.httpPort);
  const before = engine.metrics.refusedRequests;
  const unwatch = engine.on('status/changed', ({ refusedRequests }) => {
    if (refusedRequests > before) hog.destroy();
  });
  try {
    const endpoint = `http://127.0.0.1:${engine[portOf(client.transport)]}`;
    const sent = await client.run({
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint },
      mayComplain: true,
      arrived: arrivalAt(engine),
    });
    const { acceptedRequests: requests, refusedRequests } = engine.metrics;
    const run = { engine, sent, maker: client.maker, transport: client.transport, longTimes: LONG_TIMES };
    return { run, requests, refused: refusedRequests - before, stop: () => engine.stop() };
  } catch (error) {
    await engine.stop();
    throw error;
  } finally {
    unwatch();
    hog.destroy();
    await released;
  }
}

/** Runs a client whose spans are taken, but whose answer is lost with the connection. */
export async function runAnswerLost(client: Client): Promise<Retried & { readonly stop: () => Promise<void> }> {
  const engine = await startTestEngine();
  let lost = false;
  const tap = await startTap(engine[portOf(client.transport)], {
    mayAnswer: (sentBytes) => {
      // The connection of the spans: log records go by one of their own in some SDKs.
      if (lost || sentBytes < LONG_TIMES || engine.store.list(1).length === 0) return true;
      lost = true;
      return false;
    },
  });
  try {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${tap.port}` };
    const sent = await client.run({ env, mayComplain: true, arrived: arrivalAt(engine) });
    const { acceptedRequests: requests, refusedRequests: refused } = engine.metrics;
    const run = { engine, sent, maker: client.maker, transport: client.transport, longTimes: LONG_TIMES };
    return { run, requests, refused, stop: () => engine.stop() };
  } catch (error) {
    await engine.stop();
    throw error;
  } finally {
    await tap.close();
  }
}

/** Spans and log records of the set: each signal comes in a request of its own. */
function arrivalAt(engine: TestEngine): () => Promise<void> {
  return async () => {
    await engine.waitForSpan('interop.linked');
    while (engine.metrics.acceptedRequests < 2) await engine.nextEvent('status/changed');
  };
}

/** Resolves when a small request is refused with 503. */
async function untilRefusing(port: number): Promise<void> {
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${port}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: new Uint8Array(1),
    });
    await response.arrayBuffer();
    if (response.status === 503) return;
  }
}
