import { varintSize } from './jsonOutput.ts';

/** Bytes of checked messages, as they came. */
export interface OriginBytes {
  /** Resource and InstrumentationScope messages. */
  readonly resource: Uint8Array;
  readonly scope: Uint8Array;
  /** `schema_url` of the group and of the scope's group; empty for none. */
  readonly resourceSchemaUrl: Uint8Array;
  readonly scopeSchemaUrl: Uint8Array;
}

interface ScopeGroup {
  readonly scope: Uint8Array;
  readonly schemaUrl: Uint8Array;
  readonly records: Uint8Array[];
}

interface ResourceGroup {
  readonly resource: Uint8Array;
  readonly schemaUrl: Uint8Array;
  readonly scopes: Map<string, ScopeGroup>;
}

const RESOURCE = 0x0a;
const SCOPE_GROUPS = 0x12;
const SCOPE = 0x0a;
const RECORDS = 0x12;
const SCHEMA_URL = 0x1a;
const GROUPS = 0x0a;

/**
 * Puts records (spans, or log records) together to an export request, grouped by resource and scope in the order they
 * are first met. Records are copied byte by byte: nothing of what the sender wrote is lost, known or not.
 */
export class RequestBuilder {
  readonly #groups = new Map<string, ResourceGroup>();
  /** Bytes of the records so far. */
  size = 0;
  records = 0;

  /**
   * Adds a record; its bytes are kept until {@link finish}.
   * @param resourceKey, scopeKey equal for equal messages; `originOf` is asked for the first of each pair only.
   */
  add(resourceKey: string, scopeKey: string, originOf: () => OriginBytes, record: Uint8Array): void {
    let group = this.#groups.get(resourceKey);
    let scope = group?.scopes.get(scopeKey);
    if (group === undefined || scope === undefined) {
      const origin = originOf();
      group ??= { resource: origin.resource, schemaUrl: origin.resourceSchemaUrl, scopes: new Map() };
      scope ??= { scope: origin.scope, schemaUrl: origin.scopeSchemaUrl, records: [] };
      this.#groups.set(resourceKey, group);
      group.scopes.set(scopeKey, scope);
    }
    scope.records.push(record);
    this.size += record.length;
    this.records++;
  }

  /** The request of all that was added. */
  finish(): Uint8Array<ArrayBuffer> {
    const groups = [...this.#groups.values()];
    const out = new Uint8Array(groups.reduce((sum, group) => sum + fieldSize(groupSize(group)), 0));
    let at = 0;
    const head = (tag: number, size: number): void => {
      out[at++] = tag;
      while (size > 0x7f) {
        out[at++] = (size & 0x7f) | 0x80;
        size = Math.floor(size / 128);
      }
      out[at++] = size;
    };
    const field = (tag: number, bytes: Uint8Array): void => {
      head(tag, bytes.length);
      out.set(bytes, at);
      at += bytes.length;
    };
    for (const group of groups) {
      head(GROUPS, groupSize(group));
      field(RESOURCE, group.resource);
      for (const scope of group.scopes.values()) {
        head(SCOPE_GROUPS, scopeSize(scope));
        field(SCOPE, scope.scope);
        for (const record of scope.records) field(RECORDS, record);
        if (scope.schemaUrl.length > 0) field(SCHEMA_URL, scope.schemaUrl);
      }
      if (group.schemaUrl.length > 0) field(SCHEMA_URL, group.schemaUrl);
    }
    return out;
  }
}

function fieldSize(length: number): number {
  return 1 + varintSize(length) + length;
}

function scopeSize({ scope, schemaUrl, records }: ScopeGroup): number {
  const own = fieldSize(scope.length) + (schemaUrl.length > 0 ? fieldSize(schemaUrl.length) : 0);
  return records.reduce((sum, record) => sum + fieldSize(record.length), own);
}

function groupSize({ resource, schemaUrl, scopes }: ResourceGroup): number {
  let size = fieldSize(resource.length) + (schemaUrl.length > 0 ? fieldSize(schemaUrl.length) : 0);
  for (const scope of scopes.values()) size += fieldSize(scopeSize(scope));
  return size;
}
