/** A real program that calls a library Spanline taps, and is not changed for it. */
export interface TappedProgram {
  /** Fixture: `test/fixtures/inference/tracedCalls/FIXTURE.json`. */
  readonly fixture: string;
  /** Its packages: `requirements/ENVIRONMENT.txt`. */
  readonly environment: string;
  /** In `programs`. */
  readonly file: string;
  /** Its packages have an SDK of their own, so it is started by `opentelemetry-instrument`. */
  readonly instrumented?: true;
  /** A service is asked these; a program without runs to its end. */
  readonly calls?: readonly { readonly path: string; readonly body: unknown; readonly status: number }[];
}

const LOYAL = { tenure_months: 60, monthly_charge: 35.5, support_calls: 0, contract: 'yearly' };
const LEAVING = { tenure_months: 3, monthly_charge: 99.9, support_calls: 6 };
const COFFEE = { amount: 3.8, hour: 8, country_risk: 0.1, failed_logins: 0 };
const LAPTOP = { amount: 880, hour: 3, country_risk: 0.9, failed_logins: 4 };

export const PROGRAMS: readonly TappedProgram[] = [
  {
    fixture: 'sklearn',
    environment: 'estimators',
    file: 'churn_service.py',
    calls: [
      { path: '/churn', body: [LOYAL, LEAVING], status: 200 },
      { path: '/votes', body: [LEAVING], status: 200 },
      { path: '/odd', body: [LOYAL, LEAVING], status: 200 },
      { path: '/renamed', body: [LOYAL], status: 500 },
    ],
  },
  {
    fixture: 'onnxruntime',
    environment: 'estimators',
    file: 'fraud_service.py',
    calls: [
      { path: '/score', body: [COFFEE, LAPTOP], status: 200 },
      { path: '/bound', body: [COFFEE], status: 200 },
      { path: '/doubles', body: [COFFEE], status: 500 },
    ],
  },
  {
    fixture: 'torch',
    environment: 'torch',
    file: 'ranking_service.py',
    calls: [
      { path: '/rank', body: { reader: 7, articles: [3, 140, 15, 92] }, status: 200 },
      { path: '/rank', body: { reader: 70, articles: [3] }, status: 500 },
      { path: '/train', body: {}, status: 200 },
    ],
  },
  { fixture: 'boosters', environment: 'estimators', file: 'boosters.py' },
  { fixture: 'sentenceTransformers', environment: 'torch', file: 'sentences.py' },
  { fixture: 'vectorSearch', environment: 'vectors', file: 'vector_search.py', instrumented: true },
  { fixture: 'llamaCpp', environment: 'llama', file: 'llama_chat.py' },
];
