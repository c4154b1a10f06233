import { completionContext } from '../../src/core/query/completionContext.ts';
import { FilterError } from '../../src/core/query/filterError.ts';
import { parseFilter } from '../../src/core/query/parseFilter.ts';
import { rankSuggestions } from '../../src/core/query/rankSuggestions.ts';
import { askedFilter, checkedBook, EMPTY_BOOK, remembered, type FilterBook } from '../../src/protocol/filterApi.ts';
import type { FilterProblem, FilterSuggestion, FilterSuggestions } from '../../src/protocol/queryApi.ts';
import type { Host } from '../protocol/host.ts';
import { Store } from '../state/store.ts';

/** A filter that can be read is applied when nothing was typed for so long, a mistake underlined a little later. */
const APPLY_MS = 300;
const COMPLAIN_MS = 700;

/** What stands under the input. */
export interface Completion extends FilterSuggestions {
  /** Index of the chosen one; -1 while the keyboard is in the text. */
  readonly active: number;
}

export interface FilterModelDeps {
  readonly host: Pick<Host, 'request'>;
  readonly timers: { set(callback: () => void, ms: number): unknown; clear(handle: unknown): void };
}

/** What is typed into the filter bar, what lists are asked with, and what was kept. */
export class FilterModel {
  /** The text as it stands in the bar. */
  readonly text = new Store('');
  /** What lists are asked with: the last text that could be read, and errors only. */
  readonly asked = new Store('');
  readonly problem = new Store<FilterProblem | undefined>(undefined);
  readonly completion = new Store<Completion | undefined>(undefined);
  readonly book = new Store<FilterBook>(EMPTY_BOOK);
  readonly #deps: FilterModelDeps;
  #timers: unknown[] = [];
  /** Place in the history while the user walks through it; -1 outside. */
  #walked = -1;
  #beforeWalk = '';
  /** Counts texts, to tell answers about an earlier one. */
  #edition = 0;

  constructor(deps: FilterModelDeps) {
    this.#deps = deps;
  }

  /** The host's book: at the start, and when another view of the window changed it. */
  take(raw: FilterBook): void {
    const book = checkedBook(raw);
    const isOther = book.filter !== this.book.value.filter;
    this.book.set(book);
    if (isOther) {
      this.#stop();
      this.text.set(book.filter);
      this.#judge();
    }
    this.asked.set(askedFilter(book));
  }

  /** The user typed; `caret` in UTF-16 units. */
  type(text: string, caret: number): void {
    this.#walked = -1;
    this.#set(text);
    this.#narrow(caret);
    this.#later(() => this.apply(), APPLY_MS);
    this.complete(caret);
  }

  /** Asks what could stand at the caret. */
  complete(caret: number): void {
    const edition = this.#edition;
    this.#deps.host
      .request('query/complete', { filter: this.text.value, caret }, { supersede: 'filter/complete' })
      .then(
        (found) => {
          if (edition !== this.#edition) return;
          this.completion.set(found.suggestions.length === 0 ? undefined : { ...found, active: -1 });
        },
        () => {
          // A newer question took its place, or the engine is away: the text stands without help.
        },
      );
  }

  /**
   * What stands under the input is of an earlier text until the answer comes: only what still fits stays, in the place
   * of what stands there now. Else a quick Tab would take a suggestion that nobody saw beside this text.
   */
  #narrow(caret: number): void {
    const { value } = this.completion;
    if (!value) return;
    const { kind, from, to, typed } = completionContext(this.text.value, caret);
    const suggestions = kind === 'none' || from !== value.from ? [] : rankSuggestions(value.suggestions, typed);
    this.completion.set(suggestions.length === 0 ? undefined : { from, to, suggestions, active: -1 });
  }

  /** Also for an answer that is still on its way. */
  closeCompletion(): void {
    this.#edition++;
    this.completion.set(undefined);
  }

  /** Moves the choice; round and round, over the text itself. */
  choose(by: number): void {
    const { value } = this.completion;
    if (!value) return;
    const count = value.suggestions.length + 1;
    this.completion.set({ ...value, active: ((value.active + 1 + by + count) % count) - 1 });
  }

