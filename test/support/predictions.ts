import { chance } from '../../src/core/compare/chance.ts';
import { spanIdAt, START_MS, tracesRequest, type AttributeInput, type SpanInput } from './otlpBytes.ts';
import type { TestEngine } from './testEngine.ts';

/** Names of the features of a churn model, with what is usual of them. */
const USUAL: Readonly<Record<string, readonly [middle: number, spread: number]>> = {
  tenure_months: [26, 9],
  monthly_spend_eur: [81.5, 14],
  order_value: [420, 90],
  last_login_ms: [86_400_000, 9_000_000],
  discount_share: [0.12, 0.03],
  support_tickets: [2, 1],
  age: [41, 11],
  latitude: [51.2, 1.4],
  basket_size: [6, 2],
  returns_rate: [0.08, 0.02],
  sessions_30d: [14, 4],
  avg_session_s: [340, 80],
};

const random = chance(23);

/** Features of one request as a service would log them. */
export function features(): Record<string, number | string | boolean | null> {
  const values: Record<string, number | string | boolean | null> = {};
  for (const [name, [middle, spread]] of Object.entries(USUAL)) {
    const value = middle + spread * (random() + random() + random() - 1.5);
    values[name] = middle < 10 && middle > 1 ? Math.max(0, Math.round(value)) : Number(value.toPrecision(5));
  }
  return {
    ...values,
    country: random() < 0.7 ? 'DE' : 'FR',
    newsletter: random() < 0.5,
    referrer: random() < 0.3 ? null : 'search',
  };
}

export interface Prediction {
  /** Number of the trace, from 1. */
  readonly n: number;
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
  readonly version?: string;
  readonly milliseconds?: number;
  readonly failed?: boolean;
}

export function predictionTraceId(n: number): string {
  return n.toString(16).padStart(32, '0');
}

/** Sends a trace of one call of a function that was traced. */
export function sendCall(
  engine: TestEngine,
  {
    n,
    name,
    attributes,
  }: { readonly n: number; readonly name: string; readonly attributes: Readonly<Record<string, AttributeInput>> },
): void {
  const startNs = BigInt(START_MS + n * 1000) * 1_000_000n;
  const traceId = predictionTraceId(n);
  const call: SpanInput = {
    traceId,
    spanId: spanIdAt(n * 10 + 1),
    name,
    kind: 1,
    startNs,
    endNs: startNs + 4_000_000n,
    attributes,
  };
  engine.engine.ingest('traces', tracesRequest([call], { service: 'model', scope: 'spanline' }));
}

/** Sends the trace of a prediction: the request at a gateway and the call of the model. */
export function sendPrediction(engine: TestEngine, prediction: Prediction): void {
  const { n, attributes, version = 'v1', milliseconds = 40, failed = false } = prediction;
  const startNs = BigInt(START_MS + n * 1000) * 1_000_000n;
  const endNs = startNs + BigInt(Math.round(milliseconds * 1e6));
  const root: SpanInput = {
    traceId: predictionTraceId(n),
    spanId: spanIdAt(n * 10 + 1),
    name: 'POST /predict',
    kind: 2,
    startNs,
    endNs: endNs + 5_000_000n,
  };
  const call: SpanInput = {
    ...root,
    spanId: spanIdAt(n * 10 + 2),
    parentSpanId: spanIdAt(n * 10 + 1),
    name: 'predict',
    kind: 1,
    endNs,
    attributes: { 'model.name': 'churn', 'model.version': version, ...attributes },
    ...(failed ? { status: { code: 2, message: 'no answer' } } : {}),
  };
  engine.engine.ingest('traces', tracesRequest([root], { service: 'gateway' }));
  engine.engine.ingest('traces', tracesRequest([call], { service: 'model' }));
}
