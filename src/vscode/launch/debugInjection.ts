import process from 'node:process';
import * as vscode from 'vscode';
import { debugEnvironment, languageOfDebugger, takesEnvironment } from '../../core/launch/debugEnvironment.ts';
import { readEnvFile } from '../../core/launch/envFile.ts';
import type { Environment, LaunchNote } from '../../core/launch/launchEnvironment.ts';
import { readSetting } from '../settings.ts';
import type { Subscriptions } from '../subscriptions.ts';
import type { LaunchedRuns } from './launchedRuns.ts';
import { debugStart } from './debugStart.ts';
import type { Launches } from './launches.ts';
import type { LoadLauncher } from './loadLauncher.ts';
import type { MissingSdkOffer, Starting } from './missingSdk.ts';
import type { SilentRuns } from './silentRuns.ts';

/** The answer for this workspace, while the setting says to ask. */
const ANSWER = 'spanline.injectDebugSessions';
const MAX_BYTES = 256 * 1024;

/**
 * Gives debug sessions the environment of a launch where the user chose so: by `spanline.launch.inject`, by an answer for this
 * workspace, or for one session by `Run with Tracing`. Asks once a session has begun, never before: nothing waits for it.
 */
export class DebugInjection implements vscode.DebugConfigurationProvider {
  readonly #launches: Launches;
  readonly #runs: LaunchedRuns;
  readonly #launcher: LoadLauncher;
  readonly #missingSdk: MissingSdkOffer;
  readonly #silent: SilentRuns;
  readonly #memento: vscode.Memento;
  readonly #worthAsking: () => boolean;
  readonly #log: vscode.LogOutputChannel;
  #next: string | undefined;
  /** What the next of the session that was asked for gets besides. */
  #nextWith: { readonly more: Readonly<Record<string, string>>; readonly replace: boolean } | undefined;
  /** Configurations that were injected and have not started yet, as they were before, by name. */
  readonly #starting = new Map<string, Started>();
  #asked = false;
  #offered = false;