  /** Writes a suggestion; answers where the caret goes. */
  accept(index: number): number | undefined {
    const { value } = this.completion;
    const suggestion = value?.suggestions[index];
    if (!value || !suggestion) return undefined;
    const { text } = this;
    const insert = writtenOut(suggestion, text.value.slice(value.to));
    const caret = value.from + insert.length;
    this.completion.set(undefined);
    this.#walked = -1;
    this.#set(text.value.slice(0, value.from) + insert + text.value.slice(value.to));
    this.#later(() => this.apply(), APPLY_MS);
    // Behind a field its values are next.
    if (/[:=<>~.(]$/.test(insert)) this.complete(caret);
    return caret;
  }

  /** Lets lists have the text, when it can be read; with `remember` it goes into the history. */
  apply(remember = false): void {
    this.#stop();
    if (!this.#judge()) return;
    const filter = this.text.value;
    const book = this.book.value;
    const history = remember ? remembered(book.history, filter) : book.history;
    if (filter === book.filter && history === book.history) return;
    this.#keep({ ...book, filter, history });
  }

  setErrorsOnly(errorsOnly: boolean): void {
    this.#keep({ ...this.book.value, errorsOnly });
  }

  /** Takes another filter at once: from the menu, the history, or what something else of the page filters by. */
  use(filter: string): void {
    this.closeCompletion();
    this.#set(filter);
    this.apply(true);
  }

  clear(): void {
    const before = this.text.value;
    const { book } = this;
    this.closeCompletion();
    this.#set('');
    this.#keep({ ...book.value, filter: '', errorsOnly: false, history: remembered(book.value.history, before) });
  }

  /** Older (1) or newer (-1) filters; answers false when there is none. */
  walk(by: 1 | -1): boolean {
    const { history } = this.book.value;
    const to = this.#walked + by;
    if (to < -1 || to >= history.length) return false;
    if (this.#walked < 0) this.#beforeWalk = this.text.value;
    const shown = to < 0 ? this.#beforeWalk : (history[to] ?? '');
    this.closeCompletion();
    this.#set(shown);
    this.#later(() => this.apply(), APPLY_MS);
    this.#walked = to;
    // The newest is often the one that stands there already.
    return by === 1 && shown === this.#beforeWalk && to === 0 ? this.walk(1) : true;
  }

  /** Keeps the text under a name; one of that name is replaced. */
  save(name: string): void {
    const book = this.book.value;
    const named = name.trim();
    if (named === '' || this.text.value.trim() === '') return;
    const saved = book.saved.filter((each) => each.name !== named);
    this.#keep({ ...book, saved: [...saved, { name: named, filter: this.text.value.trim() }] });
  }

  rename(from: string, to: string): void {
    const book = this.book.value;
    const named = to.trim();
    if (named === '' || named === from || book.saved.some(({ name }) => name === named)) return;
    this.#keep({ ...book, saved: book.saved.map((each) => (each.name === from ? { ...each, name: named } : each)) });
  }

  /** Forgets a saved filter; answers what undoes it. */
  remove(name: string): () => void {
    const { saved } = this.book.value;
    this.#keep({ ...this.book.value, saved: saved.filter((each) => each.name !== name) });
    return () => this.#keep({ ...this.book.value, saved });
  }

  #set(text: string): void {
    this.#edition++;
    this.text.set(text);
    this.#stop();
    // While somebody types, nearly every text is a mistake: an old mark goes, a new one waits.
    if (readProblem(text) === undefined) this.problem.set(undefined);
    else this.#later(() => void this.#judge(), COMPLAIN_MS);
  }

  /** Marks what is wrong; true when nothing is, as far as it can be told here. */
  #judge(): boolean {
    const text = this.text.value;
    const problem = readProblem(text);
    this.problem.set(problem);
    if (problem === undefined && text.includes('~')) this.#check(text);
    return problem === undefined;
  }

  /** Regular expressions are the engine's to judge. */
  #check(text: string): void {
    this.#deps.host.request('query/check', { filter: text }, { supersede: 'filter/check' }).then(
      ({ problem }) => {
        if (this.text.value === text) this.problem.set(problem ?? undefined);
      },
      () => {
        // The list says it then.
      },
    );
  }

  #keep(book: FilterBook): void {
    this.book.set(book);
    this.asked.set(askedFilter(book));
    this.#deps.host.request('filter/keep', book).catch(() => {
      // The filter holds here all the same; what is to be kept is said again with the next change.
    });
  }

  #later(run: () => void, ms: number): void {
    this.#timers.push(this.#deps.timers.set(run, ms));
  }

  #stop(): void {
    for (const timer of this.#timers) this.#deps.timers.clear(timer);
    this.#timers = [];
  }
}

/** What is wrong with a text, regular expressions aside. */
export function readProblem(text: string): FilterProblem | undefined {
  try {
    parseFilter(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    return { message: error.message, start: error.start, end: error.end };
  }
}

/** Behind a whole condition the next begins. */
function writtenOut({ insert, kind }: FilterSuggestion, behind: string): string {
  const isWhole = kind === 'value' || insert === 'errors';
  return isWhole && !/^[\s)]/.test(behind) ? `${insert} ` : insert;
}
