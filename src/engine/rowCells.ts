import { TOKEN_KEYS } from '../core/inference/mergedTables.ts';
import type { SpanHandle, StoreReader } from '../core/store/storeReader.ts';
import { TOKENS_COLUMN } from '../protocol/rowApi.ts';

const TOKENS = [...TOKEN_KEYS.total, ...TOKEN_KEYS.input, ...TOKEN_KEYS.output];

/** Texts of the columns that a window of rows was asked for, row by row. */
export class RowCells {
  readonly lists: readonly string[][];
  readonly #store: StoreReader;
  readonly #columns: readonly string[];
  readonly #keys: readonly string[];

  constructor(store: StoreReader, columns: readonly string[]) {
    this.#store = store;
    this.#columns = columns;
    this.lists = columns.map(() => []);
    this.#keys = columns.flatMap((column) => (column === TOKENS_COLUMN ? TOKENS : [column]));
  }

  addSpan(handle: SpanHandle): void {
    if (this.#columns.length === 0) return;
    const cells = this.#store.cellsOf(handle, this.#keys);
    let at = 0;
    for (const [column, name] of this.#columns.entries()) {
      const isTokens = name === TOKENS_COLUMN;
      this.lists[column]?.push(isTokens ? tokensOf(cells.slice(at, at + TOKENS.length)) : (cells[at] ?? ''));
      at += isTokens ? TOKENS.length : 1;
    }
  }

  addNothing(): void {
    for (const list of this.lists) list.push('');
  }
}

/** The total where the sender gave one, else input and output together. */
function tokensOf(cells: readonly string[]): string {
  const [total, input, output] = [TOKEN_KEYS.total, TOKEN_KEYS.input, TOKEN_KEYS.output].map((keys) => {
    const from = TOKENS.indexOf(keys[0] ?? '');
    return cells.slice(from, from + keys.length).find((text) => /^\d{1,15}$/.test(text));
  });
  if (total !== undefined) return total;
  return input === undefined && output === undefined ? '' : String(Number(input ?? 0) + Number(output ?? 0));
}
