import { spanIdText, type SpanId } from '../model/ids.ts';
import { SPAN_BIT, type TraceColumns } from './storeReader.ts';
import { hexWord } from './storeState.ts';

/** Position in the columns of the child of a span that took longest; -1 when it has none that ended. */
export function slowestChild({ count, parentHi, parentLo, durationNs, bits }: TraceColumns, spanId: SpanId): number {
  const [hi, lo] = [hexWord(spanId, 0) >>> 0, hexWord(spanId, 8) >>> 0];
  let best = -1;
  for (let index = 0; index < count; index++) {
    if (parentLo[index] !== lo || parentHi[index] !== hi || (bits[index]! & SPAN_BIT.unfinished) !== 0) continue;
    if (best < 0 || durationNs[index]! > durationNs[best]!) best = index;
  }
  return best;
}

/** Id of the span at a position. */
export function spanIdIn({ idHi, idLo }: TraceColumns, position: number): SpanId {
  return spanIdText(idHi[position]!, idLo[position]!);
}
