import process from 'node:process';
import * as vscode from 'vscode';
import type { ContentLanguage } from '../../core/launch/contentLibraries.ts';
import type { Environment, LaunchNote, LaunchRequest } from '../../core/launch/launchEnvironment.ts';
import { newRunId } from '../../core/launch/runIdentity.ts';
import { TRACE_FUNCTIONS } from '../../core/launch/tracedFunctions.ts';
import { plainLine } from '../plainText.ts';
import type { ReceiverControl } from '../receiverControl.ts';
import type { TracedFunctions } from '../tracedFunctions/tracedFunctions.ts';
import { TracedWarnings } from './tracedWarnings.ts';
import type { ContentChoice } from './contentChoice.ts';

/** What every launch from this window needs: a receiver that listens, and what is loaded into programs. */
export class Launches {
  readonly #source: vscode.Uri;
  readonly #target: vscode.Uri;
  readonly #receiver: ReceiverControl;
  readonly #traced: TracedFunctions;
  readonly #warnings: TracedWarnings;
  readonly #content: ContentChoice;
  readonly #log: vscode.LogOutputChannel;
  #installed: Promise<boolean> | undefined;

  constructor(
    context: vscode.ExtensionContext,
    receiver: ReceiverControl,
    traced: TracedFunctions,
    content: ContentChoice,
    log: vscode.LogOutputChannel,
  ) {
    this.#source = vscode.Uri.joinPath(context.extensionUri, 'instrument');
    this.#target = vscode.Uri.joinPath(context.globalStorageUri, 'instrument');
    this.#receiver = receiver;
    this.#traced = traced;
    this.#warnings = new TracedWarnings(traced);
    this.#content = content;
    this.#log = log;
  }

  /** The folder that programs load from; the same over updates, as terminals keep their environment. */
  get instrument(): vscode.Uri {
    return this.#target;
  }

  /**
   * Where a launch sends and what it loads, with the receiver started if need be; undefined, and said, when it cannot be.
   * `runName` empty: many starts share the environment, and are no run of their own. `language`: of the program, if known.
   */
  async request(
    environment: Environment,
    runName: string,
    language?: ContentLanguage,
  ): Promise<LaunchRequest | undefined> {
    if (this.#receiver.state.kind !== 'listening') await this.#receiver.startQuietly();
    const state = this.#receiver.state.kind === 'listening' ? this.#receiver.state : await this.#receiver.start(true);
    if (state.kind !== 'listening') return undefined;
    this.#installed ??= this.#install();
    const installed = await this.#installed;
    const has = async (...path: string[]): Promise<string | undefined> => {
      const uri = vscode.Uri.joinPath(this.#target, ...path);
      return installed && (await exists(uri)) ? uri.fsPath : undefined;
    };
    // A start of one program, and no environment that many share.
    if (runName !== '')
      this.#warnings.tell().catch((error: unknown) => this.#log.warn(`traced functions: ${String(error)}`));
    return {
      platform: process.platform === 'win32' ? 'windows' : 'posix',
      environment,
      endpoint: `http://127.0.0.1:${state.httpPort}`,
      runId: runName === '' ? '' : newRunId(Date.now(), Math.random()),
      runName,
      pythonFolder: await has('python'),
      nodeFile: await has('node', 'register.cjs'),
      traceFunctions: this.#traced.absolute,
      content: this.#content.variables(language),
    };
  }

  /**
   * Says what a launch kept of the user's own. Resolves with whether the user wants ours in place of what leads elsewhere.
   */
  async say(name: string, endpoint: string, notes: readonly LaunchNote[]): Promise<boolean> {
    for (const { kind, variable, value } of notes) this.#log.info(`${name}: ${kind} ${variable}=${plainLine(value)}`);
    const blocking = notes.find(({ kind }) => kind === 'elsewhere' || kind === 'silenced');
    const withheld = notes.filter(({ kind }) => kind === 'withheld').map(({ variable }) => variable);
    if (!blocking) {
      const kept = notes.map(({ variable }) => variable).join(', ');
      const text =
        kept === ''
          ? vscode.l10n.t('{0} sends its traces to {1}', name, endpoint)
          : vscode.l10n.t('{0} sends its traces to {1}; of its own it keeps {2}', name, endpoint, kept);
      void vscode.window.setStatusBarMessage(`$(pulse) ${text}`, 8000);
      return false;
    }
    const replace = vscode.l10n.t('Send Here This Time');
    const setting = `${blocking.variable}=${plainLine(blocking.value, 80)}`;
    const message =
      blocking.kind === 'elsewhere'
        ? [
            vscode.l10n.t('The environment of {0} has {1}, so its spans go there and not to Spanline.', name, setting),
            ...(withheld.some((variable) => variable !== TRACE_FUNCTIONS)
              ? [vscode.l10n.t('What goes into models is not recorded for it.')]
              : []),
            ...(withheld.includes(TRACE_FUNCTIONS) ? [vscode.l10n.t('No function is traced for it.')] : []),
          ].join(' ')
        : vscode.l10n.t('The environment of {0} has {1}, so it sends no spans.', name, setting);
    return (await vscode.window.showWarningMessage(message, replace)) === replace;
  }

  /** The folder's files as this version has them. What cannot be written is not loaded: spans still arrive. */
  async #install(): Promise<boolean> {
    try {
      await vscode.workspace.fs.copy(this.#source, this.#target, { overwrite: true });
      return true;
    } catch (error) {
      this.#log.warn(`instrument: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }
}

export async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
