import * as vscode from 'vscode';
import type { SpanRef } from '../core/model/span.ts';
import { besidePanel } from './editorReveal.ts';
import { sayNotFound, type SourceOpener } from './sourceOpener.ts';

/**
 * Shows the places of a span inside the editor of the first of them, beside the panel. Places outside the workspace are left
 * out: nothing touches them before the user agreed.
 */
export async function peekSource(
  ref: SpanRef,
  source: SourceOpener,
  panelColumn: vscode.ViewColumn | undefined,
): Promise<void> {
  const { candidates, tried } = await source.resolve(ref);
  const locations = candidates
    .filter(({ outside }) => !outside)
    .map(({ path, line, column }) => {
      return new vscode.Location(vscode.Uri.file(path), new vscode.Position(line - 1, Math.max(0, column - 1)));
    });
  const [first] = locations;
  if (!first) {
    await sayNotFound({ result: 'notFound', tried });
    return;
  }
  // A peek opens in the group that has the focus: the panel's would be covered.
  const viewColumn = besidePanel(panelColumn);
  const shown = vscode.window.visibleTextEditors.find(
    (each) => each.viewColumn === viewColumn && each.document.uri.scheme === 'file',
  );
  const { uri, position } = shown
    ? { uri: shown.document.uri, position: shown.selection.active }
    : { uri: first.uri, position: first.range.start };
  await vscode.window.showTextDocument(uri, { viewColumn, selection: new vscode.Range(position, position) });
  await vscode.commands.executeCommand('editor.action.peekLocations', uri, position, locations, 'peek');
}
