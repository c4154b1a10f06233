import type { ProcessChange } from '../model/processChange.ts';
import { readKeyValues, scalarText } from '../otlp/anyValue.ts';
import { FieldCursor } from '../otlp/fieldCursor.ts';
import type { Segment } from './segment.ts';
import { SUPERSEDED } from './spanColumns.ts';
import type { StoreState } from './storeState.ts';

const TWO_32 = 2 ** 32;
const SHORT = { inlineBytes: 256, ref: (): string => '' };

/** A process as its resource names it; empty where it does not. */
interface Process {
  readonly key: string;
  readonly text: string;
}

/** First and last start of a process's spans, nanoseconds as a float: good to 256 ns. */
interface Seen {
  readonly text: string;
  first: number;
  last: number;
}

/**
 * The process that took over from that of the span behind `handle`: of the same service, first heard of after `afterNs`
 * (since the epoch) and after the last span of the other, so that replicas running side by side are none. Undefined when
 * there is none, or resources do not tell processes apart. Reads the columns of all segments: a few ms a million spans.
 */
export function processAfter(state: StoreState, handle: number, afterNs: bigint): ProcessChange | undefined {
  const segment = state.segmentOf(handle);
  if (segment === undefined) return undefined;
  const own = segment.origins.get(segment.spans.origin[handle - segment.base]!, 0);
  const service = segment.services[own]!;
  const { key, text: from } = processOf(segment, own);
  if (key === '') return undefined;
  const seen = new Map<string, Seen>();
  for (const each of state.ring.segments) look(each, service, seen);
  const before = seen.get(key)?.last ?? 0;
  const after = Math.max(before, Number(afterNs));
  let next: Seen | undefined;
  for (const [other, process] of seen) {
    if (other !== key && process.first > after && process.first < (next?.first ?? Infinity)) next = process;
  }
  return next && { service, from, to: next.text, at: BigInt(Math.round(next.first)).toString() };
}

function look(segment: Segment, service: string, seen: Map<string, Seen>): void {
  // By origin: what is counted for the process its resource names.
  const entries: (Seen | undefined)[] = [];
  let isHere = false;
  for (let origin = 0; origin < segment.origins.count; origin++) {
    const resource = segment.origins.get(origin, 0);
    if (segment.services[resource] !== service) continue;
    const { key, text } = processOf(segment, resource);
    if (key === '') continue;
    let entry = seen.get(key);
    if (entry === undefined) {
      entry = { text, first: Infinity, last: 0 };
      seen.set(key, entry);
    }
    entries[origin] = entry;
    isHere = true;
  }
  if (!isHere) return;
  const { spans } = segment;
  for (let index = 0; index < spans.count; index++) {
    const entry = entries[spans.origin[index]!];
    if (entry === undefined || (spans.bits[index]! & SUPERSEDED) !== 0) continue;
    const start = spans.startHi[index]! * TWO_32 + spans.startLo[index]!;
    if (start < entry.first) entry.first = start;
    if (start > entry.last) entry.last = start;
  }
}

function processOf(segment: Segment, resource: number): Process {
  const { bytes, start, end } = segment.resources.message(resource);
  const values = new Map<string, string>();
  for (const { key, value } of readKeyValues(new FieldCursor(bytes, start, end), 1, SHORT)) {
    values.set(key, scalarText(value));
  }
  const read = (key: string): string => values.get(key) ?? '';
  const [instance, pid, host] = [read('service.instance.id'), read('process.pid'), read('host.name')];
  const container = read('container.id');
  const key = [instance, pid, host, container].join('\n');
  if (pid !== '') return { key, text: `pid ${pid}` };
  if (instance !== '') return { key, text: `instance ${instance}` };
  return container === '' ? { key: '', text: '' } : { key, text: `container ${container.slice(0, 12)}` };
}
