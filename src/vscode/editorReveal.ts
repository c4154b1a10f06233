import * as vscode from 'vscode';
import { FocusKeeper } from './focusKeeper.ts';
import type { Subscriptions } from './subscriptions.ts';

const HIGHLIGHT_MS = 1500;

/** Opens files at a line beside a panel and marks the line briefly. Lines are 1-based here, 0-based only inside. */
export class EditorReveal {
  readonly #highlight = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
    borderColor: new vscode.ThemeColor('editor.rangeHighlightBorder'),
    overviewRulerColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
  });
  readonly #focus = new FocusKeeper({
    isPanelActive: () => vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputWebview,
    onGroups: (listener) => vscode.window.tabGroups.onDidChangeTabGroups(listener),
    show: ({ document, viewColumn, selection }) => {
      const column = viewColumn === undefined ? {} : { viewColumn };
      void vscode.window.showTextDocument(document, { ...column, selection, preview: true });
    },
  });
  #timer: NodeJS.Timeout | undefined;

  constructor(subscriptions: Subscriptions) {
    subscriptions.push(this.#highlight, this.#focus, { dispose: () => clearTimeout(this.#timer) });
  }

  /**
   * Shows `path` at `line`, `column` (1-based; clamped to the file). With a `panelColumn` the editor opens in another
   * group: one that shows text already, else a new one beside the panel.
   */
  async show(
    path: string,
    line: number,
    column: number,
    options: {
      readonly panelColumn: vscode.ViewColumn | undefined;
      readonly toSide: boolean;
      /** The keyboard stays where it is. */
      readonly preserveFocus?: boolean;
      /** Of a notebook: the cell, from 0; `line` counts in it. */
      readonly cell?: number;
    },
  ): Promise<void> {
    if (options.cell !== undefined) {
      await this.#showCell(path, options.cell, line, options);
      return;
    }
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
    const row = Math.min(Math.max(line, 1), document.lineCount) - 1;
    const position = document.validatePosition(new vscode.Position(row, Math.max(column, 1) - 1));
    const editor = await vscode.window.showTextDocument(document, {
      viewColumn: options.toSide ? vscode.ViewColumn.Beside : besidePanel(options.panelColumn),
      selection: new vscode.Range(position, position),
      preview: true,
      preserveFocus: options.preserveFocus === true,
    });
    if (options.preserveFocus !== true) this.#focus.keep(editor);
    this.#mark(editor, row);
  }

  #mark(editor: vscode.TextEditor, row: number): void {
    const range = new vscode.Range(row, 0, row, 0);
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    editor.setDecorations(this.#highlight, [range]);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => editor.setDecorations(this.#highlight, []), HIGHLIGHT_MS);
  }

  /** Selects the cell and, where VS Code has an editor for it, marks the line in it. */
  async #showCell(
    path: string,
    cell: number,
    line: number,
    options: Parameters<EditorReveal['show']>[3],
  ): Promise<void> {
    const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.file(path));
    const index = Math.min(cell, notebook.cellCount - 1);
    const range = new vscode.NotebookRange(index, index + 1);
    const shown = await vscode.window.showNotebookDocument(notebook, {
      viewColumn: options.toSide ? vscode.ViewColumn.Beside : besidePanel(options.panelColumn),
      selections: [range],
      preview: true,
      preserveFocus: options.preserveFocus === true,
    });
    shown.revealRange(range, vscode.NotebookEditorRevealType.InCenterIfOutsideViewport);
    const { document } = notebook.cellAt(index);
    const editor = vscode.window.visibleTextEditors.find((each) => each.document === document);
    if (!editor) return;
    const position = document.validatePosition(new vscode.Position(line - 1, 0));
    editor.selection = new vscode.Selection(position, position);
    this.#mark(editor, position.line);
  }
}

/**
 * Where text is shown for a panel: in another group that shows text already, else in a new one beside it. Without a panel, in
 * the group that has the focus.
 */
export function besidePanel(panelColumn: vscode.ViewColumn | undefined): vscode.ViewColumn {
  if (panelColumn === undefined) return vscode.ViewColumn.Active;
  const groups = vscode.window.tabGroups.all.filter((group) => group.viewColumn !== panelColumn);
  const withText = groups.find((group) => group.activeTab?.input instanceof vscode.TabInputText);
  return withText?.viewColumn ?? groups[0]?.viewColumn ?? vscode.ViewColumn.Beside;
}
