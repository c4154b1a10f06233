import process from 'node:process';
import * as vscode from 'vscode';
import type { ContentLanguage } from '../../core/launch/contentLibraries.ts';
import { launchEnvironment, type Environment, type LaunchEnvironment } from '../../core/launch/launchEnvironment.ts';
import { programKind, programOfLine } from '../../core/launch/programKind.ts';
import { runNameOf } from '../../core/launch/runIdentity.ts';
import { TRACES_VIEW } from '../contributions.ts';
import type { ContentRecording } from './contentRecording.ts';
import type { DebugInjection } from './debugInjection.ts';
import type { LastRun } from './lastRun.ts';
import type { LaunchedRuns } from './launchedRuns.ts';
import type { Launches } from './launches.ts';
import type { FirstTrace } from './firstTrace.ts';
import type { LoadLauncher } from './loadLauncher.ts';
import type { MissingSdkOffer, Starting } from './missingSdk.ts';
import { chosenPython } from './pythonInterpreter.ts';
import {
  choiceName,
  commandLineChoice,
  fileChoice,
  programChoices,
  serviceChoices,
  taskChoices,
  type RunChoice,
  type RunTarget,
} from './runChoices.ts';
import type { SilentRuns, StartedRun } from './silentRuns.ts';
import { taskStart } from './taskStart.ts';

const LAST_LINE = 'spanline.lastCommandLine';

/** `Spanline: Run with Tracing`: picks what to run and runs it as a task, in a terminal, with the environment of a launch. */
export class RunWithTracing {
  readonly #launches: Launches;
  readonly #runs: LaunchedRuns;
  readonly #launcher: LoadLauncher;
  readonly #debug: DebugInjection;
  readonly #missingSdk: MissingSdkOffer;
  readonly #firstTrace: FirstTrace;
  readonly #content: ContentRecording;
  readonly #memento: vscode.Memento;
  readonly #lastRun: LastRun;
  readonly #silent: SilentRuns;
  readonly #started: () => void;

  constructor(parts: {
    readonly launches: Launches;
    readonly runs: LaunchedRuns;
    readonly launcher: LoadLauncher;
    readonly debug: DebugInjection;
    readonly missingSdk: MissingSdkOffer;
    readonly firstTrace: FirstTrace;
    readonly content: ContentRecording;
    readonly memento: vscode.Memento;
    readonly lastRun: LastRun;
    readonly silent: SilentRuns;
    /** Something was started. */
    readonly started: () => void;
  }) {
    this.#launches = parts.launches;
    this.#runs = parts.runs;
    this.#launcher = parts.launcher;
    this.#debug = parts.debug;
    this.#missingSdk = parts.missingSdk;
    this.#firstTrace = parts.firstTrace;
    this.#content = parts.content;
    this.#memento = parts.memento;
    this.#lastRun = parts.lastRun;
    this.#silent = parts.silent;
    this.#started = parts.started;
  }

  async pick(): Promise<void> {
    if (!vscode.workspace.isTrusted) return;
    await this.#runChoice(await this.#ask());
  }

