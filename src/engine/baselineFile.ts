import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Baseline, Baselines } from './baselines.ts';
import type { LogLevel } from './receiver/intake.ts';

const NAME = 'baselines.json';
const VERSION = 1;
/** A larger file is none of ours. */
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * Keeps baselines in a file beside the journal, so that they outlive the traces they were made of and the process. Written
 * whole, one after the other, put in place of the last at once; a file that cannot be read is left where it is, under another name.
 */
export class BaselineFile {
  readonly #path: string;
  readonly #log: (level: LogLevel, message: string) => void;
  #baselines: Baselines | undefined;
  /** What is being done to the file, to wait for. */
  #busy: Promise<void> = Promise.resolve();
  #isWanted = false;

  constructor(dir: string, log: (level: LogLevel, message: string) => void) {
    this.#path = path.join(dir, NAME);
    this.#log = log;
  }

  /** Reads what an earlier process kept; to be called once, when the folder is ours. Never rejects. */
  async open(baselines: Baselines): Promise<void> {
    try {
      const text = await readFile(this.#path, 'utf8');
      if (text.length > MOST_BYTES) throw new Error('it is too large');
      baselines.restore(baselinesIn(text));
    } catch (error) {
      if (!isMissing(error)) {
        this.#log('warn', `The pinned baselines could not be read: ${reasonOf(error)}`);
        await rename(this.#path, `${this.#path}.unread`).catch(() => undefined);
      }
    }
    this.#baselines = baselines;
    if (!this.#isWanted) return;
    this.#isWanted = false;
    this.save();
  }

  /** Writes what is pinned now, soon. */
  save(): void {
    const isWaiting = this.#isWanted && this.#baselines !== undefined;
    this.#isWanted = true;
    if (isWaiting || !this.#baselines) return;
    this.#busy = this.#busy.then(() => this.#write());
  }

  /** Resolves when all is written that was asked for. */
  async dispose(): Promise<void> {
    await this.#busy;
  }

  async #write(): Promise<void> {
    this.#isWanted = false;
    const all = this.#baselines?.all ?? [];
    try {
      if (all.length === 0) {
        await rm(this.#path, { force: true });
        return;
      }
      const temporary = `${this.#path}.tmp`;
      await writeFile(temporary, JSON.stringify({ version: VERSION, baselines: all.toReversed() }), { mode: 0o600 });
      await rename(temporary, this.#path);
    } catch (error) {
      this.#log('error', `The pinned baselines could not be written: ${reasonOf(error)}`);
    }
  }
}

function baselinesIn(text: string): readonly Baseline[] {
  const file = JSON.parse(text) as { readonly version?: unknown; readonly baselines?: unknown };
  if (file.version !== VERSION || !Array.isArray(file.baselines)) throw new Error('it has another form');
  const list = file.baselines as Partial<Baseline>[];
  if (
    !list.every((each) => typeof each.id === 'string' && typeof each.kind === 'object' && Array.isArray(each.tables))
  ) {
    throw new Error('it has another form');
  }
  return list as Baseline[];
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
