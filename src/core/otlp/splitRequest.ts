import { FieldCursor } from './fieldCursor.ts';
import { JsonOutput, varintSize } from './jsonOutput.ts';

/** Field numbers that the requests of all three signals share. */
const GROUPS = 1;
const SCOPE_GROUPS = 2;
const RECORDS = 2;

/** A range of the request's bytes. */
interface Part {
  readonly start: number;
  readonly end: number;
}

/**
 * Cuts a checked export request into requests of about `maxBytes`, between records: each repeats resource, scope and
 * schema URLs of what it holds. A record longer than that stays whole. Records keep their bytes and their order; fields
 * outside the schema between them stay with the first part.
 */
export function* splitRequest(body: Uint8Array<ArrayBuffer>, maxBytes: number): Generator<Uint8Array<ArrayBuffer>> {
  if (body.length <= maxBytes) {
    yield body;
    return;
  }
  let gathered: Part[] = [];
  let size = 0;
  const cursor = new FieldCursor(body, 0, body.length);
  let before = 0;
  while (cursor.next()) {
    const whole = { start: before, end: cursor.end };
    before = cursor.end;
    const length = whole.end - whole.start;
    if (size > 0 && size + length > maxBytes) {
      yield joined(body, gathered);
      gathered = [];
      size = 0;
    }
    if (length > maxBytes && cursor.field === GROUPS) {
      for (const group of splitGroup(body, cursor, maxBytes)) yield message(GROUPS, group);
    } else {
      gathered.push(whole);
      size += length;
    }
  }
  if (gathered.length > 0) yield joined(body, gathered);
}

/** Contents of messages like the one the cursor stands on (ResourceSpans and the like), each with a part of its records. */
function* splitGroup(body: Uint8Array, at: FieldCursor, maxBytes: number): Generator<Uint8Array<ArrayBuffer>> {
  const head: Part[] = [];
  const cursor = at.inside();
  let before = at.start;
  while (cursor.next()) {
    if (cursor.field !== SCOPE_GROUPS) head.push({ start: before, end: cursor.end });
    before = cursor.end;
  }
  const scopes = at.inside();
  while (scopes.next()) {
    if (scopes.field !== SCOPE_GROUPS) continue;
    for (const scope of splitScope(body, scopes, maxBytes)) {
      const out = new JsonOutput();
      for (const { start, end } of head) out.copy(body, start, end);
      writeMessage(out, SCOPE_GROUPS, scope);
      yield out.finish();
    }
  }
}

function* splitScope(body: Uint8Array, at: FieldCursor, maxBytes: number): Generator<Uint8Array<ArrayBuffer>> {
  const head: Part[] = [];
  const cursor = at.inside();
  let before = at.start;
  while (cursor.next()) {
    if (cursor.field !== RECORDS) head.push({ start: before, end: cursor.end });
    before = cursor.end;
  }
  const records = at.inside();
  let gathered: Part[] = [];
  let size = 0;
  before = at.start;
  while (records.next()) {
    const part = { start: before, end: records.end };
    before = records.end;
    if (records.field !== RECORDS) continue;
    const length = part.end - part.start;
    if (size > 0 && size + length > maxBytes) {
      yield joined(body, [...head, ...gathered]);
      gathered = [];
      size = 0;
    }
    gathered.push(part);
    size += length;
  }
  yield joined(body, [...head, ...gathered]);
}

function joined(body: Uint8Array, parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { start, end }) => sum + end - start, 0));
  let at = 0;
  for (const { start, end } of parts) {
    bytes.set(body.subarray(start, end), at);
    at += end - start;
  }
  return bytes;
}

function message(field: number, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new JsonOutput();
  out.reserve(content.length + varintSize(content.length) + 1);
  writeMessage(out, field, content);
  return out.finish();
}

function writeMessage(out: JsonOutput, field: number, content: Uint8Array): void {
  out.tag((field << 3) | 2);
  out.varint32(content.length);
  out.copy(content, 0, content.length);
}
