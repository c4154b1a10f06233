import * as vscode from 'vscode';
import type { CodeIndexConfig, CodeIndexEvents, CodeIndexMethods, PathMapping } from '../protocol/codeIndexApi.ts';
import { RestartableWorker } from './restartableWorker.ts';
import { onSettingChange, readSetting } from './settings.ts';
import type { Subscriptions } from './subscriptions.ts';

export type CodeIndexClient = RestartableWorker<CodeIndexMethods, CodeIndexEvents>;

/** Changes of files are told in batches: a checkout touches thousands at once. */
const BATCH_MS = 50;

/** `${workspaceFolder}` and `${workspaceFolder:name}` of a mapping's target, as absolute paths. */
function expandFolders(target: string, folders: readonly vscode.WorkspaceFolder[]): string {
  return target.replace(/\$\{workspaceFolder(?::([^}]+))?\}/g, (whole, name: string | undefined) => {
    const folder = name === undefined ? folders[0] : folders.find((each) => each.name === name);
    return folder?.uri.fsPath ?? whole;
  });
}

function pathMappings(folders: readonly vscode.WorkspaceFolder[]): PathMapping[] {
  if (!vscode.workspace.isTrusted) return [];
  // A repository writes these: values of other types are possible whatever the manifest's schema says.
  const mappings: Readonly<Record<string, unknown>> = readSetting('spanline.source.pathMappings', folders[0]?.uri);
  return Object.entries(mappings).flatMap(([from, to]) =>
    typeof to === 'string' ? [{ from, to: expandFolders(to, folders) }] : [],
  );
}

/** Where the index keeps its facts: in the storage of this workspace, which an empty window does not have. */
function cacheFile(storage: vscode.Uri | undefined): Pick<CodeIndexConfig, 'cacheFile'> {
  return storage?.scheme === 'file' ? { cacheFile: vscode.Uri.joinPath(storage, 'codeIndex.gz').fsPath } : {};
}

function configuration(grammarFolder: string, storage: vscode.Uri | undefined): CodeIndexConfig {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const excludes = vscode.workspace.getConfiguration('files').get<Record<string, unknown>>('exclude') ?? {};
  return {
    folders: folders.map(({ uri, name }) => ({ path: uri.fsPath, name })),
    pathMappings: pathMappings(folders),
    excludes: Object.keys(excludes).filter((glob) => excludes[glob] === true),
    grammarFolder,
    ...cacheFile(storage),
  };
}

/** The window's code index worker: started on first use, told of folders, settings and file changes. */
export function createCodeIndexClient(
  file: string,
  grammarFolder: string,
  storage: vscode.Uri | undefined,
  log: vscode.LogOutputChannel,
  subscriptions: Subscriptions,
): CodeIndexClient {
  const codeIndex: CodeIndexClient = new RestartableWorker({ name: 'code index', file, log });
  let running = false;
  const failed = (error: unknown): void => log.error(`code index: ${String(error)}`);
  const configure = (): void => {
    if (running) codeIndex.request('index/configure', configuration(grammarFolder, storage)).catch(failed);
  };
  const changed = new Set<string>();
  const deleted = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    timer = undefined;
    codeIndex.request('index/filesChanged', { changed: [...changed], deleted: [...deleted] }).catch(failed);
    changed.clear();
    deleted.clear();
  };
  const note = (uri: vscode.Uri, gone: boolean): void => {
    if (!running || uri.scheme !== 'file') return;
    (gone ? deleted : changed).add(uri.fsPath);
    (gone ? changed : deleted).delete(uri.fsPath);
    timer ??= setTimeout(flush, BATCH_MS);
  };
  let watcher: vscode.FileSystemWatcher | undefined;
  codeIndex.onStart(() => {
    running = true;
    configure();
    if (watcher) return;
    watcher = vscode.workspace.createFileSystemWatcher('**/*');
    watcher.onDidCreate((uri) => note(uri, false));
    watcher.onDidChange((uri) => note(uri, false));
    watcher.onDidDelete((uri) => note(uri, true));
    subscriptions.push(watcher);
  });
  codeIndex.onGaveUp(() => {
    running = false;
  });
  codeIndex.on('log', ({ level, message }) => log[level](message));
  subscriptions.push(
    codeIndex,
    vscode.workspace.onDidChangeWorkspaceFolders(configure),
    vscode.workspace.onDidGrantWorkspaceTrust(configure),
    onSettingChange(['spanline.source.pathMappings'], configure),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('files.exclude')) configure();
    }),
    { dispose: () => clearTimeout(timer) },
  );
  return codeIndex;
}
