import * as vscode from 'vscode';
import type { ReceiverControl } from '../receiverControl.ts';
import type { TracedFunctions } from '../tracedFunctions/tracedFunctions.ts';
import { connectCompose } from './connectCompose.ts';
import { DebugInjection } from './debugInjection.ts';
import { addToEnvFile } from './envFile.ts';
import { FileProposals } from './fileProposal.ts';
import { LaunchedRuns } from './launchedRuns.ts';
import { Launches } from './launches.ts';
import { MissingSdk } from './missingSdk.ts';
import { RunWithTracing } from './runWithTracing.ts';
import { SdkInstaller } from './sdkInstaller.ts';
import { injectIntoTerminals } from './terminalInjection.ts';

/** What the window can start with tracing, as its commands reach it. */
export class LaunchFeatures {
  readonly run: RunWithTracing;
  readonly runs: LaunchedRuns;
  readonly #launches: Launches;
  readonly #proposals: FileProposals;
  readonly #installer: SdkInstaller;
  readonly #missingSdk: MissingSdk;

  constructor(
    context: vscode.ExtensionContext,
    receiver: ReceiverControl,
    traced: TracedFunctions,
    log: vscode.LogOutputChannel,
  ) {
    const { subscriptions, workspaceState: memento } = context;
    const launches = new Launches(context, receiver, traced, log);
    const runs = new LaunchedRuns(log);
    this.runs = runs;
    subscriptions.push(traced.onDidChange(() => void runs.tellFunctions()));
    // The receiver starts by itself where the workspace's programs are likely to send something.
    const worthAsking = (): boolean => receiver.state.kind === 'listening';
    const debug = new DebugInjection({ launches, runs, memento, worthAsking, log }, subscriptions);
    this.#installer = new SdkInstaller(context.globalStorageUri, log);
    this.#missingSdk = new MissingSdk(this.#installer, memento);
    this.run = new RunWithTracing({ launches, runs, debug, missingSdk: this.#missingSdk, memento });
    this.#launches = launches;
    this.#proposals = new FileProposals(subscriptions);
    injectIntoTerminals(context, launches, receiver, traced, subscriptions);
  }

  addToEnvFile(): Promise<void> {
    return addToEnvFile(this.#launches, this.#proposals);
  }

  connectCompose(): Promise<void> {
    return connectCompose(this.#launches, this.#proposals);
  }

  /** Deletes every SDK that was installed for programs without one, and what was answered about it here. */
  async removeSdks(): Promise<void> {
    const removed = await this.#installer.removeAll();
    await this.#missingSdk.forget();
    void vscode.window.showInformationMessage(
      removed
        ? vscode.l10n.t('The SDKs that Spanline installed are gone.')
        : vscode.l10n.t('Spanline has installed no SDK.'),
    );
  }
}
