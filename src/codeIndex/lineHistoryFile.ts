import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { LineHistory } from '../core/source/lineHistory.ts';

const FORM = 'spanline lines 1';
/** What was noted waits so long for more. */
const SAVE_AFTER_MS = 2_000;
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * Keeps on disk what files looked like, so that lines are followed through edits that were made while nobody looked: with VS
 * Code closed, or by a checkout. Hashes of lines, no text.
 */
export class LineHistoryFile {
  readonly #history: LineHistory;
  #file: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(history: LineHistory) {
    this.#history = history;
  }

  /** Reads the file; whatever is wrong with it, nothing was kept. */
  open(file: string | undefined): Promise<void> {
    if (file === this.#file) return this.#work;
    this.#file = file;
    if (file !== undefined) this.#work = this.#work.then(() => this.#read(file));
    return this.#work;
  }

  /** Something was noted: it is written soon. */
  changed(): void {
    if (this.#file === undefined || this.#timer) return;
    this.#timer = setTimeout(() => void this.saved(), SAVE_AFTER_MS);
    this.#timer.unref();
  }

  /** Writes what waits to be written. */
  saved(): Promise<void> {
    const file = this.#file;
    if (this.#timer && file !== undefined) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#work = this.#work.then(() => this.#write(file)).catch(() => undefined);
    }
    return this.#work;
  }

  async #read(file: string): Promise<void> {
    try {
      const bytes = await readFile(file);
      if (bytes.length > MAX_BYTES) return;
      const { form, files } = JSON.parse(bytes.toString('utf8')) as { form?: unknown; files?: unknown };
      if (form === FORM) this.#history.restore(files);
    } catch {
      // There is none, or it is no such file.
    }
  }

  async #write(file: string): Promise<void> {
    const temporary = `${file}.tmp`;
    try {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(temporary, JSON.stringify({ form: FORM, files: this.#history.kept() }), { mode: 0o600 });
      await rename(temporary, file);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }
}
