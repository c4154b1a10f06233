import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import type { ProgramCommand } from '../../core/launch/programCommands.ts';
import { namesNodeSdk, nodeSdk, pythonImports, pythonSdk, type SdkPackages } from '../../core/launch/sdkPackages.ts';
import { exists } from './launches.ts';
import { InstallRefused, type SdkInstaller } from './sdkInstaller.ts';

const run = promisify(execFile);
const CHECK_MS = 20_000;
const PYTHON_FILES = '**/*.py';
const EXCLUDE = '**/{node_modules,.venv,venv,env,site-packages,dist,build,out,.git}/**';
const MAX_FILES = 300;
const MAX_BYTES = 256 * 1024;
const HAS_SDK =
  'import importlib.util as u; print(u.find_spec("opentelemetry") is not None and u.find_spec("opentelemetry.sdk") is not None)';
/** Answers for this workspace to run without. */
const WITHOUT = 'spanline.runWithoutSdk';

/**
 * Offers an SDK to a program that has none. Resolves with the variables by which the program finds it: none for one that
 * has an SDK, or shall run without; undefined when the user gave up the run.
 */
export class MissingSdk {
  readonly #installer: SdkInstaller;
  readonly #memento: vscode.Memento;

  constructor(installer: SdkInstaller, memento: vscode.Memento) {
    this.#installer = installer;
    this.#memento = memento;
  }

  async offer(command: ProgramCommand, cwd: vscode.Uri): Promise<Readonly<Record<string, string>> | undefined> {
    const service = path.basename(cwd.fsPath);
    if (isPython(command)) {
      if (await pythonHasSdk(command.program, cwd)) return {};
      const wanted = pythonSdk(await importsBelow(cwd));
      const present = await this.#installer.pythonFolder(command.program, wanted);
      const install = (signal: AbortSignal): Promise<string> =>
        this.#installer.installPython(command.program, wanted, signal);
      return this.#ask(service, wanted, present, install, 'SPANLINE_PYTHON_PACKAGES');
    }
    const manifest = await manifestAbove(cwd);
    if (manifest === undefined || namesNodeSdk(manifest)) return {};
    const wanted = nodeSdk(manifest);
    const present = await this.#installer.nodeFolder(wanted);
    return this.#ask(
      service,
      wanted,
      present,
      (signal) => this.#installer.installNode(wanted, signal),
      'SPANLINE_NODE_PACKAGES',
    );
  }

  /** Forgets that a workspace's programs run without. */
  async forget(): Promise<void> {
    await this.#memento.update(WITHOUT, undefined);
  }

  async #ask(
    service: string,
    { packages, covered }: SdkPackages,
    present: string | undefined,
    install: (signal: AbortSignal) => Promise<string>,
    variable: string,
  ): Promise<Readonly<Record<string, string>> | undefined> {
    const found = (folder: string): Readonly<Record<string, string>> => ({
      [variable]: folder,
      OTEL_SERVICE_NAME: service,
    });
    if (present !== undefined) return found(present);
    if (this.#memento.get(WITHOUT) === true) return {};
    const yes = vscode.l10n.t('Install and Run');
    const no = vscode.l10n.t('Run Without');
    const message =
      covered.length === 0
        ? vscode.l10n.t('{0} has no OpenTelemetry, so it sends no traces. Install an SDK for it?', service)
        : vscode.l10n.t(
            '{0} has no OpenTelemetry, so it sends no traces. Install an SDK that covers {1}?',
            service,
            covered.join(', '),
          );
    const detail = vscode.l10n.t(
      'Into the storage of Spanline, and last on the path of the program: the project and its environment stay as they are. "Remove Installed SDKs" takes it away.\n\n{0}',
      packages.join('\n'),
    );
    const choice = await vscode.window.showInformationMessage(message, { modal: true, detail }, yes, no);
    if (choice === undefined) return undefined;
    if (choice === no) {
      await this.#memento.update(WITHOUT, true);
      return {};
    }
    try {
      return found(await withProgress(vscode.l10n.t('Installing OpenTelemetry for {0}', service), install));
    } catch (error) {
      if (!(error instanceof InstallRefused)) throw error;
      const again = vscode.l10n.t('Run Without');
      const refused = vscode.l10n.t(
        'OpenTelemetry could not be installed beside what {0} has: {1}',
        service,
        error.message,
      );
      return (await vscode.window.showErrorMessage(refused, again)) === again ? {} : undefined;
    }
  }
}

async function withProgress(title: string, install: (signal: AbortSignal) => Promise<string>): Promise<string> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (_progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    return install(controller.signal);
  });
}

function isPython({ program }: ProgramCommand): boolean {
  return /^python[\d.]*(?:\.exe)?$/i.test(path.basename(program));
}

/** An interpreter that does not answer is not offered anything. */
async function pythonHasSdk(python: string, cwd: vscode.Uri): Promise<boolean> {
  try {
    const { stdout } = await run(python, ['-c', HAS_SDK], { cwd: cwd.fsPath, timeout: CHECK_MS });
    return stdout.trim() !== 'False';
  } catch {
    return true;
  }
}

async function importsBelow(folder: vscode.Uri): Promise<readonly string[]> {
  const files = await vscode.workspace.findFiles(new vscode.RelativePattern(folder, PYTHON_FILES), EXCLUDE, MAX_FILES);
  const imports = new Set<string>();
  for (const file of files) {
    const { size } = await vscode.workspace.fs.stat(file);
    if (size > MAX_BYTES) continue;
    for (const name of pythonImports(new TextDecoder().decode(await vscode.workspace.fs.readFile(file))))
      imports.add(name);
  }
  return [...imports];
}

/** The text of the package.json that a folder's programs go by; undefined without one in the workspace. */
async function manifestAbove(folder: vscode.Uri): Promise<string | undefined> {
  const root = vscode.workspace.getWorkspaceFolder(folder)?.uri;
  for (let place = folder; root; place = vscode.Uri.joinPath(place, '..')) {
    const manifest = vscode.Uri.joinPath(place, 'package.json');
    if (await exists(manifest)) return new TextDecoder().decode(await vscode.workspace.fs.readFile(manifest));
    if (place.path === root.path || !place.path.startsWith(root.path)) return undefined;
  }
  return undefined;
}
