import {
  ATTRIBUTE_GROUP,
  LIST_GROUPS,
  LIST_SORTS,
  type ListGroup,
  type ListSort,
} from '../../src/core/list/listQuery.ts';
import { CELL_RUN, CELL_TOKENS } from '../../src/protocol/listApi.ts';

/** Columns by key; any other key is an attribute of the root or its resource. */
export const COLUMNS = [
  { key: 'start', title: 'Start', sort: 'start', widthPx: 84 },
  { key: 'name', title: 'Name', sort: 'name', widthPx: 0 },
  { key: 'duration', title: 'Duration', sort: 'duration', widthPx: 84 },
  { key: 'spans', title: 'Spans', sort: 'spans', widthPx: 60 },
  { key: 'errors', title: 'Errors', sort: 'errors', widthPx: 60 },
  { key: 'services', title: 'Services', sort: 'services', widthPx: 140 },
  { key: CELL_TOKENS, title: 'Tokens', sort: 'tokens', widthPx: 76 },
  { key: CELL_RUN, title: 'Run', sort: 'run', widthPx: 140 },
] as const satisfies readonly ListColumn[];

export interface ListColumn {
  readonly key: string;
  readonly title: string;
  /** What clicking its head sorts by. */
  readonly sort: ListSort;
  /** 0 for the one that takes what is left. */
  readonly widthPx: number;
}

const ATTRIBUTE_PX = 130;
const MOST_COLUMNS = 16;
const MOST_KEY = 200;

/** How the list is shown; kept with the panel's state. */
export interface ListSettings {
  /** Keys of the columns of a wide list, in order. */
  readonly columns: readonly string[];
  /** Starts as `3 s ago` instead of by the clock. */
  readonly relative: boolean;
  readonly sort: ListSort;
  readonly descending: boolean;
  readonly group: ListGroup;
  /** `auto`: the plots are shown where the panel is high enough. */
  readonly plot: 'auto' | 'shown' | 'hidden';
}

export const DEFAULT_LIST: ListSettings = {
  columns: ['start', 'name', 'duration', 'spans', 'errors', 'services'],
  relative: false,
  sort: 'start',
  descending: true,
  group: '',
  plot: 'auto',
};

/** A column by its key. */
export function columnOf(key: string): ListColumn {
  const known = COLUMNS.find((column) => column.key === key);
  return known ?? { key, title: key, sort: `${ATTRIBUTE_GROUP}${key}`, widthPx: ATTRIBUTE_PX };
}

/** What is sorted by, in a word. */
export function sortTitle(sort: ListSort): string {
  return sort.startsWith(ATTRIBUTE_GROUP) ? sort.slice(ATTRIBUTE_GROUP.length) : columnOf(sort).title;
}

/** Settings sorted by a column: again by the same one turns the order around. */
export function sortedBy(settings: ListSettings, sort: ListSort): Partial<ListSettings> {
  if (settings.sort === sort) return { descending: !settings.descending };
  return { sort, descending: sort !== 'name' && sort !== 'services' && sort !== 'run' };
}

/** Keys that a page has to be asked for: those beyond a trace's summary. */
export function cellKeys(columns: readonly string[]): readonly string[] {
  return columns.filter(
    (key) => key === CELL_TOKENS || key === CELL_RUN || !COLUMNS.some((known) => known.key === key),
  );
}

/** Reads what an earlier panel left behind; whatever does not fit is its default. */
export function readListSettings(raw: unknown): ListSettings {
  const state = typeof raw === 'object' && raw !== null ? (raw as Readonly<Record<string, unknown>>) : {};
  const listed: readonly unknown[] = Array.isArray(state['columns']) ? state['columns'] : [];
  const columns = listed.filter(isKey).slice(0, MOST_COLUMNS);
  const group = state['group'];
  return {
    columns: columns.includes('name') ? [...new Set(columns)] : DEFAULT_LIST.columns,
    relative: state['relative'] === true,
    sort: readSort(state['sort']),
    descending: state['descending'] !== false,
    group: isGroup(group) ? group : '',
    plot: state['plot'] === 'shown' || state['plot'] === 'hidden' ? state['plot'] : 'auto',
  };
}

function readSort(value: unknown): ListSort {
  if (isKey(value) && value.startsWith(ATTRIBUTE_GROUP)) return value as ListSort;
  return LIST_SORTS.find((sort) => sort === value) ?? DEFAULT_LIST.sort;
}

function isKey(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MOST_KEY;
}

function isGroup(value: unknown): value is ListGroup {
  return LIST_GROUPS.some((group) => group === value) || (isKey(value) && value.startsWith(ATTRIBUTE_GROUP));
}