  /** The workspace's service, where it has one alone; else asks. */
  async runService(): Promise<void> {
    if (!vscode.workspace.isTrusted) return;
    const services = await serviceChoices(this.#launcher);
    await (services.length === 1 ? this.#runChoice(services[0]) : this.pick());
  }

  /** A file by its likeliest command; asks for one that nothing runs. */
  async runFile(file: vscode.Uri | undefined): Promise<void> {
    if (!vscode.workspace.isTrusted) return;
    const choice = file?.scheme === 'file' ? await fileChoice(this.#launcher, file) : undefined;
    await (choice ? this.#runChoice(choice) : this.pick());
  }

  async #runChoice(choice: RunChoice | undefined): Promise<void> {
    if (choice?.run === undefined) return;
    if (!(await this.#run(choice.run, choiceName(choice), this.#lastRun.label === ''))) return;
    await this.#lastRun.set(choice.label);
    this.#started();
  }

  async #ask(): Promise<RunChoice | undefined> {
    const picker = vscode.window.createQuickPick<RunChoice>();
    picker.title = vscode.l10n.t('Run with Tracing');
    picker.placeholder = vscode.l10n.t('What to run; its environment makes it send here, its files stay as they are');
    picker.matchOnDescription = true;
    picker.busy = true;
    picker.show();
    const picked = new Promise<RunChoice | undefined>((resolve) => {
      picker.onDidAccept(() => {
        resolve(picker.selectedItems[0]);
        picker.hide();
      });
      picker.onDidHide(() => {
        resolve(undefined);
        picker.dispose();
      });
    });
    const programs = withLastFirst(await programChoices(this.#launcher), this.#lastRun.label);
    picker.items = [...programs, ...commandLineChoice()];
    // Behind what is there already: the list must not move under the hand.
    void taskChoices().then((tasks) => {
      picker.items = [...picker.items, ...tasks];
      picker.busy = false;
    });
    return picked;
  }

  /** Resolves with whether something was started. */
  async #run(target: RunTarget, name: string, isFirst: boolean): Promise<boolean> {
    if (target.kind === 'debug') {
      this.#debug.injectNext(target.name);
      return vscode.debug.startDebugging(target.folder, target.name);
    }
    const start = await this.#startOf(target, name);
    if (!start) return false;
    const { command, cwd } = start.starting;
    const python = chosenPython(vscode.Uri.file(cwd));
    const starting: Starting = { ...start.starting, env: start.own, ...(python !== undefined && { python }) };
    const more = await this.#missingSdk.offer(starting, typeof command === 'string' ? command : name);
    if (more === undefined) return false;
    const language = languageOf(starting);
    const runId = await this.#execute({ ...start, name, isFirst, ...(language && { language }) }, more);
    // Behind the start: nothing waits for it.
    if (runId !== undefined) void this.#offerContent({ ...starting, env: { ...starting.env, ...more } }, runId);
    return runId !== undefined;
  }

  /** Offers, once, that libraries which the program uses record what goes into models. */
  async #offerContent(starting: Starting, runId: string): Promise<void> {
    const root = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(starting.cwd))?.uri.fsPath ?? starting.cwd;
    try {
      const launcher = await this.#launcher();
      const used = await launcher.usedLibraries({ ...starting, root, env: { ...process.env, ...starting.env } });
      await this.#content.offer(used, () => this.#runs.find(runId));
    } catch {
      // No offer, then.
    }
  }

  /** What a choice starts as a task; undefined when there is nothing to start. */
  async #startOf(
    target: Exclude<RunTarget, { kind: 'debug' }>,
    name: string,
  ): Promise<Omit<Start, 'name' | 'isFirst' | 'language'> | undefined> {
    switch (target.kind) {
      case 'program': {
        const { command, folder, cwd } = target;
        const words = [command.program, ...command.args];
        return {
          runName: runNameOf(words),
          own: {},
          starting: { command: words, cwd: cwd.fsPath },
          taskOf: (env) =>
            newTask(
              name,
              folder,
              cwd.fsPath,
              new vscode.ProcessExecution(command.program, [...command.args], { cwd: cwd.fsPath, env }),
            ),
        };
      }
      case 'task': {
        const { task } = target;
        const starting = taskStart(task);
        if (!starting) return undefined;
        const own = (task.execution as vscode.ShellExecution | vscode.ProcessExecution).options?.env ?? {};
        return { runName: task.name, own, starting, taskOf: (env) => withEnvironment(task, env) };
      }
      case 'commandLine': {
        const line = await vscode.window.showInputBox({
          title: vscode.l10n.t('Run with Tracing'),
          prompt: vscode.l10n.t('A command line, run by the shell in the folder of the workspace'),
          value: this.#memento.get(LAST_LINE, ''),
        });
        if (line === undefined || line.trim() === '') return undefined;
        await this.#memento.update(LAST_LINE, line);
        const folder = vscode.workspace.workspaceFolders?.[0];
        return {
          runName: runNameOf(line.trim().split(/\s+/)),
          own: {},
          starting: { command: line, cwd: folder?.uri.fsPath ?? process.cwd() },
          taskOf: (env) => newTask(line, folder, '', new vscode.ShellExecution(line, { env })),
        };
      }
    }
  }

  /** Resolves with the id of the run; undefined when it could not start. */
  async #execute(start: Start, more: Readonly<Record<string, string>>, replaces = false): Promise<string | undefined> {
    const { name, taskOf } = start;
    const launch = await this.#launches.request(
      { ...process.env, ...terminalEnvironment(), ...start.own },
      start.runName,
      start.language,
    );
    if (!launch) return undefined;
    const request = { ...launch, more: { ...launch.more, ...more } };
    const environment = launchEnvironment({ ...request, replace: replaces });
    const { notes } = environment;
    const begin = ({ set, notes: kept }: LaunchEnvironment): Promise<vscode.TaskExecution> =>
      this.#start(
        { runId: launch.runId, name, starting: { ...start.starting, env: { ...start.own, ...more } }, notes: kept },
        taskOf({ ...set }),
        (added, replace) => this.#execute(start, { ...more, ...added }, replace),
      );
    const execution = await begin(environment);
    void vscode.commands.executeCommand(`${TRACES_VIEW}.focus`, { preserveFocus: true });
    this.#firstTrace.waitFor(launch.runId, start.isFirst);
    // Not waited for: a question stays until it is answered.
    void this.#launches.say(name, request.endpoint, notes).then(async (replace) => {
      if (!replace) return;
      execution.terminate();
      await begin(launchEnvironment({ ...request, replace: true }));
    });
    return launch.runId;
  }

  /** Starts a task, and knows of it for as long as it runs. */
  async #start(
    run: Omit<StartedRun, 'again'>,
    task: vscode.Task,
    start: StartedRun['again'],
  ): Promise<vscode.TaskExecution> {
    const execution = await vscode.tasks.executeTask(task);
    let exitCode: number | undefined;
    let running = true;
    const ended = new Promise<void>((resolve) => {
      const listeners = [
        vscode.tasks.onDidEndTaskProcess((event) => {
          if (event.execution === execution) ({ exitCode } = event);
        }),
        vscode.tasks.onDidEndTask((event) => {
          if (event.execution !== execution) return;
          running = false;
          for (const listener of listeners) listener.dispose();
          over();
          quiet(() => exitCode);
          resolve();
        }),
      ];
    });
    const again: StartedRun['again'] = async (more, replace) => {
      if (running) execution.terminate();
      await ended;
      await start(more, replace);
    };
    const { runId, name } = run;
    const restart = async (): Promise<void> => {
      await again({}, false);
    };
    const over = this.#runs.started({ runId, name, restart });
    const quiet = this.#silent.watch({ ...run, again });
    return execution;
  }
}

