import process from 'node:process';
import * as vscode from 'vscode';
import { launchEnvironment, type Environment } from '../../core/launch/launchEnvironment.ts';
import { runNameOf } from '../../core/launch/runIdentity.ts';
import { TRACES_VIEW } from '../contributions.ts';
import type { DebugInjection } from './debugInjection.ts';
import type { LaunchedRuns } from './launchedRuns.ts';
import type { Launches } from './launches.ts';
import type { MissingSdk } from './missingSdk.ts';
import {
  choiceName,
  commandLineChoice,
  programChoices,
  taskChoices,
  type RunChoice,
  type RunTarget,
} from './runChoices.ts';

const LAST_RUN = 'spanline.lastRun';
const LAST_LINE = 'spanline.lastCommandLine';

/** `Spanline: Run with Tracing`: picks what to run and runs it as a task, in a terminal, with the environment of a launch. */
export class RunWithTracing {
  readonly #launches: Launches;
  readonly #runs: LaunchedRuns;
  readonly #debug: DebugInjection;
  readonly #missingSdk: MissingSdk;
  readonly #memento: vscode.Memento;

  constructor(parts: {
    readonly launches: Launches;
    readonly runs: LaunchedRuns;
    readonly debug: DebugInjection;
    readonly missingSdk: MissingSdk;
    readonly memento: vscode.Memento;
  }) {
    this.#launches = parts.launches;
    this.#runs = parts.runs;
    this.#debug = parts.debug;
    this.#missingSdk = parts.missingSdk;
    this.#memento = parts.memento;
  }

  async pick(): Promise<void> {
    if (!vscode.workspace.isTrusted) return;
    const choice = await this.#ask();
    if (choice?.run === undefined) return;
    await this.#memento.update(LAST_RUN, choice.label);
    await this.#run(choice.run, choiceName(choice));
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
    const programs = withLastFirst(await programChoices(), this.#memento.get(LAST_RUN, ''));
    picker.items = [...programs, ...commandLineChoice()];
    // Behind what is there already: the list must not move under the hand.
    void taskChoices().then((tasks) => {
      picker.items = [...picker.items, ...tasks];
      picker.busy = false;
    });
    return picked;
  }

  async #run(target: RunTarget, name: string): Promise<void> {
    switch (target.kind) {
      case 'program': {
        const { command, folder, cwd } = target;
        const options = { cwd: cwd.fsPath };
        const more = await this.#missingSdk.offer(command, cwd);
        if (!more) return;
        const taskOf = (env: Record<string, string>): vscode.Task =>
          newTask(name, folder, new vscode.ProcessExecution(command.program, [...command.args], { ...options, env }));
        await this.#execute(name, runNameOf([command.program, ...command.args]), undefined, taskOf, more);
        return;
      }
      case 'task': {
        const { task } = target;
        const { execution } = task;
        if (!execution || execution instanceof vscode.CustomExecution) return;
        await this.#execute(name, task.name, execution.options?.env, (env) => withEnvironment(task, env));
        return;
      }
      case 'debug':
        this.#debug.injectNext(target.name);
        await vscode.debug.startDebugging(target.folder, target.name);
        return;
      case 'commandLine': {
        const line = await vscode.window.showInputBox({
          title: vscode.l10n.t('Run with Tracing'),
          prompt: vscode.l10n.t('A command line, run by the shell in the folder of the workspace'),
          value: this.#memento.get(LAST_LINE, ''),
        });
        if (line === undefined || line.trim() === '') return;
        await this.#memento.update(LAST_LINE, line);
        await this.#execute(line, runNameOf(line.trim().split(/\s+/)), undefined, (env) =>
          newTask(line, vscode.workspace.workspaceFolders?.[0], new vscode.ShellExecution(line, { env })),
        );
      }
    }
  }

  async #execute(
    name: string,
    runName: string,
    own: Environment | undefined,
    taskOf: (env: Record<string, string>) => vscode.Task,
    more: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const launch = await this.#launches.request({ ...process.env, ...terminalEnvironment(), ...own }, runName);
    if (!launch) return;
    const request = { ...launch, more };
    const { set, notes } = launchEnvironment(request);
    const restart = (): Promise<void> => this.#execute(name, runName, own, taskOf, more);
    const execution = await this.#start(name, taskOf({ ...set }), restart);
    void vscode.commands.executeCommand(`${TRACES_VIEW}.focus`, { preserveFocus: true });
    if (await this.#launches.say(name, request.endpoint, notes)) {
      execution.terminate();
      const replaced = launchEnvironment({ ...request, replace: true });
      await this.#start(name, taskOf({ ...replaced.set }), restart);
    }
  }

  /** Starts a task, and knows of it for as long as it runs. */
  async #start(name: string, task: vscode.Task, again: () => Promise<void>): Promise<vscode.TaskExecution> {
    const execution = await vscode.tasks.executeTask(task);
    const ended = new Promise<void>((resolve) => {
      const listener = vscode.tasks.onDidEndTask((event) => {
        if (event.execution !== execution) return;
        listener.dispose();
        over();
        resolve();
      });
    });
    const restart = async (): Promise<void> => {
      execution.terminate();
      await ended;
      await again();
    };
    const over = this.#runs.started({ name, restart });
    return execution;
  }
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

function newTask(
  name: string,
  folder: vscode.WorkspaceFolder | undefined,
  execution: vscode.ProcessExecution | vscode.ShellExecution,
): vscode.Task {
  const task = new vscode.Task({ type: 'spanline' }, folder ?? vscode.TaskScope.Workspace, name, 'Spanline', execution);
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
