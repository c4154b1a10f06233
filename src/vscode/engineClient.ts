import type * as vscode from 'vscode';
import type { EngineEvents, EngineMethods } from '../protocol/engineApi.ts';
import { onSettingChange, readSetting } from './settings.ts';
import { RestartableWorker } from './restartableWorker.ts';
import type { Subscriptions } from './subscriptions.ts';

export type EngineClient = RestartableWorker<EngineMethods, EngineEvents>;

/** The window's engine worker: started on first use, its limits kept equal to the settings, its log forwarded. */
export function createEngineClient(
  file: string,
  log: vscode.LogOutputChannel,
  subscriptions: Subscriptions,
): EngineClient {
  const engine: EngineClient = new RestartableWorker({ name: 'engine', file, log });
  const applyLimits = (): void => {
    const maxStoreBytes = readSetting('spanline.store.maxMiB') * 1024 * 1024;
    engine
      .request('engine/limits', { maxStoreBytes })
      .catch((error: unknown) => log.error(`engine limits: ${String(error)}`));
  };
  engine.onStart(applyLimits);
  engine.on('log', ({ level, message }) => log[level](message));
  subscriptions.push(engine, onSettingChange(['spanline.store.maxMiB'], applyLimits));
  return engine;
}
