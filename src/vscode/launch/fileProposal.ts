import * as vscode from 'vscode';
import type { Subscriptions } from '../subscriptions.ts';
import { exists } from './launches.ts';

const SCHEME = 'spanline-proposal';

/** Shows a file of the project as it would be, and writes it only after the user agreed. */
export class FileProposals implements vscode.TextDocumentContentProvider {
  readonly #texts = new Map<string, string>();

  constructor(subscriptions: Subscriptions) {
    subscriptions.push(vscode.workspace.registerTextDocumentContentProvider(SCHEME, this));
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '';
  }

  /** Opens the difference to what is there; resolves with whether the file was written. */
  async propose(file: vscode.Uri, text: string, question: string, action: string): Promise<boolean> {
    const present = await exists(file);
    const proposed = file.with({ scheme: SCHEME, query: String(this.#texts.size) });
    const empty = file.with({ scheme: SCHEME, query: 'empty' });
    this.#texts.set(proposed.toString(), text);
    const name = file.path.split('/').pop() ?? '';
    const title = present ? vscode.l10n.t('{0}: as proposed', name) : vscode.l10n.t('{0}: new file', name);
    await vscode.commands.executeCommand('vscode.diff', present ? file : empty, proposed, title);
    const agreed = (await vscode.window.showInformationMessage(question, action)) === action;
    if (agreed) {
      await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
      await closeTabsOf(proposed);
      await vscode.window.showTextDocument(file, { preview: true });
    }
    this.#texts.delete(proposed.toString());
    return agreed;
  }
}

async function closeTabsOf(uri: vscode.Uri): Promise<void> {
  const tabs = vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.toString() === uri.toString());
  await vscode.window.tabGroups.close(tabs);
}
