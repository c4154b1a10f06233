import type * as vscode from 'vscode';
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
  const data = {
    ...(globalStorageUri.scheme === 'file' && { storage: globalStorageUri.fsPath }),
    version: versionOf(extension.packageJSON),
  };
  const engine: EngineClient = new RestartableWorker({ name: 'engine', file, log, data });
  const applyLimits = (): void => {
    const maxStoreBytes = readSetting('spanline.store.maxMiB') * 1024 * 1024;
    engine
      .request('engine/limits', { maxStoreBytes })
      .catch((error: unknown) => log.error(`engine limits: ${String(error)}`));
  };
  engine.onStart(applyLimits);
  engine.on('engine/moved', () => engine.tellMoved());
  engine.on('log', ({ level, message }) => log[level](message));
  subscriptions.push(engine, onSettingChange(['spanline.store.maxMiB'], applyLimits));
  return engine;
}

function versionOf(manifest: unknown): string {
  const { version } = manifest as { readonly version?: unknown };
  return typeof version === 'string' ? version : '';
}
