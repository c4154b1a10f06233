import process from 'node:process';
import * as vscode from 'vscode';
import { launchEnvironment } from '../../core/launch/launchEnvironment.ts';
import type { ReceiverControl } from '../receiverControl.ts';
import { onSettingChange, readSetting } from '../settings.ts';
import type { Subscriptions } from '../subscriptions.ts';
import type { Launches } from './launches.ts';

/**
 * With `spanline.launch.inject` at `terminals`, every new terminal has the environment of a launch while the receiver listens.
 * Worked out again when one of `choices` (what is set besides) is another. VS Code marks open terminals whose environment is another by then, and tells what would change.
 */
export function injectIntoTerminals(
  context: vscode.ExtensionContext,
  launches: Launches,
  receiver: ReceiverControl,
  choices: readonly { readonly onDidChange: vscode.Event<unknown> }[],
  subscriptions: Subscriptions,
): void {
  const collection = context.environmentVariableCollection;
  // After a restart the ports may be others: what was set is worked out again.
  collection.persistent = false;
  let shown = '';
  const update = async (): Promise<void> => {
    const wanted = readSetting('spanline.launch.inject') === 'terminals' && vscode.workspace.isTrusted;
    const request =
      wanted && receiver.state.kind === 'listening' ? await launches.request({ ...process.env }, '') : undefined;
    const set = request ? launchEnvironment(request).set : {};
    const text = JSON.stringify(set);
    if (text === shown) return;
    shown = text;
    collection.clear();
    collection.description = vscode.l10n.t('Programs that are started here send their traces to Spanline.');
    for (const [name, value] of Object.entries(set)) collection.replace(name, value);
  };
  const follow = (): void => void update().catch(() => undefined);
  subscriptions.push(
    onSettingChange(['spanline.launch.inject'], follow),
    receiver.onDidChange(follow),
    ...choices.map(({ onDidChange }) => onDidChange(follow)),
    vscode.workspace.onDidGrantWorkspaceTrust(follow),
  );
  follow();
}
