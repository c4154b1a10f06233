import * as vscode from 'vscode';
import type { SpanRef } from '../../core/model/span.ts';
import { plainLine } from '../plainText.ts';
import type { ReceiverControl } from '../receiverControl.ts';
import type { TracedFunctions } from '../tracedFunctions/tracedFunctions.ts';
import { ContentChoice } from './contentChoice.ts';
import type { ContentRecording } from './contentRecording.ts';
import { DebugInjection } from './debugInjection.ts';
import type { FileProposals } from './fileProposal.ts';
import { LastRun } from './lastRun.ts';
import { LaunchedRuns } from './launchedRuns.ts';
import { Launches } from './launches.ts';
import type { TraceSummary } from '../../core/model/trace.ts';
import type { EngineClient } from '../engineClient.ts';
import { FirstTrace } from './firstTrace.ts';
import { launcherLoader, type LoadLauncher } from './loadLauncher.ts';
import type { LoadStarting } from './loadStarting.ts';
import { MissingSdkOffer } from './missingSdk.ts';
import type { RunWithTracing } from './runWithTracing.ts';
import type { ServiceItem } from './serviceItem.ts';
import { SilentRuns, type SilentRow } from './silentRuns.ts';
import { injectIntoTerminals } from './terminalInjection.ts';

/** Services are looked for once the window is up: its start waits for nothing of it. */
const SERVICES_MS = 1000;

/** What the commands use that dist/starting.cjs has. */
interface Commands {
  readonly code: ReturnType<LoadStarting>;
  readonly run: RunWithTracing;
  readonly content: ContentRecording;
  readonly proposals: FileProposals;
}

/** What the window can start with tracing, as its commands reach it. */
export class LaunchFeatures {
  readonly runs: LaunchedRuns;
  readonly #launches: Launches;
  readonly #commands: () => Commands;
  readonly #launcher: LoadLauncher;
  readonly #missingSdk: MissingSdkOffer;
  readonly #silent: SilentRuns;

  constructor(
    context: vscode.ExtensionContext,
    parts: {
      readonly engine: EngineClient;
      readonly receiver: ReceiverControl;
      readonly traced: TracedFunctions;
      readonly starting: LoadStarting;
      readonly log: vscode.LogOutputChannel;
      /** Shows a trace where no panel is open, without taking the focus. */
      readonly showTrace: (trace: TraceSummary) => void;
      /** Shows the row of a run that sent nothing; undefined for none. */
      readonly showSilent: (row: SilentRow | undefined) => void;
    },
  ) {
    const { receiver, traced, starting, log } = parts;
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
    const silent = new SilentRuns({ engine: parts.engine, receiver, missingSdk, memento, log, show: parts.showSilent });
    this.#silent = silent;
    const debug = new DebugInjection(
      { launches, runs, launcher, missingSdk, silent, memento, worthAsking, log },
      subscriptions,
    );
    const firstTrace = new FirstTrace(parts.engine, parts.showTrace);
    const lastRun = new LastRun(memento);
    let commands: Commands | undefined;
    this.#commands = () => (commands ??= load());
    const load = (): Commands => {
      const code = starting();
      const content = new code.ContentRecording({
        engine: parts.engine,
        choice,
        runs,
        addToEnvFile: (more) => this.addToEnvFile(more),
      });
      const run = new code.RunWithTracing({
        launches,
        runs,
        launcher,
        debug,
        missingSdk,
        firstTrace,
        content,
        memento,
        lastRun,
        silent,
        started: () => service?.hide(),
      });
      return { code, run, content, proposals: new code.FileProposals(subscriptions) };
    };
    let service: ServiceItem | undefined;
    const ranBefore = (): boolean => lastRun.label !== '';
    const mayOffer = (): boolean =>
      vscode.workspace.isTrusted && vscode.workspace.workspaceFolders !== undefined && !ranBefore();
    const offerService = (): void => {
      if (mayOffer()) service ??= new (starting().ServiceItem)(launcher, ranBefore, log);
    };
    const services = mayOffer() ? setTimeout(offerService, SERVICES_MS) : undefined;
    subscriptions.push(
      { dispose: () => (clearTimeout(services), service?.hide()) },
      vscode.workspace.onDidGrantWorkspaceTrust(offerService),
    );
    this.#launches = launches;
    injectIntoTerminals(context, launches, receiver, [traced, choice], subscriptions);
  }

  /** Offers to have a library record content in the program of a span. */
  turnOnContent(ref: SpanRef, library: string): Promise<void> {
    return this.#commands().content.turnOn(ref, library);
  }

  pickContent(): Promise<void> {
    return this.#commands().content.pick();
  }

  /** Says why the run of the list's row sent nothing, and what to do. */
  explainSilentRun(): Promise<void> {
    return this.#silent.explain();
  }

  /** Asks what to run, and runs it. */
  async pick(): Promise<void> {
    await this.#commands().run.pick();
  }

  /** See {@link RunWithTracing.runService}. */
  async runService(): Promise<void> {
    await this.#commands().run.runService();
  }

  /** See {@link RunWithTracing.runFile}. */
  async runFile(file: vscode.Uri | undefined): Promise<void> {
    await this.#commands().run.runFile(file);
  }

  /** `more`: variables that record content, besides those that are turned on. */
  async addToEnvFile(more: Readonly<Record<string, string>> = {}): Promise<void> {
    const { code, proposals } = this.#commands();
    await code.addToEnvFile(this.#launches, proposals, more);
  }

  async connectCompose(): Promise<void> {
    const { code, proposals } = this.#commands();
    await code.connectCompose(this.#launcher, this.#launches, proposals);
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
