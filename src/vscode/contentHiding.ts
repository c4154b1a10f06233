import * as vscode from 'vscode';
import { setContextKey } from './contextKeys.ts';
import type { EngineClient } from './engineClient.ts';
import type { Subscriptions } from './subscriptions.ts';

const KEPT = 'spanline.contentHidden';

/**
 * Whether content is hidden: for everything Spanline shows this user, kept until it is undone. The engine covers; here it is
 * told again after each start, and what the editor keeps of content is dropped when it changes.
 */
export class ContentHiding {
  readonly #engine: EngineClient;
  readonly #memento: vscode.Memento;
  readonly #changed = new vscode.EventEmitter<boolean>();
  readonly onDidChange = this.#changed.event;
  #hidden: boolean;

  constructor(engine: EngineClient, memento: vscode.Memento, subscriptions: Subscriptions) {
    this.#engine = engine;
    this.#memento = memento;
    this.#hidden = memento.get(KEPT) === true;
    setContextKey('spanline.contentHidden', this.#hidden);
    subscriptions.push(this.#changed);
    // Before anything else is asked of an engine that begins; one that hides already is left as it is.
    engine.onStart(() => {
      if (this.#hidden) void this.#tell(true);
    });
    engine.on('status/changed', ({ contentHidden }) => this.#take(contentHidden === true));
  }

  get hidden(): boolean {
    return this.#hidden;
  }

  /** Hides or shows for all windows of the user. */
  async set(hidden: boolean): Promise<void> {
    await this.#tell(hidden);
    this.#take(hidden);
  }

  async #tell(hidden: boolean): Promise<void> {
    await this.#engine.request('engine/hideContent', { hidden });
  }

  #take(hidden: boolean): void {
    if (hidden === this.#hidden) return;
    this.#hidden = hidden;
    setContextKey('spanline.contentHidden', hidden);
    void this.#memento.update(KEPT, hidden);
    this.#changed.fire(hidden);
  }
}
