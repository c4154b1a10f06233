/** What stands in the order of rows besides spans. */
export const NODE = {
  /** Alike siblings, folded to one row until opened. */
  alike: 0,
  /** The parent that orphans name and that is not here. */
  missing: 1,
  /** Messages of an ASGI server span, drawn as marks on its bar: without a row of its own until opened. */
  messages: 2,
} as const;
export type NodeKind = (typeof NODE)[keyof typeof NODE];

export interface RowOrderOptions {
  /** So many siblings of one name, service and kind become one row; 0: never. */
  readonly foldAlike: number;
  /** ASGI messages have rows like other spans. */
  readonly messagesAsRows: boolean;
  /** The trace is settled: orphans stand below a row for the parent that is missing. Until then it may be on its way. */
  readonly settled: boolean;
}

/** Rows as they are in the tree: nothing is put together. */
export const PLAIN_ROWS: RowOrderOptions = { foldAlike: 0, messagesAsRows: true, settled: false };

/** Nodes that are no spans, by number; all arrays have `count` entries. */
export interface GroupNodes {
  readonly count: number;
  readonly kind: Uint8Array;
  /** Children: spans, and for `missing` also groups. */
  readonly members: Uint32Array;
  /** Index (in the columns) of the member that arrived first: it names a group, since it stays when others come. */
  readonly firstIndex: Uint32Array;
  readonly place: Uint32Array;
  /** Of `missing`: the id of the parent. */
  readonly idHi: Uint32Array;
  readonly idLo: Uint32Array;
}

/** How the builder hands its arrays over; by place unless said otherwise. */
export interface BuiltOrder {
  readonly count: number;
  /** ≥ 0: position of a span; below: −1 − number of a group. */
  readonly nodeAt: Int32Array;
  /** By position. */
  readonly placeOf: Uint32Array;
  readonly parentAt: Int32Array;
  readonly below: Uint32Array;
  readonly depth: Uint32Array;
  readonly maxDepth: number;
  readonly groups: GroupNodes;
  /** Spans (by position) whose messages are a group → its number. */
  readonly messagesOf: ReadonlyMap<number, number>;
}
