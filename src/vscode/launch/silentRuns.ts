import * as vscode from 'vscode';
import type { LaunchNote } from '../../core/launch/launchEnvironment.ts';
import { failedByItself, silenceOf, type Silence } from '../../core/launch/silentRun.ts';
import type { MissingSdk } from '../../launcher/missingSdk.ts';
import { hasArrived, runQuestion } from '../../protocol/runArrival.ts';
import type { CommandId } from '../contributions.ts';
import type { EngineClient } from '../engineClient.ts';
import { plainLine } from '../plainText.ts';
import type { ReceiverControl } from '../receiverControl.ts';
import type { MissingSdkOffer, Starting } from './missingSdk.ts';
import { RunArrivals, type SilentState } from './runArrivals.ts';

/** Run configurations of which nothing is said in this workspace, by name. */
const QUIET = 'spanline.silentRuns';
const MOST_QUIET = 100;

/** What is known of a run when it starts. */
export interface StartedRun {
  readonly runId: string;
  readonly name: string;
  /** What it starts, where that is known. */
  readonly starting: Starting | undefined;
  readonly notes: readonly LaunchNote[];
  /** Starts it again, ended first: with these variables besides, and ours in place of what leads elsewhere if `replace`. */
  readonly again: (more: Readonly<Record<string, string>>, replace: boolean) => Promise<unknown>;
}

/** The row of a run that sent nothing, above the traces. */
export interface SilentRow {
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
}

interface Shown {
  readonly run: StartedRun;
  readonly silence: Silence;
  readonly missing: MissingSdk | undefined;
}

/**
 * Says of a program that was started with tracing, and of which nothing arrived, what was seen and what to do: by a row above the
 * traces, and where it ended well and no start has told why before, by a message: once for a configuration.
 */
export class SilentRuns {
  readonly #engine: EngineClient;
  readonly #receiver: ReceiverControl;
  readonly #missingSdk: MissingSdkOffer;
  readonly #memento: vscode.Memento;
  readonly #log: vscode.LogOutputChannel;
  readonly #show: (row: SilentRow | undefined) => void;
  readonly #arrivals: RunArrivals<StartedRun>;
  /** Configurations that a message was shown of. */
  readonly #told = new Set<string>();
  #shown: Shown | undefined;

  constructor(parts: {
    readonly engine: EngineClient;
    readonly receiver: ReceiverControl;
    readonly missingSdk: MissingSdkOffer;
    readonly memento: vscode.Memento;
    readonly log: vscode.LogOutputChannel;
    /** Shows the row of the newest of them; undefined for none. */
    readonly show: (row: SilentRow | undefined) => void;
  }) {
    this.#engine = parts.engine;
    this.#receiver = parts.receiver;
    this.#missingSdk = parts.missingSdk;
    this.#memento = parts.memento;
    this.#log = parts.log;
    this.#show = parts.show;
    this.#arrivals = new RunArrivals({
      ask: (runId) => this.#arrived(runId),
      silent: (run, state) =>
        void this.#silent(run, state).catch((error: unknown) => this.#log.warn(`silent run: ${String(error)}`)),
      heard: (run) => {
        if (this.#shown?.run === run) this.#hide();
      },
    });
    parts.engine.on('traces/changed', () => this.#arrivals.changed());
  }

  /** Answers what to call when the program has ended, with what tells how. */
  watch(run: StartedRun): (exitCode: () => number | undefined) => void {
    // What was said of another run is old news.
    this.#hide();
    return this.#arrivals.watch(run);
  }

  /** What was seen of the run that the row is of, with what can be done about it. */
  async explain(): Promise<void> {
    const shown = this.#shown;
    if (!shown) return;
    const { run, silence } = shown;
    const never = vscode.l10n.t("Don't Show Again");
    const action = actionOf(silence);
    const choice = await vscode.window.showInformationMessage(textOf(silence, run.name), action, never);
    if (choice === never) await this.#quiet(run);
    if (choice === action) await this.#act(shown);
  }

