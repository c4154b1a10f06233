import path from 'node:path';
import * as vscode from 'vscode';
import type { ProgramCommand } from '../../core/launch/programCommands.ts';
import type { FilePrograms, Launcher } from '../../launcher/launcher.ts';
import { exists } from './launches.ts';
import type { LoadLauncher } from './loadLauncher.ts';
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
const ENTRY_FILES = '**/{main,app,server,api,manage,wsgi,asgi,index,__init__}.{py,js,mjs,cjs,ts,mts}';
const EXCLUDE = '**/{node_modules,.venv,venv,site-packages,dist,build,out,target,.git,test,tests,migrations}/**';
const MAX_FILES = 40;
const MAX_ENTRIES = 12;
const MAX_BYTES = 512 * 1024;

/** The file in the editor, entry files, package scripts and launch configurations, likeliest first. */
export async function programChoices(load: LoadLauncher): Promise<readonly RunChoice[]> {
  const launcher = await load();
  const active = vscode.window.activeTextEditor?.document.uri;
  const current = active?.scheme === 'file' ? await fileChoices(launcher, active) : [];
  const [entries, scripts] = await Promise.all([entryChoices(launcher, active), scriptChoices(launcher)]);
  return [
    ...section(vscode.l10n.t('File in the editor'), current),
    ...section(vscode.l10n.t('Package scripts'), scripts),
    ...section(vscode.l10n.t('Files of the workspace'), entries),
    ...section(vscode.l10n.t('Launch configurations'), debugChoices()),
  ];
}

/**
 * The services of the workspace, by how they are likely started: applications of Python's frameworks, and packages that
 * depend on a server of Node. One of each project.
 */
export async function serviceChoices(load: LoadLauncher): Promise<readonly RunChoice[]> {
  const launcher = await load();
  const applications = (await entryFiles(launcher, undefined)).filter(({ programs }) => programs.serves);
  const packaged = (await packages()).map((each) => startChoice(launcher, each));
  return [
    ...applications.flatMap((file) => choicesOf(file).slice(0, 1)),
    ...(await Promise.all(packaged)).flatMap((choice) => choice ?? []),
  ];
}

/** The command that a file is likeliest run by; undefined for a file that nothing here runs. */
export async function fileChoice(load: LoadLauncher, uri: vscode.Uri): Promise<RunChoice | undefined> {
  return (await fileChoices(await load(), uri))[0];
}

async function entryChoices(launcher: Launcher, but: vscode.Uri | undefined): Promise<readonly RunChoice[]> {
  const files = await entryFiles(launcher, but);
  // Packages have such files everywhere: only those that make an application.
  return files
    .filter(({ uri, programs }) => programs.serves || !/\/(?:__init__|api|index)\.py$/.test(uri.path))
    .flatMap((file) => choicesOf(file).slice(0, 1))
    .slice(0, MAX_ENTRIES);
}

interface EntryFile {
  readonly uri: vscode.Uri;
  readonly folder: vscode.WorkspaceFolder;
  readonly programs: FilePrograms;
}

/** Files that are likely to be started, those near the top first. */
async function entryFiles(launcher: Launcher, but: vscode.Uri | undefined): Promise<readonly EntryFile[]> {
  const found = await vscode.workspace.findFiles(ENTRY_FILES, EXCLUDE, MAX_FILES);
  const others = found.filter(({ fsPath }) => fsPath !== but?.fsPath).sort((a, b) => depth(a) - depth(b));
  return (await Promise.all(others.map((uri) => entryFile(launcher, uri)))).flatMap((file) => file ?? []);
}

async function entryFile(launcher: Launcher, uri: vscode.Uri): Promise<EntryFile | undefined> {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (!folder) return undefined;
  const python = (place: string): Promise<string> => pythonInterpreter(launcher, vscode.Uri.file(place));
  const programs = await launcher.filePrograms(uri.fsPath, folder.uri.fsPath, await readText(uri), python);
  return { uri, folder, programs };
}

function choicesOf({ folder, programs }: EntryFile): readonly RunChoice[] {
  const cwd = vscode.Uri.file(programs.cwd);
  return programs.commands.map((command) => programChoice(command, folder, cwd, '$(file-code)'));
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

async function fileChoices(launcher: Launcher, uri: vscode.Uri): Promise<readonly RunChoice[]> {
  const file = await entryFile(launcher, uri);
  return file ? choicesOf(file) : [];
}

async function scriptChoices(launcher: Launcher): Promise<readonly RunChoice[]> {
  const choices = (await packages()).map(async ({ cwd, folder, manifest }): Promise<readonly RunChoice[]> => {
    const scripts = launcher.packageScripts(manifest);
    if (scripts.length === 0) return [];
    const program = await packageManager(cwd);
    return scripts.map((script) => programChoice({ program, args: ['run', script] }, folder, cwd, '$(package)'));
  });
  return (await Promise.all(choices)).flat();
}

interface Package {
  readonly manifest: string;
  readonly cwd: vscode.Uri;
  readonly folder: vscode.WorkspaceFolder;
}

async function packages(): Promise<readonly Package[]> {
  const manifests = await vscode.workspace.findFiles('**/package.json', EXCLUDE, MAX_ENTRIES);
  const found = manifests
    .sort((a, b) => depth(a) - depth(b))
    .map(async (uri): Promise<readonly Package[]> => {
      const folder = vscode.workspace.getWorkspaceFolder(uri);
      return folder ? [{ manifest: await readText(uri), cwd: vscode.Uri.joinPath(uri, '..'), folder }] : [];
    });
  return (await Promise.all(found)).flat();
}

/** How a package that depends on a server is started; undefined for another, and for one that names no script or file. */
async function startChoice(launcher: Launcher, { manifest, cwd, folder }: Package): Promise<RunChoice | undefined> {
  const start = launcher.packageStart(manifest, cwd.fsPath);
  if (start === undefined) return undefined;
  if ('file' in start) return (await fileChoices(launcher, vscode.Uri.file(start.file)))[0];
  return programChoice({ program: await packageManager(cwd), args: ['run', start.script] }, folder, cwd, '$(package)');
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
