import * as vscode from 'vscode';

/** A panel that is clicked on a busy machine may be given the keyboard this much after the editor that the click opened. */
const KEEP_MS = 500;

/**
 * Keeps the keyboard in an editor that a click in a panel opened. VS Code focuses a clicked webview with a delay of its own,
 * which can end behind the opening: then the editor gets the keyboard again, once.
 */
export class FocusKeeper {
  #stop: (() => void) | undefined;

  keep(editor: vscode.TextEditor): void {
    this.#stop?.();
    const listener = vscode.window.onDidChangeActiveTextEditor((active) => {
      const taken = active === undefined && vscode.window.visibleTextEditors.includes(editor);
      stop();
      if (!taken) return;
      void vscode.window.showTextDocument(editor.document, {
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
