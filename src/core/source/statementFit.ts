/** Calls that hand a statement to the database; what it does stands in the argument, or nowhere. */
const RUNS =
  /^(?:execute|query|exec|prepare|run|all|each|raw|fetch|stream|scalars?|values?|to_?list)(?:_?(?:all|one|many|rows?|val|unique|first|none|async|context|script|raw|unsafe|scalar|reader|non_?query|sync|optional|query|update|batch|or_throw|for_?(?:list|object|map|stream|row_?set))){0,3}$/i;

/** What calls of object mappers do, by their names; `ANY` writes whatever changed. */
const MAPPERS: readonly (readonly [pattern: RegExp, operations: string])[] = [
  [
    /^(?:find|get|first|one|all|count|select|load|exists|list|scan|last|aggregate|take|pluck|single|any|to_?list|to_?array|where)(?:_?(?:all|one|many|by|by_?id|or_?404|or_?create|or_?throw|first|unique|async|raw|or_?default|none|and_?count|related|for_?update)){0,3}$/i,
    'SELECT',
  ],
  [/^(?:create|insert|bulk_?create|persist|add_?all|insert_?all)(?:_?(?:one|many|async|all)){0,2}$/i, 'INSERT'],
  [/^(?:update|upsert|merge|replace)(?:_?(?:one|many|all|async|by_?id)){0,2}$/i, 'UPDATE'],
  [/^(?:delete|destroy|remove|delete_?all)(?:_?(?:one|many|all|async|by_?id)){0,2}$/i, 'DELETE'],
  [/^(?:save|save_?all|save_?changes|commit|flush|save_?and_?flush|refresh)(?:_?async)?$/i, 'ANY'],
];
/** A statement as the first argument: Spring's `update` runs any that writes. */
const FIRST_STATEMENT = /^\s*\(\s*["'`]{1,3}\s*(SELECT|INSERT|UPDATE|DELETE|MERGE|REPLACE|UPSERT|WITH)\s/i;
const WRITES = new Set(['INSERT', 'UPDATE', 'DELETE', 'UPSERT', 'MERGE', 'REPLACE']);
const CONNECTS = /^(?:connect|begin|acquire|checkout|get_?conn(?:ection)?|get_?client|open)(?:_?async)?$/i;
const VERB =
  /["'`(\s](SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|MERGE|REPLACE|UPSERT|WITH|PRAGMA|BEGIN|COMMIT|ROLLBACK|TRUNCATE|EXPLAIN|CALL|SET|COPY)\b/i;

/**
 * How well a call fits a database operation (`SELECT`, or a span name that begins with it): 3 its statement says so, 2.5 its
 * name does, 2 it runs a statement that stands elsewhere, 0 it does something else.
 */
export function statementFit(operation: string, callee: string, argumentText: string): number {
  const [, word = ''] = /^\W*(\w{1,40})/.exec(operation) ?? [];
  const wanted = (VERB.exec(` ${operation.slice(0, 200).replace(/[^\w]/g, ' ')} `)?.[1] ?? word).toUpperCase();
  if (CONNECTS.test(callee)) return wanted === 'CONNECT' || /[.-]connect$/i.test(operation) ? 3 : 0;
  // A session connects when it is used first.
  if (/^connect$/i.test(wanted) || /[.-]connect$/i.test(operation))
    return RUNS.test(callee) || MAPPERS.some(([pattern]) => pattern.test(callee)) ? 2 : 0;
  if (RUNS.test(callee)) {
    // `sql.conn.query` is what Go's `database/sql` calls what `QueryContext` does.
    const method = /\b(query|exec|prepare)$/i.exec(operation)?.[1]?.toLowerCase();
    if (method !== undefined) return callee.toLowerCase().startsWith(method) ? 3 : 0;
    const verb = VERB.exec(argumentText)?.[1]?.toUpperCase();
    if (verb === undefined || !VERB.test(` ${wanted} `)) return 2;
    return verb === wanted || (verb === 'WITH' && wanted === 'SELECT') ? 3 : 0;
  }
  const mapper = MAPPERS.find(([pattern]) => pattern.test(callee));
  if (!mapper) return 0;
  if (FIRST_STATEMENT.exec(argumentText)?.[1]?.toUpperCase() === wanted) return 3;
  const [, does] = mapper;
  if (does === wanted) return 2.5;
  if (does === 'ANY') return WRITES.has(wanted) || wanted === 'COMMIT' ? 2 : 0;
  return VERB.test(` ${wanted} `) ? 0 : 1;
}
