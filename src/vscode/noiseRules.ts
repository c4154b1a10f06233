import * as vscode from 'vscode';
import type { TraceId } from '../core/model/ids.ts';
import type { NoiseProblem } from '../core/noise/noiseRule.ts';
import type { CommandId } from './contributions.ts';
import type { EngineClient } from './engineClient.ts';
import { plainLine } from './plainText.ts';
import { onSettingChange, readSetting } from './settings.ts';
import type { Subscriptions } from './subscriptions.ts';
import { warnOnce } from './warnOnce.ts';

const SETTING = 'spanline.noise.rules';
const MOST_NAME = 80;

/** Keeps the engine's rules of noise equal to `spanline.noise.rules`. What cannot be used of them is said once. */
export function followNoiseRules(
  engine: EngineClient,
  log: vscode.LogOutputChannel,
  subscriptions: Subscriptions,
): void {
  const said = new Set<string>();
  const apply = (): void => {
    // What VS Code hands out are proxies, which no message carries.
    const rules: unknown = JSON.parse(JSON.stringify(readSetting(SETTING)));
    engine.request('noise/rules', { rules }).then(
      ({ problems }) => {
        for (const problem of problems) sayProblem(problem, said, log);
      },
      (error: unknown) => log.error(`noise rules: ${String(error)}`),
    );
  };
  engine.onStart(apply);
  subscriptions.push(
    onSettingChange([SETTING], () => {
      if (engine.running) apply();
    }),
  );
}

/** Opens the rules for editing. */
export async function editNoiseRules(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openSettings', SETTING);
}

/**
 * Adds a rule for traces with the root's kind, name and service, to the workspace's settings or else the user's, and offers to
 * take it back.
 */
export async function hideTracesLike(engine: EngineClient, traceId: TraceId): Promise<void> {
  const like = await engine.request('noise/like', { traceId });
  if (!like) {
    void vscode.window.showInformationMessage(vscode.l10n.t('The root of this trace is not here yet.'));
    return;
  }
  const { condition, name, service, failed } = like;
  const config = vscode.workspace.getConfiguration();
  const hasWorkspace = (vscode.workspace.workspaceFolders ?? []).length > 0;
  const target = hasWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  const inspected = config.inspect<Readonly<Record<string, unknown>>>(SETTING);
  const before = hasWorkspace ? inspected?.workspaceValue : inspected?.globalValue;
  const rule = `${plainLine(name, MOST_NAME)} · ${plainLine(service, MOST_NAME)}`;
  await config.update(SETTING, { ...before, [rule]: condition }, target);
  const undo = vscode.l10n.t('Undo');
  const edit = vscode.l10n.t('Edit Rules');
  const message = failed
    ? vscode.l10n.t(
        'Traces like “{0}” are folded from now on. This one failed, so it stays.',
        plainLine(name, MOST_NAME),
      )
    : vscode.l10n.t('Traces like “{0}” are folded from now on.', plainLine(name, MOST_NAME));
  void vscode.window.showInformationMessage(message, undo, edit).then((choice) => {
    if (choice === undo) return config.update(SETTING, before, target);
    if (choice === edit) return vscode.commands.executeCommand('spanline.editNoiseRules' satisfies CommandId);
    return undefined;
  });
}

function sayProblem({ rule, message }: NoiseProblem, said: Set<string>, log: vscode.LogOutputChannel): void {
  const text = vscode.l10n.t('{0}: the rule {1} cannot be used: {2}', SETTING, plainLine(rule, 100), message);
  warnOnce(text, said, log, vscode.l10n.t('Edit Rules'), SETTING);
}
