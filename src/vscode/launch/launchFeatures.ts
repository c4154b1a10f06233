import * as vscode from 'vscode';
import type { SpanRef } from '../../core/model/span.ts';
import { plainLine } from '../plainText.ts';
import type { ReceiverControl } from '../receiverControl.ts';
import type { TracedFunctions } from '../tracedFunctions/tracedFunctions.ts';
import { connectCompose } from './connectCompose.ts';
import { ContentChoice } from './contentChoice.ts';
import { ContentRecording } from './contentRecording.ts';
import { DebugInjection } from './debugInjection.ts';
import { addToEnvFile } from './envFile.ts';
import { FileProposals } from './fileProposal.ts';
import { LaunchedRuns } from './launchedRuns.ts';
import { Launches } from './launches.ts';
import type { TraceSummary } from '../../core/model/trace.ts';
import type { EngineClient } from '../engineClient.ts';
import { FirstTrace } from './firstTrace.ts';
import { launcherLoader, type LoadLauncher } from './loadLauncher.ts';
import { MissingSdkOffer } from './missingSdk.ts';
import { RunWithTracing } from './runWithTracing.ts';
import { ServiceItem } from './serviceItem.ts';
import { injectIntoTerminals } from './terminalInjection.ts';

/** What the window can start with tracing, as its commands reach it. */
export class LaunchFeatures {
  readonly run: RunWithTracing;
  readonly runs: LaunchedRuns;
  readonly #launches: Launches;
  readonly #proposals: FileProposals;
  readonly #launcher: LoadLauncher;
  readonly #missingSdk: MissingSdkOffer;
  readonly #content: ContentRecording;

  constructor(
    context: vscode.ExtensionContext,
    parts: {
      readonly engine: EngineClient;
      readonly receiver: ReceiverControl;
      readonly traced: TracedFunctions;
      readonly log: vscode.LogOutputChannel;
      /** Shows a trace where no panel is open, without taking the focus. */
      readonly showTrace: (trace: TraceSummary) => void;
    },
  ) {
    const { receiver, traced, log } = parts;
    const { subscriptions, workspaceState: memento } = context;
    const choice = new ContentChoice(memento, subscriptions);
    const launches = new Launches(context, receiver, traced, choice, log);
    const runs = new LaunchedRuns(log);
    this.runs = runs;
    subscriptions.push(traced.onDidChange(() => void runs.tellFunctions()));
    // The receiver starts by itself where the workspace's programs are likely to send something.
    const worthAsking = (): boolean => receiver.state.kind === 'listening';
    const bundle = vscode.Uri.joinPath(context.extensionUri, 'dist', 'launcher.cjs').fsPath;
    const launcher = launcherLoader(bundle, context.globalStorageUri.fsPath, (line) => log.info(line));
    this.#launcher = launcher;
    const missingSdk = new MissingSdkOffer(launcher, memento, log);
    this.#missingSdk = missingSdk;
    const debug = new DebugInjection(
      { launches, runs, launcher, missingSdk, memento, worthAsking, log },
      subscriptions,
    );
    const firstTrace = new FirstTrace(parts.engine, parts.showTrace);
    const started = (): void => service.hide();
    const addVariables = (more: Readonly<Record<string, string>>): Promise<void> =>
      addToEnvFile(launches, this.#proposals, more);
    const content = new ContentRecording({ engine: parts.engine, choice, runs, addToEnvFile: addVariables });
    this.#content = content;
    this.run = new RunWithTracing({
      launches,
      runs,
      launcher,
      debug,
      missingSdk,
      firstTrace,
      content,
      memento,
      started,
    });
    const service = new ServiceItem(launcher, () => this.run.ranBefore, log, subscriptions);
    this.#launches = launches;
    this.#proposals = new FileProposals(subscriptions);
    injectIntoTerminals(context, launches, receiver, [traced, choice], subscriptions);
  }

  /** Offers to have a library record content in the program of a span. */
  turnOnContent(ref: SpanRef, library: string): Promise<void> {
    return this.#content.turnOn(ref, library);
  }

  pickContent(): Promise<void> {
    return this.#content.pick();
  }

  addToEnvFile(): Promise<void> {
    return addToEnvFile(this.#launches, this.#proposals);
  }

  connectCompose(): Promise<void> {
    return connectCompose(this.#launcher, this.#launches, this.#proposals);
  }

  /** Deletes every SDK that was installed for programs without one, and what was answered about it here. */
  async removeSdks(): Promise<void> {
    const removed = await this.#launcher()
      .then((launcher) => launcher.removeSdks())
      .catch((error: unknown) => String(error));
    await this.#missingSdk.forget();
    if (typeof removed === 'string') {
      void vscode.window.showErrorMessage(vscode.l10n.t('Not all could be removed: {0}', plainLine(removed, 300)));
      return;
    }
    void vscode.window.showInformationMessage(
      removed
        ? vscode.l10n.t('The SDKs that Spanline installed are gone.')
        : vscode.l10n.t('Spanline has installed no SDK.'),
    );
  }
}
