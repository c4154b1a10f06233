import type * as vscode from 'vscode';
import type { SourceCandidate, SourceHints } from '../core/model/source.ts';
import type { SourceMemory } from '../core/source/sourceMemory.ts';
import type { CodeIndexClient } from './codeIndexClient.ts';

const KEY = 'spanline.sourceMemory';

/** Keeps with the workspace which places its user chose, and tells the code index of them at each start. */
export class SourceMemoryKeeper {
  readonly #codeIndex: CodeIndexClient;
  readonly #memory: vscode.Memento;
  readonly #log: vscode.LogOutputChannel;

  constructor(codeIndex: CodeIndexClient, memory: vscode.Memento, log: vscode.LogOutputChannel) {
    this.#codeIndex = codeIndex;
    this.#memory = memory;
    this.#log = log;
    codeIndex.onStart(() => {
      const kept = memory.get<unknown>(KEY);
      if (kept === undefined) return;
      codeIndex.request('source/setMemory', { memory: kept }).catch((error: unknown) => this.#failed(error));
    });
  }

  /** The place becomes the one for spans with these hints. */
  async choose(hints: SourceHints, { path, line }: SourceCandidate): Promise<void> {
    await this.#keep(this.#codeIndex.request('source/opened', { hints, path, line, chosen: true }));
  }

  /** A place whose path was mapped turned out well: other paths of the service map alike. */
  async confirm(hints: SourceHints, { path, line }: SourceCandidate): Promise<void> {
    await this.#keep(this.#codeIndex.request('source/opened', { hints, path, line, chosen: false }));
  }

  async forget(hints: SourceHints): Promise<void> {
    await this.#keep(this.#codeIndex.request('source/forget', { hints }));
  }

  async #keep(answer: Promise<SourceMemory | null>): Promise<void> {
    try {
      const memory = await answer;
      if (memory) await this.#memory.update(KEY, memory);
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#log.error(`places that were chosen: ${String(error)}`);
  }
}
