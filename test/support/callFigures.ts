import { parseSpanId, parseTraceId } from '../../src/core/model/ids.ts';
import type { CallFigures } from '../../src/protocol/insightApi.ts';

const ref = { traceId: parseTraceId('1'.repeat(32))!, spanId: parseSpanId('2'.repeat(16))! };
/** Figures of a kind of span that was called once. */
export const FIGURES: CallFigures = {
  calls: 1,
  errors: 0,
  p50Ns: 1,
  p95Ns: 1,
  maxNs: 1,
  tokens: 0,
  tokensPartial: false,
  state: 'current',
  thisRun: false,
  lastMs: 1,
  last: [ref],
  slowest: ref,
};