  constructor(
    parts: {
      readonly launches: Launches;
      readonly runs: LaunchedRuns;
      readonly launcher: LoadLauncher;
      readonly missingSdk: MissingSdkOffer;
      readonly silent: SilentRuns;
      readonly memento: vscode.Memento;
      /** Whether this workspace's programs are likely to send traces. */
      readonly worthAsking: () => boolean;
      readonly log: vscode.LogOutputChannel;
    },
    subscriptions: Subscriptions,
  ) {
    this.#launches = parts.launches;
    this.#runs = parts.runs;
    this.#launcher = parts.launcher;
    this.#missingSdk = parts.missingSdk;
    this.#silent = parts.silent;
    this.#memento = parts.memento;
    this.#worthAsking = parts.worthAsking;
    this.#log = parts.log;
    const ends = new Map<string, () => void>();
    subscriptions.push(
      vscode.debug.registerDebugConfigurationProvider('*', this),
      vscode.debug.onDidStartDebugSession((session) => {
        const started = this.#starting.get(session.configuration.name);
        this.#starting.delete(session.configuration.name);
        // Of a program's processes the first is started again, and the others by it.
        if (!started || session.parentSession) return;
        const restart = (): Promise<void> => this.#restart(session, started);
        const over = this.#runs.started({ runId: started.runId, name: session.name, restart });
        const quiet = this.#silent.watch({
          runId: started.runId,
          name: started.configuration.name,
          starting: started.starting,
          notes: started.notes,
          again: (more, replace) => this.#again(session, started, more, replace),
        });
        ends.set(session.id, () => {
          over();
          // A debugger does not tell how its program ended.
          quiet(() => undefined);
        });
      }),
      vscode.debug.onDidTerminateDebugSession(({ id }) => {
        ends.get(id)?.();
        ends.delete(id);
      }),
    );
  }

  /** The next session of that name is traced, whatever the setting says: the user asked for it. */
  injectNext(name: string): void {
    this.#next = name;
    this.#nextWith = undefined;
  }

  /** Never fails. Keeps a session from starting only when the user gives up the one that he asked for. */
  async resolveDebugConfigurationWithSubstitutedVariables(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    if (!vscode.workspace.isTrusted || configuration.request !== 'launch' || !takesEnvironment(configuration.type))
      return configuration;
    const asked = this.#next === configuration.name;
    if (asked) this.#next = undefined;
    if (!asked && !this.#wanted()) {
      this.#ask(folder, configuration);
      return configuration;
    }
    try {
      return await this.#inject(folder, configuration, asked);
    } catch (error) {
      this.#log.warn(`debug session: ${error instanceof Error ? error.message : String(error)}`);
      return configuration;
    }
  }

  #wanted(): boolean {
    const setting = readSetting('spanline.launch.inject');
    if (setting === 'off') return false;
    return setting === 'ask' ? this.#memento.get(ANSWER) === true : true;
  }

  async #inject(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
    asked: boolean,
  ): Promise<vscode.DebugConfiguration | undefined> {
    const wish = asked ? this.#nextWith : undefined;
    if (asked) this.#nextWith = undefined;
    const starting = await debugStart(this.#launcher, folder, configuration);
    const sdk = await this.#sdkFor(folder, configuration, starting, asked);
    if (!sdk) return undefined;
    const more = { ...sdk, ...wish?.more };
    const language = languageOfDebugger(configuration.type);
    const launch = await this.#launches.request({ ...process.env }, configuration.name, language);
    if (!launch) return configuration;
    const request = { ...launch, more: { ...launch.more, ...more }, replace: wish?.replace ?? false };
    const { env, skipFiles, rules, notes } = debugEnvironment(
      {
        type: configuration.type,
        env: variablesOf(configuration['env']),
        fileEnv: await fileEnvironment(folder, configuration),
        skipFiles: textsOf(configuration['skipFiles']),
        rules: listOf(configuration['rules']),
        instrument: this.#launches.instrument.path,
      },
      request,
    );
    const started = { runId: launch.runId, folder, configuration, starting, notes };
    this.#starting.set(configuration.name, started);
    // Not waited for: the session starts, and the next one can be another.
    void this.#launches.say(configuration.name, request.endpoint, notes).then(async (replace) => {
      const session = vscode.debug.activeDebugSession;
      if (replace) await this.#again(session?.name === configuration.name ? session : undefined, started, {}, true);
    });
    return { ...configuration, env, ...(skipFiles && { skipFiles }), ...(rules && { rules }) };
  }

  async #restart(session: vscode.DebugSession, started: Started): Promise<void> {
    await this.#again(session, started, {}, false);
  }

  async #again(
    session: vscode.DebugSession | undefined,
    { folder, configuration }: Started,
    more: Readonly<Record<string, string>>,
    replace: boolean,
  ): Promise<void> {
    if (session) await vscode.debug.stopDebugging(session);
    this.injectNext(configuration.name);
    this.#nextWith = { more, replace };
    await vscode.debug.startDebugging(folder, configuration);
  }

  /**
   * The variables by which the program finds an SDK that was installed for it; undefined when the user gave up. Asked before
   * the start of a session that shall be traced; for others once it has begun, as nothing waits for us.
   */
  async #sdkFor(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
    starting: Starting | undefined,
    asked: boolean,
  ): Promise<Readonly<Record<string, string>> | undefined> {
    if (!starting) return {};
    if (asked) return this.#missingSdk.offer(starting, configuration.name);
    const missing = await this.#missingSdk.look(starting);
    if (missing?.present !== undefined) return missing.variables(missing.present);
    if (missing && this.#missingSdk.wanted && !this.#offered) {
      this.#offered = true;
      void this.#offerSdk(folder, configuration, missing.unset);
    }
    return {};
  }

  async #offerSdk(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
    unset: boolean,
  ): Promise<void> {
    const { name } = configuration;
    const restart = vscode.l10n.t('Install and Restart…');
    const never = vscode.l10n.t('Never Here');
    const message = unset
      ? vscode.l10n.t(
          'Nothing in {0} sets up the OpenTelemetry SDK that one of its libraries brought, so it sends no traces.',
          name,
        )
      : vscode.l10n.t('{0} has no OpenTelemetry, so it sends no traces.', name);
    const choice = await vscode.window.showInformationMessage(message, restart, never);
    if (choice === never) await this.#missingSdk.dismiss();
    if (choice !== restart) return;
    const session = vscode.debug.activeDebugSession;
    if (session?.name === name) await vscode.debug.stopDebugging(session);
    this.injectNext(name);
    // By what it was, not by its name: it may stand in no file.
    await vscode.debug.startDebugging(folder, configuration);
  }

  /** Once in a window, and only where there is something to gain; until it is answered the next window asks again. */
  #ask(folder: vscode.WorkspaceFolder | undefined, configuration: vscode.DebugConfiguration): void {
    if (this.#asked || readSetting('spanline.launch.inject') !== 'ask' || this.#memento.get(ANSWER) !== undefined)
      return;
    if (!this.#worthAsking()) return;
    this.#asked = true;
    void this.#askNow(folder, configuration);
  }

  async #askNow(folder: vscode.WorkspaceFolder | undefined, configuration: vscode.DebugConfiguration): Promise<void> {
    const { name } = configuration;
    const restart = vscode.l10n.t('Restart with Tracing');
    const always = vscode.l10n.t('Always in This Workspace');
    const never = vscode.l10n.t('Never Here');
    const choice = await vscode.window.showInformationMessage(
      vscode.l10n.t(
        'Trace debug sessions with exact lines? Spanline adds variables to the environment of the program; its files stay as they are.',
      ),
      restart,
      always,
      never,
    );
    if (choice === always || choice === never) await this.#memento.update(ANSWER, choice === always);
    if (choice !== restart && choice !== always) return;
    const session = vscode.debug.activeDebugSession;
    if (session?.name !== name && choice === always) return;
    if (session) await vscode.debug.stopDebugging(session);
    this.injectNext(name);
    // By what it was, not by its name: it may stand in no file.
    await vscode.debug.startDebugging(folder, configuration);
  }
}

