import path from 'node:path';
import * as vscode from 'vscode';
import { commandsForFile, packageScripts, type ProgramCommand } from '../../core/launch/programCommands.ts';
import { exists } from './launches.ts';
import { pythonInterpreter } from './pythonInterpreter.ts';

/** Something that can be run with tracing. */
export interface RunChoice extends vscode.QuickPickItem {
  readonly run: RunTarget | undefined;
}

export type RunTarget =
  | {
      readonly kind: 'program';
      readonly command: ProgramCommand;
      readonly folder: vscode.WorkspaceFolder;
      readonly cwd: vscode.Uri;
    }
  | { readonly kind: 'task'; readonly task: vscode.Task }
  | { readonly kind: 'debug'; readonly folder: vscode.WorkspaceFolder; readonly name: string }
  | { readonly kind: 'commandLine' };

/** Files that are likely to be started, where none is open. */
const ENTRY_FILES = '**/{main,app,server,api,manage,wsgi,asgi,index}.{py,js,mjs,cjs,ts,mts}';
const EXCLUDE = '**/{node_modules,.venv,venv,site-packages,dist,build,out,target,.git,test,tests}/**';
const MAX_FILES = 12;
const MAX_BYTES = 512 * 1024;

/** The file in the editor, entry files, package scripts and launch configurations, likeliest first. */
export async function programChoices(): Promise<readonly RunChoice[]> {
  const active = vscode.window.activeTextEditor?.document.uri;
  const current = active?.scheme === 'file' ? await fileChoices(active) : [];
  const found = await vscode.workspace.findFiles(ENTRY_FILES, EXCLUDE, MAX_FILES);
  const others = found.filter(({ fsPath }) => fsPath !== active?.fsPath).sort((a, b) => depth(a) - depth(b));
  const entries = (await Promise.all(others.map(fileChoices))).flatMap((choices) => choices.slice(0, 1));
  return [
    ...section(vscode.l10n.t('File in the editor'), current),
    ...section(vscode.l10n.t('Package scripts'), await scriptChoices()),
    ...section(vscode.l10n.t('Files of the workspace'), entries),
    ...section(vscode.l10n.t('Launch configurations'), debugChoices()),
  ];
}

/** Tasks of the workspace that start a process; package scripts are listed already. */
export async function taskChoices(): Promise<readonly RunChoice[]> {
  const tasks = await vscode.tasks.fetchTasks();
  const own = tasks.filter(({ source, execution }) => source === 'Workspace' && startsProcess(execution));
  const choices = own.map((task): RunChoice => ({ label: `$(tools) ${task.name}`, run: { kind: 'task', task } }));
  return section(vscode.l10n.t('Tasks'), choices);
}

export function commandLineChoice(): readonly RunChoice[] {
  const label = `$(terminal) ${vscode.l10n.t('Command Line…')}`;
  return [...section('', [{ label, alwaysShow: true, run: { kind: 'commandLine' } }])];
}

/** The choice's words without its icon. */
export function choiceName({ label }: RunChoice): string {
  return label.replace(/^\$\([\w-]+\)\s*/, '');
}

async function fileChoices(uri: vscode.Uri): Promise<readonly RunChoice[]> {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (!folder) return [];
  const file = path.relative(folder.uri.fsPath, uri.fsPath).split(path.sep).join('/');
  const text = await readText(uri);
  const commands = commandsForFile({ path: file, text, python: await pythonInterpreter(folder.uri) });
  return commands.map((command) => programChoice(command, folder, folder.uri, '$(file-code)'));
}

async function scriptChoices(): Promise<readonly RunChoice[]> {
  const manifests = await vscode.workspace.findFiles('**/package.json', EXCLUDE, MAX_FILES);
  const choices = manifests
    .sort((a, b) => depth(a) - depth(b))
    .map(async (manifest): Promise<readonly RunChoice[]> => {
      const folder = vscode.workspace.getWorkspaceFolder(manifest);
      if (!folder) return [];
      const cwd = vscode.Uri.joinPath(manifest, '..');
      const scripts = packageScripts(await readText(manifest));
      if (scripts.length === 0) return [];
      const program = await packageManager(cwd);
      return scripts.map((script) => programChoice({ program, args: ['run', script] }, folder, cwd, '$(package)'));
    });
  return (await Promise.all(choices)).flat();
}

async function packageManager(folder: vscode.Uri): Promise<string> {
  const locks = { 'pnpm-lock.yaml': 'pnpm', 'yarn.lock': 'yarn', 'bun.lock': 'bun', 'bun.lockb': 'bun' };
  for (const [lock, program] of Object.entries(locks)) {
    if (await exists(vscode.Uri.joinPath(folder, lock))) return program;
  }
  return 'npm';
}

function debugChoices(): readonly RunChoice[] {
  return (vscode.workspace.workspaceFolders ?? []).flatMap((folder) => {
    const configurations = vscode.workspace.getConfiguration('launch', folder.uri).get<unknown>('configurations');
    if (!Array.isArray(configurations)) return [];
    return configurations.flatMap(
      (each: { readonly name?: unknown; readonly request?: unknown } | null): RunChoice[] =>
        typeof each?.name === 'string' && each.request === 'launch'
          ? [{ label: `$(debug-alt) ${each.name}`, run: { kind: 'debug', folder, name: each.name } }]
          : [],
    );
  });
}

function programChoice(
  command: ProgramCommand,
  folder: vscode.WorkspaceFolder,
  cwd: vscode.Uri,
  icon: string,
): RunChoice {
  const shown = [path.basename(command.program), ...command.args].join(' ');
  const place = path.relative(folder.uri.fsPath, cwd.fsPath);
  const several = (vscode.workspace.workspaceFolders?.length ?? 0) > 1;
  const description = [...(several ? [folder.name] : []), ...(place === '' ? [] : [place])].join('/');
  return { label: `${icon} ${shown}`, description, run: { kind: 'program', command, folder, cwd } };
}

function section(label: string, choices: readonly RunChoice[]): readonly RunChoice[] {
  return choices.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator, run: undefined }, ...choices];
}

function startsProcess(execution: vscode.Task['execution']): boolean {
  return execution instanceof vscode.ShellExecution || execution instanceof vscode.ProcessExecution;
}

function depth(uri: vscode.Uri): number {
  return uri.path.split('/').length;
}

async function readText(uri: vscode.Uri): Promise<string> {
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    return size > MAX_BYTES ? '' : new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return '';
  }
}
