import { codeOf } from './notebookCode.ts';

/** A code cell of a notebook, by the hash its kernel names it with. */
export interface NotebookCell {
  readonly path: string;
  /** Among all cells, from 0. */
  readonly cell: number;
  readonly lines: number;
}

/** What ipykernel calls the file of a cell's code: `/tmp/ipykernel_4711/1234567890.py`. */
const CELL_FILE = /(?:^|[\\/])ipykernel_\d{1,10}[\\/](\d{1,10})\.py$/;
const MAX_CELLS = 2_000;

/** The hash in the path of a kernel's cell file; undefined for other paths. */
export function cellHashOf(path: string): number | undefined {
  const found = CELL_FILE.exec(path.slice(-300));
  return found ? Number(found[1]) : undefined;
}

/** Code cells of a Jupyter notebook (nbformat 4) by hash; none for text that is no notebook. */
export function readNotebookCells(path: string, text: string): Map<number, NotebookCell> {
  const found = new Map<number, NotebookCell>();
  let cells: unknown;
  try {
    cells = (JSON.parse(text) as { readonly cells?: unknown } | null)?.cells;
  } catch {
    return found;
  }
  if (!Array.isArray(cells)) return found;
  for (const [cell, value] of (cells as readonly unknown[]).slice(0, MAX_CELLS).entries()) {
    const code = codeOf(value);
    if (code === undefined) continue;
    found.set(murmur2(new TextEncoder().encode(code), KERNEL_SEED), { path, cell, lines: code.split('\n').length });
  }
  return found;
}

/** ipykernel's seed for names of cells (`ipykernel/compiler.py`). */
const KERNEL_SEED = 0xc70f6907;

/** MurmurHash2, 32 bits, as ipykernel computes it. */
export function murmur2(data: Uint8Array, seed: number): number {
  const m = 0x5bd1e995;
  const rounded = data.length & ~3;
  let h = seed ^ data.length;
  for (let i = 0; i < rounded; i += 4) {
    let k = (data[i] ?? 0) | ((data[i + 1] ?? 0) << 8) | ((data[i + 2] ?? 0) << 16) | ((data[i + 3] ?? 0) << 24);
    k = Math.imul(k, m);
    k ^= k >>> 24;
    k = Math.imul(k, m);
    h = Math.imul(h, m) ^ k;
  }
  const rest = data.length & 3;
  if (rest > 0) {
    let k = 0;
    for (let i = rest - 1; i >= 0; i--) k = (k << 8) | (data[rounded + i] ?? 0);
    h = Math.imul(h ^ k, m);
  }
  h ^= h >>> 13;
  h = Math.imul(h, m);
  return (h ^ (h >>> 15)) >>> 0;
}