interface Started {
  readonly runId: string;
  readonly folder: vscode.WorkspaceFolder | undefined;
  readonly configuration: vscode.DebugConfiguration;
  /** What it starts, where the configuration tells. */
  readonly starting: Starting | undefined;
  readonly notes: readonly LaunchNote[];
}

/** What the file of `envFile` has (debuggers of Python read `.env` by default); a file that cannot be read has nothing. */
async function fileEnvironment(
  folder: vscode.WorkspaceFolder | undefined,
  configuration: vscode.DebugConfiguration,
): Promise<Environment> {
  const named: unknown = configuration['envFile'];
  const python = configuration.type === 'python' || configuration.type === 'debugpy';
  const file =
    typeof named === 'string' && named !== ''
      ? vscode.Uri.file(named)
      : python && folder
        ? vscode.Uri.joinPath(folder.uri, '.env')
        : undefined;
  if (!file) return {};
  try {
    const { size } = await vscode.workspace.fs.stat(file);
    if (size > MAX_BYTES) return {};
    return readEnvFile(new TextDecoder().decode(await vscode.workspace.fs.readFile(file)));
  } catch {
    return {};
  }
}

function variablesOf(value: unknown): Readonly<Record<string, string | null>> {
  if (typeof value !== 'object' || value === null) return {};
  const entries = Object.entries(value).flatMap(([name, each]: [string, unknown]): [string, string | null][] =>
    each === null ? [[name, null]] : typeof each === 'string' || typeof each === 'number' ? [[name, String(each)]] : [],
  );
  return Object.fromEntries(entries);
}

function listOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? (value as readonly unknown[]) : undefined;
}

function textsOf(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : undefined;
}
