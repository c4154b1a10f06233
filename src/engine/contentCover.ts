import { coverAnswer } from '../core/privacy/coverAnswer.ts';
import { isShownKey } from '../core/privacy/shownKeys.ts';
import { ATTRIBUTE_GROUP } from '../core/list/listQuery.ts';
import type { CancelSignal, Handlers } from '../protocol/channel.ts';
import type { EngineMethods } from '../protocol/engineApi.ts';
import { ProtocolError } from '../protocol/errors.ts';

type Method = keyof EngineMethods;
type Handler = (params: unknown, signal: CancelSignal) => unknown;
type Fields = Readonly<Record<string, unknown>>;

const COVER = '•••';

/** Methods whose answers have no content: names, ids, numbers, states of the engine, hints for the code index. */
const WITHOUT_CONTENT: ReadonlySet<Method> = new Set<Method>([
  ...(['receiver/start', 'receiver/stop', 'engine/status', 'engine/limits', 'engine/redact', 'engine/pause'] as const),
  ...(['engine/hideContent', 'client/hello', 'files/open', 'files/cancel', 'traces/import', 'traces/list'] as const),
  ...(['traces/query', 'traces/clear', 'traces/undoClear', 'traces/pin', 'traces/deleteAll', 'traces/find'] as const),
  ...(['traces/plot', 'traces/near', 'journal/limits', 'journal/retry', 'markers/put', 'markers/list'] as const),
  ...([
    'pauses/list',
    'noise/rules',
    'noise/like',
    'query/check',
    'query/unknownKeys',
    'view/open',
    'view/info',
  ] as const),
  ...(['view/fold', 'view/locate', 'view/step', 'view/close', 'view/minimap', 'view/services', 'find/start'] as const),
  ...(['find/state', 'find/rows', 'find/marks', 'find/only', 'find/stop', 'statistics/span', 'flame/cells'] as const),
  ...(['graph/trace', 'graph/list', 'compare/progress', 'span/hints', 'signatures/list', 'insight/kinds'] as const),
  ...(['baselines/pin', 'baselines/list', 'baselines/unpin', 'baselines/undo', 'distribution/progress'] as const),
  ...(['insight/figures', 'insight/slowestChild', 'metrics/list', 'metrics/series', 'timing/span'] as const),
  ...(['run/hold', 'run/holds'] as const),
]);

/** What cannot be given without its content. */
const REFUSED: ReadonlySet<Method> = new Set<Method>([
  ...(['traces/export', 'files/export', 'features/call', 'features/rows', 'features/image'] as const),
  ...(['value/members', 'value/path', 'distribution/run'] as const),
]);

const REFUSAL = 'Content is hidden. Show it again (Spanline: Show Content) for this.';

/** Answers that stand for a value's pages. */
const STANDS_FOR: Partial<Record<Method, (params: Fields) => unknown>> = {
  'span/value': () => ({ text: COVER, nextOffset: -1, totalBytes: COVER.length }),
  'value/rows': () => ({
    from: 0,
    rows: [COVER],
    starts: new Uint32Array(1),
    total: 1,
    complete: true,
    length: COVER.length,
  }),
  'value/find': () => ({ total: 0, starts: new Uint32Array(0) }),
  'call/find': () => ({ total: 0, items: new Uint32Array(0), starts: new Uint32Array(0) }),
};

/** Answers in which the question tells which texts are content. */
const BY_QUESTION: Partial<Record<Method, (answer: unknown, params: Fields) => unknown>> = {
  'statistics/table': (answer, { by, key }) =>
    by === 'attribute' && !(typeof key === 'string' && isShownKey(key)) ? coverAnswer(answer) : answer,
  'traces/page': (answer, { cells }) => {
    const page = coverAnswer(answer) as { readonly rows: readonly Fields[] };
    const given = answer as { readonly rows: readonly Fields[] };
    const keys = Array.isArray(cells) ? (cells as unknown[]) : [];
    return { ...page, rows: page.rows.map((row, at) => ({ ...row, ...shownCells(given.rows[at], keys) })) };
  },
  'view/rows': (answer) => {
    const window = answer as {
      labels: readonly string[];
      columns: readonly string[];
      cells: readonly (readonly string[])[];
    };
    return {
      ...window,
      labels: window.labels.map((label) => (label === '' ? '' : COVER)),
      cells: window.cells.map((texts, column) =>
        isShownColumn(window.columns[column]) ? texts : texts.map((text) => (text === '' ? '' : COVER)),
      ),
    };
  },
  'query/complete': (answer) => {
    const { suggestions, ...rest } = answer as { readonly suggestions: readonly Fields[] };
    return { ...rest, suggestions: suggestions.filter(({ kind }) => kind !== 'value') };
  },
};

/** Texts of a row of the list, by the keys that were asked for. */
function shownCells(row: Fields | undefined, keys: readonly unknown[]): Fields {
  const cells = row?.['cells'];
  if (!Array.isArray(cells)) return {};
  return { cells: cells.map((text: unknown, at) => (text === '' || isShownColumn(keys[at]) ? text : COVER)) };
}

/** A column without a dot in its name is one of our own: tokens, service, and the like. */
function isShownColumn(column: unknown): boolean {
  return typeof column === 'string' && (isShownKey(column) || column === 'tokens');
}

/** A list cannot be grouped by content while it is hidden: its heads would say it. */
function coveredQuestion(method: Method, params: Fields): unknown {
  const query = params['query'] as { readonly group?: unknown } | undefined;
  if (method !== 'traces/page' || typeof query?.group !== 'string') return params;
  const isCovered = query.group.startsWith(ATTRIBUTE_GROUP) && !isShownKey(query.group.slice(ATTRIBUTE_GROUP.length));
  return isCovered ? { ...params, query: { ...query, group: '' } } : params;
}

/**
 * The one place where content is hidden: answers of every method pass through here. Methods that are not named above are
 * covered text by text, so that a new one shows too little rather than too much.
 */
export function coverHandlers(handlers: Handlers<EngineMethods>, isHidden: () => boolean): Handlers<EngineMethods> {
  const covered = Object.entries(handlers).map(([name, handle]) => {
    const method = name as Method;
    if (WITHOUT_CONTENT.has(method)) return [name, handle];
    const run = handle as Handler;
    const hidden = async (params: unknown, signal: CancelSignal): Promise<unknown> => {
      if (REFUSED.has(method)) throw new ProtocolError('failed', REFUSAL);
      const asked = (typeof params === 'object' && params !== null ? params : {}) as Fields;
      const standing = STANDS_FOR[method];
      if (standing) return standing(asked);
      const answer = await run(coveredQuestion(method, asked), signal);
      const byQuestion = BY_QUESTION[method];
      return byQuestion ? byQuestion(answer, asked) : coverAnswer(answer);
    };
    const through: Handler = (params, signal) => (isHidden() ? hidden(params, signal) : run(params, signal));
    return [name, through];
  });
  return Object.fromEntries(covered) as Handlers<EngineMethods>;
}
