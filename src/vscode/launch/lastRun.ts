import type * as vscode from 'vscode';

const LAST_RUN = 'spanline.lastRun';

/** What was run last in this workspace, as its choice was called. */
export class LastRun {
  readonly #memento: vscode.Memento;

  constructor(memento: vscode.Memento) {
    this.#memento = memento;
  }

  /** Empty where nothing was run yet. */
  get label(): string {
    return this.#memento.get(LAST_RUN, '');
  }

  async set(label: string): Promise<void> {
    await this.#memento.update(LAST_RUN, label);
  }
}
