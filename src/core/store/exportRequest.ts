import type { ByteRange } from './rangeTable.ts';
import type { Segment } from './segment.ts';

/** Records of one resource and scope, as they were sent. */
interface Group {
  readonly resource: ByteRange;
  readonly resourceSchemaUrl: ByteRange;
  readonly scope: ByteRange;
  readonly scopeSchemaUrl: ByteRange;
  readonly records: ByteRange[];
}

/**
 * Spans of a segment as an `ExportTraceServiceRequest`, byte for byte what their senders sent of each, grouped by
 * resource and scope in order of first appearance.
 */
export function exportSpans(segment: Segment, indexes: readonly number[]): Uint8Array<ArrayBuffer> {
  const groups = new Map<number, Group>();
  for (const index of indexes)
    groupOf(groups, segment, segment.spans.origin[index]!).records.push(segment.spanRange(index));
  return encode([...groups.values()]);
}

/** Log records of a segment as an `ExportLogsServiceRequest`, the same way. */
export function exportLogs(segment: Segment, indexes: readonly number[]): Uint8Array<ArrayBuffer> {
  const groups = new Map<number, Group>();
  for (const index of indexes)
    groupOf(groups, segment, segment.logs.origin[index]!).records.push(segment.logRange(index));
  return encode([...groups.values()]);
}

function groupOf(groups: Map<number, Group>, segment: Segment, origin: number): Group {
  let group = groups.get(origin);
  if (group === undefined) {
    const resource = segment.origins.get(origin, 0);
    const scope = segment.origins.get(origin, 1);
    group = {
      resource: segment.resources.message(resource),
      resourceSchemaUrl: segment.resources.schemaUrl(resource),
      scope: segment.scopes.message(scope),
      scopeSchemaUrl: segment.scopes.schemaUrl(scope),
      records: [],
    };
    groups.set(origin, group);
  }
  return group;
}

/** The frame that traces and logs have in common: request 1 → resource 1, scopes 2 → scope 1, records 2; schema urls 3. */
function encode(groups: readonly Group[]): Uint8Array<ArrayBuffer> {
  const sized = groups.map((group) => {
    const records = group.records.reduce((sum, record) => sum + field(lengthOf(record)), 0);
    const scopeGroup = head(group.scope) + records + head(group.scopeSchemaUrl);
    return {
      group,
      scopeGroup,
      resourceGroup: head(group.resource) + field(scopeGroup) + head(group.resourceSchemaUrl),
    };
  });
  const bytes = new Uint8Array(sized.reduce((sum, { resourceGroup }) => sum + field(resourceGroup), 0));
  let at = 0;
  const put = (number: number, length: number): void => {
    bytes[at++] = (number << 3) | 2;
    let rest = length;
    for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes[at++] = (rest % 128) | 0x80;
    bytes[at++] = rest;
  };
  const putRange = (number: number, range: ByteRange): void => {
    put(number, lengthOf(range));
    bytes.set(range.bytes.subarray(range.start, range.end), at);
    at += lengthOf(range);
  };
  const putHead = (number: number, range: ByteRange): void => {
    if (lengthOf(range) > 0) putRange(number, range);
  };
  for (const { group, scopeGroup, resourceGroup } of sized) {
    put(1, resourceGroup);
    putHead(1, group.resource);
    put(2, scopeGroup);
    putHead(1, group.scope);
    for (const record of group.records) putRange(2, record);
    putHead(3, group.scopeSchemaUrl);
    putHead(3, group.resourceSchemaUrl);
  }
  return bytes;
}

function lengthOf(range: ByteRange): number {
  return range.end - range.start;
}

/** Bytes of a length-delimited field with a one-byte tag. */
function field(length: number): number {
  let size = 2 + length;
  for (let rest = length; rest >= 0x80; rest = Math.floor(rest / 128)) size++;
  return size;
}

/** The same for one that is left out when empty. */
function head(range: ByteRange): number {
  return lengthOf(range) === 0 ? 0 : field(lengthOf(range));
}