/** A choice that is started as a task. */
interface Start {
  readonly name: string;
  readonly runName: string;
  /** What the task sets itself. */
  readonly own: Environment;
  readonly starting: Starting;
  readonly isFirst: boolean;
  /** Where its command tells. */
  readonly language?: ContentLanguage;
  readonly taskOf: (env: Record<string, string>) => vscode.Task;
}

function languageOf({ command }: Starting): ContentLanguage | undefined {
  return (typeof command === 'string' ? programOfLine(command) : programKind(command))?.language;
}

/** What the settings add to every terminal of this system. */
function terminalEnvironment(): Environment {
  const system = process.platform === 'win32' ? 'windows' : process.platform === 'darwin' ? 'osx' : 'linux';
  const settings = vscode.workspace
    .getConfiguration('terminal.integrated.env')
    .get<Record<string, string | null>>(system);
  const entries = Object.entries(settings ?? {}).filter(([, value]) => typeof value === 'string');
  return Object.fromEntries(entries) as Record<string, string>;
}

/** VS Code knows tasks by their definition: one that runs in another folder, or another command, runs beside the first. */
function newTask(
  name: string,
  folder: vscode.WorkspaceFolder | undefined,
  cwd: string,
  execution: vscode.ProcessExecution | vscode.ShellExecution,
): vscode.Task {
  const definition = { type: 'spanline', command: name, cwd };
  const task = new vscode.Task(definition, folder ?? vscode.TaskScope.Workspace, name, 'Spanline', execution);
  task.isBackground = true;
  task.presentationOptions = {
    reveal: vscode.TaskRevealKind.Always,
    panel: vscode.TaskPanelKind.Dedicated,
    showReuseMessage: false,
    clear: true,
  };
  return task;
}

/** The same task with variables added to its own. */
function withEnvironment(task: vscode.Task, env: Record<string, string>): vscode.Task {
  const { definition, scope, name, source, problemMatchers } = task;
  const copy = new vscode.Task(
    definition,
    typeof scope === 'object' ? scope : vscode.TaskScope.Workspace,
    name,
    source,
    executionWith(task.execution, env),
    problemMatchers,
  );
  copy.isBackground = task.isBackground;
  copy.presentationOptions = task.presentationOptions;
  return copy;
}

function executionWith(
  execution: vscode.Task['execution'],
  added: Record<string, string>,
): vscode.ProcessExecution | vscode.ShellExecution | undefined {
  if (execution instanceof vscode.ProcessExecution) {
    const options = { ...execution.options, env: { ...execution.options?.env, ...added } };
    return new vscode.ProcessExecution(execution.process, execution.args, options);
  }
  if (!(execution instanceof vscode.ShellExecution)) return undefined;
  const options = { ...execution.options, env: { ...execution.options?.env, ...added } };
  if (execution.commandLine !== undefined) return new vscode.ShellExecution(execution.commandLine, options);
  return new vscode.ShellExecution(execution.command ?? '', execution.args ?? [], options);
}

/** What was run last stands on top: running again is two keys. */
function withLastFirst(choices: readonly RunChoice[], last: string): readonly RunChoice[] {
  const again = choices.find(({ label, run }) => run !== undefined && label === last);
  if (!again) return choices;
  const head = { label: vscode.l10n.t('Last run'), kind: vscode.QuickPickItemKind.Separator, run: undefined };
  return [head, again, ...choices.filter((choice) => choice !== again)];
}
