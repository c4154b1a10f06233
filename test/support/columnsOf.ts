import type { TraceId } from '../../src/core/model/ids.ts';
import { nanos } from '../../src/core/model/time.ts';
import { ASGI_MESSAGE, NEVER_ALIKE, SPAN_BIT, type TraceColumns } from '../../src/core/store/storeReader.ts';

/** A span by numbers, for layout tests: ids are small numbers (0 is "no parent"). */
export interface DrawnSpan {
  readonly id: number;
  readonly parent?: number;
  readonly start?: number;
  readonly duration?: number;
  readonly status?: number;
  readonly service?: number;
  readonly bits?: number;
  /** Spans of the same number are alike; by itself each is like no other. */
  readonly alike?: number;
  readonly kind?: number;
}

export const DRAWN_TRACE = '00000000000000000000000000000abc' as TraceId;

/** Columns as the store gives them, in the order of `spans`. The high half of an id is its bits inverted. */
export function columnsOf(spans: readonly DrawnSpan[], options?: { readonly revision?: number }): TraceColumns {
  const count = spans.length;
  const half = (id: number): number => (id === 0 ? 0 : ~id >>> 0);
  return {
    traceId: DRAWN_TRACE,
    revision: options?.revision ?? 1,
    count,
    start: nanos(1_700_000_000_000_000_000n),
    handle: Uint32Array.from(spans, (_, index) => index),
    idHi: Uint32Array.from(spans, (span) => half(span.id)),
    idLo: Uint32Array.from(spans, (span) => span.id),
    parentHi: Uint32Array.from(spans, (span) => half(span.parent ?? 0)),
    parentLo: Uint32Array.from(spans, (span) => span.parent ?? 0),
    offsetNs: Float64Array.from(spans, (span) => span.start ?? 0),
    durationNs: Float64Array.from(spans, (span) => span.duration ?? 0),
    status: Uint8Array.from(spans, (span) => span.status ?? 0),
    kind: Uint8Array.from(spans, (span) => span.kind ?? 0),
    service: Uint16Array.from(spans, (span) => span.service ?? 0),
    services: ['gateway', 'model'],
    bits: Uint16Array.from(spans, (span) => span.bits ?? 0),
    alike: Uint32Array.from(spans, (span) => span.alike ?? NEVER_ALIKE),
    alikeCount: spans.reduce((most, span) => Math.max(most, (span.alike ?? -1) + 1), 0),
  };
}

/**
 * Columns drawn as text, one span a line: a letter (the id), its parent in the next column (`·` none), and a bar whose
 * every character is 10 ns. `x` in the bar marks an error. Lines are in order of arrival:
 *
 *     a · ==========
 *     b a   ===x
 */
export function columnsFromText(text: string): TraceColumns {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const margin = Math.min(...lines.map((line) => line.length - line.trimStart().length));
  return columnsOf(
    lines.map((line) => {
      const [id = '', , parent = '', , ...bar] = line.slice(margin);
      const [drawn = '', facts = ''] = bar.join('').split('|');
      const fact = (name: string): number | undefined => {
        const found = new RegExp(`${name}=(\\d+)`).exec(facts)?.[1];
        return found === undefined ? undefined : Number(found);
      };
      const alike = fact('alike');
      const start = drawn.length - drawn.trimStart().length;
      return {
        id: id.charCodeAt(0),
        parent: parent === '·' ? 0 : parent.charCodeAt(0),
        start: start * 10,
        duration: drawn.trim().length * 10,
        status: drawn.includes('x') ? 2 : 0,
        service: fact('service') ?? 0,
        kind: fact('kind') ?? 0,
        bits:
          (drawn.trimEnd().endsWith('>') ? SPAN_BIT.unfinished : 0) | (facts.includes('message') ? ASGI_MESSAGE : 0),
        ...(alike !== undefined && { alike }),
      };
    }),
  );
}
