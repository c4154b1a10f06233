import type * as vscode from 'vscode';

/** A panel that is clicked on a busy machine may be given the keyboard this much after the editor that the click opened. */
const KEEP_MS = 500;

/** What of VS Code's window is used. */
export interface EditorWindow {
  /** Whether a panel is what has the keyboard, as far as the host was told. */
  isPanelActive(): boolean;
  /** The host was told of groups of editors: one may have become the active one. */
  onGroups(listener: () => void): { dispose(): unknown };
  show(editor: vscode.TextEditor): void;
}

/**
 * Keeps the keyboard in an editor that a click in a panel opened. VS Code focuses a clicked webview with a delay of its own,
 * which can end behind the opening: then the editor gets the keyboard again, once.
 */
export class FocusKeeper {
  readonly #window: EditorWindow;
  #stop: (() => void) | undefined;

  constructor(window: EditorWindow) {
    this.#window = window;
  }

  keep(editor: vscode.TextEditor): void {
    this.#stop?.();
    const listener = this.#window.onGroups(() => {
      if (!this.#window.isPanelActive()) return;
      stop();
      this.#window.show(editor);
    });
    const timer = setTimeout(() => stop(), KEEP_MS);
    const stop = (): void => {
      clearTimeout(timer);
      listener.dispose();
      this.#stop = undefined;
    };
    this.#stop = stop;
  }

  dispose(): void {
    this.#stop?.();
  }
}
