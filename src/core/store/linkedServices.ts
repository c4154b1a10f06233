import { FieldCursor } from '../otlp/fieldCursor.ts';
import type { StoreState } from './storeState.ts';

/** Links of a span that are followed: more say nothing new. */
const MOST_LINKS = 100;

/** Services of the held spans that a span links to, in the sender's order. */
export function linkedServices(state: StoreState, handle: number): readonly string[] {
  const segment = state.segmentOf(handle);
  if (segment === undefined) return [];
  const { bytes, start, end } = segment.spanRange(handle - segment.base);
  const services: string[] = [];
  const cursor = new FieldCursor(bytes, start, end);
  for (let seen = 0; seen < MOST_LINKS && cursor.next();) {
    if (cursor.field !== 13) continue;
    seen++;
    const service = serviceOf(state, cursor.inside());
    if (service !== undefined) services.push(service);
  }
  return services;
}

function serviceOf(state: StoreState, link: FieldCursor): string | undefined {
  let trace = -1;
  let span = -1;
  while (link.next()) {
    const length = link.end - link.start;
    if (link.field === 1 && length === 16) trace = link.start;
    else if (link.field === 2 && length === 8) span = link.start;
  }
  if (trace < 0 || span < 0) return undefined;
  const { bytes } = link;
  const word = (at: number): number =>
    (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  const slot = state.traces.find(word(trace), word(trace + 4), word(trace + 8), word(trace + 12));
  if (slot < 0) return undefined;
  const handle = state.handleIn(slot, word(span), word(span + 4));
  const segment = state.segmentOf(handle);
  return segment?.serviceOf(handle - segment.base);
}
