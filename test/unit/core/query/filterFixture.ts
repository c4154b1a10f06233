import type { RegexEngine } from '../../../../src/core/query/linearRegex.ts';
import { TraceStore } from '../../../../src/core/store/traceStore.ts';
import type { TraceId } from '../../../../src/core/model/ids.ts';

/** JavaScript's own engine: the patterns are this repository's. */
export const testRegex: RegexEngine = {
  compile: (pattern) => {
    const compiled = new RegExp(pattern, 'u');
    return { test: (text) => compiled.test(text) };
  },
};

export function storeOf(...bodies: readonly Uint8Array[]): TraceStore {
  const store = new TraceStore({ now: () => 0, maxBytes: 64 * 1024 * 1024 });
  for (const body of bodies) store.ingestTraces(new Uint8Array(body));
  return store;
}

export function traceIdOf(digit: string): TraceId {
  return digit.repeat(32) as TraceId;
}
