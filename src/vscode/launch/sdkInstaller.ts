import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import process from 'node:process';
import * as vscode from 'vscode';
import type { SdkPackages } from '../../core/launch/sdkPackages.ts';
import { plainLine } from '../plainText.ts';
import { exists } from './launches.ts';

const run = promisify(execFile);
const INSTALL_MS = 10 * 60_000;
const MAX_OUTPUT = 16 * 1024 * 1024;
/** Written last: a folder without it was not finished. */
const COMPLETE = 'complete';

/** Why packages could not be installed, in the installer's words. */
export class InstallRefused extends Error {
  override readonly name = 'InstallRefused';
}

/** SDKs for programs that have none, in the extension's storage; the projects and their environments stay as they are. */
export class SdkInstaller {
  readonly #root: vscode.Uri;
  readonly #log: vscode.LogOutputChannel;

  constructor(storage: vscode.Uri, log: vscode.LogOutputChannel) {
    this.#root = vscode.Uri.joinPath(storage, 'packages');
    this.#log = log;
  }

  /** Where packages for a Python interpreter are, if they were installed. */
  async pythonFolder(python: string, { packages }: SdkPackages): Promise<string | undefined> {
    return this.#present(this.#folder('python', [python, ...packages]), 'site-packages');
  }

  async nodeFolder({ packages }: SdkPackages): Promise<string | undefined> {
    return this.#present(this.#folder('node', packages));
  }

  /**
   * Installs with the project's interpreter, and in the versions that the project has of what both need: what cannot be had
   * with those is refused. @throws InstallRefused
   */
  async installPython(python: string, wanted: SdkPackages, signal: AbortSignal): Promise<string> {
    const folder = this.#folder('python', [python, ...wanted.packages]);
    const target = vscode.Uri.joinPath(folder, 'site-packages');
    const constraints = vscode.Uri.joinPath(folder, 'constraints.txt');
    const { stdout } = await this.#run(
      python,
      ['-m', 'pip', 'list', '--format=freeze', '--disable-pip-version-check'],
      signal,
    );
    // Packages in development have no version that an index knows.
    const pins = stdout
      .split(/\r?\n/)
      .filter((line) => /^[\w.-]+==[\w.!+-]+$/.test(line) && !/^(?:pip|setuptools|wheel)==/.test(line));
    await vscode.workspace.fs.createDirectory(target);
    await vscode.workspace.fs.writeFile(constraints, new TextEncoder().encode(pins.join('\n')));
    const options = ['--quiet', '--no-input', '--disable-pip-version-check', '--upgrade'];
    const place = ['--target', target.fsPath, '--constraint', constraints.fsPath];
    await this.#run(python, ['-m', 'pip', 'install', ...options, ...place, ...wanted.packages], signal);
    await this.#finish(folder);
    return target.fsPath;
  }

  /** @throws InstallRefused */
  async installNode({ packages }: SdkPackages, signal: AbortSignal): Promise<string> {
    const folder = this.#folder('node', packages);
    await vscode.workspace.fs.createDirectory(folder);
    const manifest = vscode.Uri.joinPath(folder, 'package.json');
    await vscode.workspace.fs.writeFile(manifest, new TextEncoder().encode('{ "private": true }\n'));
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--prefix', folder.fsPath];
    await this.#run(
      process.platform === 'win32' ? 'npm.cmd' : 'npm',
      ['install', ...options, ...packages],
      signal,
      folder,
    );
    await this.#finish(folder);
    return folder.fsPath;
  }

  /** Deletes all that was installed. */
  async removeAll(): Promise<boolean> {
    if (!(await exists(this.#root))) return false;
    await vscode.workspace.fs.delete(this.#root, { recursive: true, useTrash: false });
    return true;
  }

  /** Runs a program without a shell. @throws InstallRefused with the last words it said */
  async #run(
    program: string,
    args: readonly string[],
    signal: AbortSignal,
    cwd?: vscode.Uri,
  ): Promise<{ stdout: string }> {
    this.#log.info(`${program} ${args.join(' ')}`);
    try {
      return await run(program, args, {
        signal,
        timeout: INSTALL_MS,
        maxBuffer: MAX_OUTPUT,
        shell: program.endsWith('.cmd'),
        ...(cwd && { cwd: cwd.fsPath }),
      });
    } catch (error) {
      const { stderr = '', message = '' } = error as { readonly stderr?: string; readonly message?: string };
      this.#log.warn(`${program}: ${stderr || message}`);
      throw new InstallRefused(reasonIn(stderr) || plainLine(message, 300));
    }
  }

  async #finish(folder: vscode.Uri): Promise<void> {
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, COMPLETE), new Uint8Array(0));
  }

  async #present(folder: vscode.Uri, ...inner: string[]): Promise<string | undefined> {
    return (await exists(vscode.Uri.joinPath(folder, COMPLETE)))
      ? vscode.Uri.joinPath(folder, ...inner).fsPath
      : undefined;
  }

  #folder(language: string, of: readonly string[]): vscode.Uri {
    const hash = createHash('sha256').update(of.join('\0')).digest('hex').slice(0, 12);
    return vscode.Uri.joinPath(this.#root, `${language}-${hash}`);
  }
}

/** What pip and npm say last about why: lines that begin with an error, else the last one. */
function reasonIn(stderr: string): string {
  const lines = stderr.split(/\r?\n/).filter((line) => line.trim() !== '');
  const errors = lines.filter((line) => /^(?:ERROR|error|npm error)\b|requires|conflict/i.test(line.trim()));
  return plainLine((errors.length > 0 ? errors.slice(0, 4) : lines.slice(-1)).join(' '), 400);
}
