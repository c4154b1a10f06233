import type * as vscode from 'vscode';

/** A panel that is clicked on a busy machine may be given the keyboard this much after the editor that the click opened. */
const KEEP_MS = 500;

/** What of VS Code's windows is used. */
export interface EditorWindow {
  readonly visibleTextEditors: readonly vscode.TextEditor[];
  onDidChangeActiveTextEditor(listener: (active: vscode.TextEditor | undefined) => void): { dispose(): unknown };
  showTextDocument(document: vscode.TextDocument, options: vscode.TextDocumentShowOptions): Thenable<vscode.TextEditor>;
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
    const listener = this.#window.onDidChangeActiveTextEditor((active) => {
      const taken = active === undefined && this.#window.visibleTextEditors.includes(editor);
      stop();
      if (!taken) return;
      void this.#window.showTextDocument(editor.document, {
        ...(editor.viewColumn !== undefined && { viewColumn: editor.viewColumn }),
        selection: editor.selection,
        preview: true,
      });
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
