import * as vscode from 'vscode';
import type { EngineEvents, EngineMethods } from '../protocol/engineApi.ts';
import { onSettingChange, readSetting } from './settings.ts';
import { RestartableWorker } from './restartableWorker.ts';

export type EngineClient = RestartableWorker<EngineMethods, EngineEvents>;

/**
 * The window's engine worker: started on first use, its limits kept equal to the settings, its log forwarded. It runs the
 * engine of this window's user, or passes messages to the window that does; when another one takes over, that is a restart.
 */
export function createEngineClient(
  file: string,
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
): EngineClient {
  const { globalStorageUri, extension, subscriptions } = context;
  const data = (): object => ({
    ...(globalStorageUri.scheme === 'file' && { storage: globalStorageUri.fsPath }),
    version: versionOf(extension.packageJSON),
    journal: journalLimits(),
  });
  const engine: EngineClient = new RestartableWorker({ name: 'engine', file, log, data });
  const applyLimits = (): void => {
    const maxStoreBytes = readSetting('spanline.store.maxMiB') * 1024 * 1024;
    engine
      .request('engine/limits', { maxStoreBytes })
      .catch((error: unknown) => log.error(`engine limits: ${String(error)}`));
  };
  const applyJournal = (): void => {
    engine
      .request('journal/limits', journalLimits())
      .catch((error: unknown) => log.error(`journal limits: ${String(error)}`));
  };
  engine.onStart(applyLimits);
  // The owner may have opened the journal by what the settings were long ago.
  engine.onStart(applyJournal);
  const tellFolders = (): void => {
    const folders = (vscode.workspace.workspaceFolders ?? [])
      .filter(({ uri }) => uri.scheme === 'file')
      .map(({ uri }) => uri.fsPath);
    engine
      .request('client/hello', { folders })
      .catch((error: unknown) => log.error(`engine folders: ${String(error)}`));
  };
  engine.onStart(tellFolders);
  engine.on('engine/moved', () => engine.tellMoved());
  engine.on('log', ({ level, message }) => log[level](message));
  subscriptions.push(
    engine,
    onSettingChange(['spanline.store.maxMiB'], applyLimits),
    onSettingChange(['spanline.journal.keepDays', 'spanline.journal.maxMiB'], applyJournal),
    vscode.workspace.onDidChangeWorkspaceFolders(() => {
      if (engine.running) tellFolders();
    }),
  );
  return engine;
}

function journalLimits(): { readonly keepDays: number; readonly maxBytes: number } {
  // Settings files are written by hand, too.
  const whole = (value: number, least: number, most: number): number =>
    Math.min(most, Math.max(least, Math.floor(value) || 0));
  return {
    keepDays: whole(readSetting('spanline.journal.keepDays'), 0, 3650),
    maxBytes: whole(readSetting('spanline.journal.maxMiB'), 16, 1024 * 1024) * 1024 * 1024,
  };
}

function versionOf(manifest: unknown): string {
  const { version } = manifest as { readonly version?: unknown };
  return typeof version === 'string' ? version : '';
}