  async #silent(run: StartedRun, state: SilentState): Promise<void> {
    if (state.ended) this.#arrivals.forget(run);
    if ((state.ended && failedByItself(state.exitCode)) || this.#quietOnes.includes(run.name)) return;
    const found = run.starting && (await this.#missingSdk.look(run.starting));
    // What was installed for it was used.
    const missing = found?.present === undefined ? found : undefined;
    const lacks = missing && (missing.unset ? 'setUp' : 'sdk');
    const silence = silenceOf({ notes: run.notes, lacks, ended: state.ended });
    this.#shown = { run, silence, missing };
    const name = plainLine(run.name, 80);
    this.#log.info(`${name}: no span arrived (${silence.kind})`);
    this.#show({ label: name, description: shortOf(silence), tooltip: textOf(silence, run.name) });
    // All else was said at the start, and servers are ended by their users.
    if (silence.kind !== 'ended' || !state.ended || state.exitCode !== 0 || this.#told.has(run.name)) return;
    this.#told.add(run.name);
    await this.explain();
  }

  async #act({ run, silence, missing }: Shown): Promise<void> {
    switch (silence.kind) {
      case 'elsewhere':
      case 'silenced':
        await run.again({}, true);
        return;
      case 'noSdk':
      case 'unset': {
        const more = missing && (await this.#missingSdk.install(missing));
        if (more) await run.again(more, false);
        return;
      }
      case 'ended':
      case 'yet':
        await vscode.commands.executeCommand('spanline.tracedFunctions' satisfies CommandId);
    }
  }

  get #quietOnes(): readonly string[] {
    return this.#memento.get<readonly string[]>(QUIET, []);
  }

  async #quiet(run: StartedRun): Promise<void> {
    if (this.#shown?.run === run) this.#hide();
    this.#arrivals.forget(run);
    await this.#memento.update(
      QUIET,
      [...this.#quietOnes.filter((name) => name !== run.name), run.name].slice(-MOST_QUIET),
    );
  }

  #hide(): void {
    if (!this.#shown) return;
    this.#shown = undefined;
    this.#show(undefined);
  }

  async #arrived(runId: string): Promise<boolean | undefined> {
    if (this.#receiver.state.kind !== 'listening') return undefined;
    return hasArrived(await this.#engine.request('traces/page', runQuestion(runId)));
  }
}

function shortOf(silence: Silence): string {
  switch (silence.kind) {
    case 'elsewhere':
      return vscode.l10n.t('sent its spans elsewhere: {0}', silence.variable);
    case 'silenced':
      return vscode.l10n.t('sent no spans: {0}', silence.variable);
    case 'noSdk':
      return vscode.l10n.t('sent no spans: no OpenTelemetry');
    case 'unset':
      return vscode.l10n.t('sent no spans: nothing sets its SDK up');
    case 'ended':
      return vscode.l10n.t('ended without a span');
    case 'yet':
      return vscode.l10n.t('has sent no span yet');
  }
}

function textOf(silence: Silence, runName: string): string {
  const name = plainLine(runName, 80);
  switch (silence.kind) {
    case 'elsewhere':
    case 'silenced': {
      const setting = `${silence.variable}=${plainLine(silence.value, 80)}`;
      return silence.kind === 'elsewhere'
        ? vscode.l10n.t('The environment of {0} has {1}, so its spans go there and not to Spanline.', name, setting)
        : vscode.l10n.t('The environment of {0} has {1}, so it sends no spans.', name, setting);
    }
    case 'noSdk':
      return vscode.l10n.t('{0} has no OpenTelemetry, so it sends no traces.', name);
    case 'unset':
      return vscode.l10n.t(
        'Nothing in {0} sets up the OpenTelemetry SDK that one of its libraries brought, so it sends no traces.',
        name,
      );
    case 'ended':
      return vscode.l10n.t(
        '{0} ended, and no span of it arrived. Either nothing that it did is traced (a function that you choose would be), or its own code sets where spans go.',
        name,
      );
    case 'yet':
      return vscode.l10n.t(
        '{0} has run for a while, and no span of it arrived. If it did something meanwhile, either that is not traced (a function that you choose would be), or its own code sets where spans go.',
        name,
      );
  }
}

function actionOf({ kind }: Silence): string {
  switch (kind) {
    case 'elsewhere':
    case 'silenced':
      return vscode.l10n.t('Run Again, Sending Here');
    case 'noSdk':
    case 'unset':
      return vscode.l10n.t('Install and Run Again');
    case 'ended':
    case 'yet':
      return vscode.l10n.t('Choose Functions…');
  }
}
