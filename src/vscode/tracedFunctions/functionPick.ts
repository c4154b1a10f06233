import * as vscode from 'vscode';
import type { CommandId } from '../contributions.ts';
import { plainLine } from '../plainText.ts';
import type { FoundEntry, TracedFunctions } from './tracedFunctions.ts';

const SETTING = 'spanline.trace.functions';
const TRACE: CommandId = 'spanline.traceFunction';

interface Item extends vscode.QuickPickItem {
  readonly found?: FoundEntry;
  readonly add?: boolean;
}

/** `Traced Functions…`: what is on the list, where it is, and what is no longer there; opens and removes. */
export async function showTracedFunctions(traced: TracedFunctions): Promise<void> {
  const picker = vscode.window.createQuickPick<Item>();
  const edit: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('settings-gear'),
    tooltip: vscode.l10n.t('Open the Setting'),
  };
  const remove: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('trash'),
    tooltip: vscode.l10n.t('Stop Tracing This Function'),
  };
  picker.title = vscode.l10n.t('Traced Functions');
  picker.placeholder = vscode.l10n.t('Their calls are spans from the next start with tracing; choose one to open it');
  picker.matchOnDescription = true;
  picker.buttons = [edit];
  picker.busy = true;
  picker.show();
  const here = await functionHere(traced);
  const update = async (): Promise<void> => {
    const found = await traced.find();
    picker.items = [...addItem(here, traced), ...found.map((each) => itemOf(each, remove)), ...invalidItems(traced)];
    picker.busy = false;
  };
  const listener = traced.onDidChange(() => void update());
  const hidden = new Promise<void>((resolve) => picker.onDidHide(resolve));
  picker.onDidTriggerButton(() => {
    picker.hide();
    void vscode.commands.executeCommand('workbench.action.openSettings', SETTING);
  });
  picker.onDidTriggerItemButton(({ item }) => {
    if (item.found) void traced.remove(item.found.entry.file, [item.found.entry.name]).then(undefined, sayFailed);
  });
  picker.onDidAccept(() => {
    const [item] = picker.selectedItems;
    if (item?.add === true) void vscode.commands.executeCommand(TRACE);
    else if (item?.found) void open(item.found);
    else return;
    picker.hide();
  });
  await update();
  await hidden;
  listener.dispose();
  picker.dispose();
}

interface Here {
  readonly file: vscode.Uri;
  readonly name: string;
}

/** The function around the caret. */
async function functionHere(traced: TracedFunctions): Promise<Here | undefined> {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.uri.scheme !== 'file') return undefined;
  const found = await traced.functionAt(editor.document, editor.selection.active.line);
  return found ? { file: editor.document.uri, name: found.name } : undefined;
}

function addItem(here: Here | undefined, traced: TracedFunctions): readonly Item[] {
  if (here && !traced.namesIn(here.file).has(here.name))
    return [{ label: `$(add) ${vscode.l10n.t('Trace {0}', here.name)}`, alwaysShow: true, add: true }];
  if (traced.entries.length > 0 || traced.invalid.length > 0) return [];
  return [
    {
      label: vscode.l10n.t('No function is traced'),
      detail: vscode.l10n.t('Put the caret into a function of Python, JavaScript or TypeScript and trace it.'),
    },
  ];
}

function itemOf(found: FoundEntry, remove: vscode.QuickInputButton): Item {
  const { entry, state, line } = found;
  const several = (vscode.workspace.workspaceFolders?.length ?? 0) > 1;
  const path = vscode.workspace.asRelativePath(entry.file, several);
  const isGone = state === 'noFile' || state === 'noFunction';
  const detail =
    state === 'noFile'
      ? vscode.l10n.t('Not found: there is no such file. Not traced until it is back, or the entry is another.')
      : vscode.l10n.t('Not found: the file has no function of this name. Moved or renamed?');
  return {
    label: `$(${isGone ? 'warning' : 'symbol-method'}) ${plainLine(entry.name)}`,
    description: plainLine(state === 'found' ? `${path}:${String(line + 1)}` : path),
    ...(isGone && { detail }),
    buttons: [remove],
    found,
  };
}

function invalidItems({ invalid }: TracedFunctions): readonly Item[] {
  return invalid.map((text) => ({
    label: `$(warning) ${plainLine(text)}`,
    detail: vscode.l10n.t('Not traced: an entry is a file and a name, src/model.py#Ranker.predict'),
  }));
}

async function open({ entry, state, line }: FoundEntry): Promise<void> {
  if (state === 'noFile') {
    void vscode.window.showInformationMessage(vscode.l10n.t('There is no file {0}.', plainLine(entry.file.fsPath)));
    return;
  }
  const at = new vscode.Position(line, 0);
  await vscode.window.showTextDocument(entry.file, { selection: new vscode.Range(at, at) }).then(undefined, sayFailed);
}

function sayFailed(error: unknown): void {
  void vscode.window.showErrorMessage(plainLine(error instanceof Error ? error.message : String(error)));
}
