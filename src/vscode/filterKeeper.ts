import * as vscode from 'vscode';
import { checkedBook, EMPTY_BOOK, type FilterBook } from '../protocol/filterApi.ts';
import type { Subscriptions } from './subscriptions.ts';

const KEY = 'spanline.filters';

/** The window's filter, which its tree and panels share, and those that were saved and used; kept for the workspace. */
export class FilterKeeper {
  readonly #memory: vscode.Memento;
  readonly #changed = new vscode.EventEmitter<{ readonly book: FilterBook; readonly by: object | undefined }>();
  /** Told of a new book, and by whom it came. */
  readonly onChange = this.#changed.event;
  #book: FilterBook;

  constructor(memory: vscode.Memento, subscriptions: Subscriptions) {
    this.#memory = memory;
    this.#book = checkedBook(memory.get<unknown>(KEY) ?? EMPTY_BOOK);
    subscriptions.push(this.#changed);
  }

  get book(): FilterBook {
    return this.#book;
  }

  /** Takes a book; `by` is who need not be told of it. What a page gives is checked. */
  keep(raw: FilterBook, by?: object): void {
    const book = checkedBook(raw);
    this.#book = book;
    void this.#memory.update(KEY, book);
    this.#changed.fire({ book, by });
  }
}
