import * as vscode from 'vscode';
import type { SpanRef } from '../core/model/span.ts';
import { sayNotFound, type SourceOpener } from './sourceOpener.ts';

/**
 * Shows the places of a span inside the editor that is visible, or else in that of the first place. Places outside the
 * workspace are left out: nothing touches them before the user agreed.
 */
export async function peekSource(ref: SpanRef, source: SourceOpener): Promise<void> {
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
  const editor = vscode.window.visibleTextEditors.find(({ document }) => document.uri.scheme === 'file');
  const [uri, position] = editor ? [editor.document.uri, editor.selection.active] : [first.uri, first.range.start];
  await vscode.commands.executeCommand('editor.action.peekLocations', uri, position, locations, 'peek');
}
