import * as vscode from 'vscode';
import type { Subscriptions } from '../subscriptions.ts';

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

  /**
   * Opens the difference to `present` (what the file has; undefined: there is none); resolves with whether it was written.
   * What was changed meanwhile is left alone. Written, it can be put back as it was.
   */
  async propose(
    file: vscode.Uri,
    present: string | undefined,
    text: string,
    { question, action }: { readonly question: string; readonly action: string },
  ): Promise<boolean> {
    const proposed = file.with({ scheme: SCHEME, query: String(this.#texts.size) });
    const empty = file.with({ scheme: SCHEME, query: 'empty' });
    this.#texts.set(proposed.toString(), text);
    const name = file.path.split('/').pop() ?? '';
    const title =
      present === undefined ? vscode.l10n.t('{0}: new file', name) : vscode.l10n.t('{0}: as proposed', name);
    await vscode.commands.executeCommand('vscode.diff', present === undefined ? empty : file, proposed, title);
    const agreed = (await vscode.window.showInformationMessage(question, action)) === action;
    const written = agreed && (await writeUnlessChanged(file, present, text));
    if (written) {
      await closeTabsOf(proposed);
      await vscode.window.showTextDocument(file, { preview: true });
      void offerUndo(file, present, text);
    }
    this.#texts.delete(proposed.toString());
    return written;
  }
}

/** A file's text as it is on disk; undefined when there is none. */
export async function textOf(file: vscode.Uri): Promise<string | undefined> {
  return vscode.workspace.fs.readFile(file).then(
    (bytes) => new TextDecoder().decode(bytes),
    () => undefined,
  );
}

/** Writes, or deletes for undefined, where the file is as it was last seen; says so where it is not. */
async function writeUnlessChanged(
  file: vscode.Uri,
  seen: string | undefined,
  text: string | undefined,
): Promise<boolean> {
  const edited = vscode.workspace.textDocuments.some(
    ({ uri, isDirty }) => isDirty && uri.toString() === file.toString(),
  );
  if (edited || (await textOf(file)) !== seen) {
    const name = file.path.split('/').pop() ?? '';
    void vscode.window.showWarningMessage(
      vscode.l10n.t('{0} was changed meanwhile, so it was left alone. Save it and try again.', name),
    );
    return false;
  }
  if (text === undefined) await vscode.workspace.fs.delete(file);
  else await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
  return true;
}

async function offerUndo(file: vscode.Uri, before: string | undefined, text: string): Promise<void> {
  const undo = vscode.l10n.t('Undo');
  const name = file.path.split('/').pop() ?? '';
  if ((await vscode.window.showInformationMessage(vscode.l10n.t('{0} was written.', name), undo)) === undo)
    await writeUnlessChanged(file, text, before);
}

async function closeTabsOf(uri: vscode.Uri): Promise<void> {
  const tabs = vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.toString() === uri.toString());
  await vscode.window.tabGroups.close(tabs);
}
