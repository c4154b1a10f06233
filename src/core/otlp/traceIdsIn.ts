import type { TraceId } from '../model/ids.ts';
import { parseTraceId } from '../model/ids.ts';
import { FieldCursor } from './fieldCursor.ts';
import { hexOf } from './utf8.ts';

/** Adds the trace ids of a checked `ExportTraceServiceRequest` to `found`, in the order of its spans, up to `limit` in all. */
export function addTraceIds(body: Uint8Array, found: Set<TraceId>, limit: number): void {
  if (found.size >= limit) return;
  let last = '';
  for (const scope of scopesOf(body)) {
    while (scope.next()) {
      if (scope.field !== 2) continue;
      const span = scope.inside();
      while (span.next()) {
        if (span.field !== 1) continue;
        const hex = hexOf(span.bytes, span.start, span.end);
        if (hex !== last) {
          last = hex;
          const id = parseTraceId(hex);
          if (id !== undefined) found.add(id);
          if (found.size >= limit) return;
        }
        break;
      }
    }
  }
}

function* scopesOf(body: Uint8Array): Generator<FieldCursor> {
  const groups = new FieldCursor(body, 0, body.length);
  while (groups.next()) {
    if (groups.field !== 1) continue;
    const group = groups.inside();
    while (group.next()) if (group.field === 2) yield group.inside();
  }
}
