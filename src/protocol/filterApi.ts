/** A filter kept under a name. */
export interface SavedFilter {
  readonly name: string;
  readonly filter: string;
}

/** The filter of a window, which its tree and its panels share, and those that were kept. */
export interface FilterBook {
  readonly filter: string;
  /** Traces with a failed span only, beside the filter. */
  readonly errorsOnly: boolean;
  readonly saved: readonly SavedFilter[];
  /** Filters that were used, newest first, each once. */
  readonly history: readonly string[];
}

export const EMPTY_BOOK: FilterBook = { filter: '', errorsOnly: false, saved: [], history: [] };

const MOST_SAVED = 100;
const MOST_HISTORY = 50;
const MOST_CHARACTERS = 10_000;
const MOST_NAME_CHARACTERS = 200;

/** What the host keeps for its pages. */
export interface FilterMethods {
  'filter/book': readonly [Record<string, never>, FilterBook];
  /** Takes the place of what was kept; the window's other views hear of it. */
  'filter/keep': readonly [FilterBook, void];
}

/** The filter as lists are asked with it. */
export function askedFilter({ filter, errorsOnly }: Pick<FilterBook, 'filter' | 'errorsOnly'>): string {
  const text = filter.trim();
  if (!errorsOnly) return text;
  return text === '' ? 'errors' : `errors (${text})`;
}

/** The history with a filter in front. */
export function remembered(history: readonly string[], filter: string): readonly string[] {
  const text = filter.trim();
  return text === '' ? history : [text, ...history.filter((each) => each !== text)].slice(0, MOST_HISTORY);
}

/** A book as an earlier version, or a page, gives it: whatever does not fit is left out. */
export function checkedBook(raw: unknown): FilterBook {
  const { filter, errorsOnly, saved, history } = (typeof raw === 'object' && raw !== null ? raw : {}) as Partial<
    Record<keyof FilterBook, unknown>
  >;
  const names = new Set<string>();
  const kept = list(saved).flatMap((each): readonly SavedFilter[] => {
    const { name, filter: text } = (typeof each === 'object' && each !== null ? each : {}) as Partial<
      Record<keyof SavedFilter, unknown>
    >;
    if (!isText(name, MOST_NAME_CHARACTERS) || name === '' || names.has(name) || !isText(text, MOST_CHARACTERS))
      return [];
    names.add(name);
    return [{ name, filter: text }];
  });
  return {
    filter: isText(filter, MOST_CHARACTERS) ? filter : '',
    errorsOnly: errorsOnly === true,
    saved: kept.slice(0, MOST_SAVED),
    history: list(history)
      .filter((text) => isText(text, MOST_CHARACTERS))
      .slice(0, MOST_HISTORY),
  };
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

function isText(value: unknown, most: number): value is string {
  return typeof value === 'string' && value.length <= most;
}
