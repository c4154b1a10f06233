import process from 'node:process';
import * as vscode from 'vscode';
import type { Installed, MissingSdk, Started } from '../../launcher/missingSdk.ts';
import type { LoadLauncher } from './loadLauncher.ts';
import { plainLine } from '../plainText.ts';

/** Answers for this workspace to run without. */
const WITHOUT = 'spanline.runWithoutSdk';

/** What is about to be started, as far as the window knows it. */
export type Starting = Omit<Started, 'root' | 'env'> & { readonly env?: Started['env'] };

/**
 * Offers an SDK to a program that has none. `offer` resolves with the variables by which the program finds it: none for one
 * that has an SDK, or shall run without; undefined when the user gave up the run.
 */
export class MissingSdkOffer {
  readonly #launcher: LoadLauncher;
  readonly #memento: vscode.Memento;
  readonly #log: vscode.LogOutputChannel;

  constructor(launcher: LoadLauncher, memento: vscode.Memento, log: vscode.LogOutputChannel) {
    this.#launcher = launcher;
    this.#memento = memento;
    this.#log = log;
  }

  /** Before a start that the user asked for: asks in a dialog, as nothing can go on before it is answered. */
  async offer(starting: Starting, shown: string): Promise<Readonly<Record<string, string>> | undefined> {
    const missing = await this.look(starting);
    if (!missing) return {};
    if (missing.present !== undefined) return missing.variables(missing.present);
    if (this.#memento.get(WITHOUT) === true) return {};
    const yes = vscode.l10n.t('Install and Run');
    const no = vscode.l10n.t('Run Without');
    const { message, detail } = question(missing, shown);
    const choice = await vscode.window.showInformationMessage(message, { modal: true, detail }, yes, no);
    if (choice === undefined) return undefined;
    if (choice === no) {
      await this.#memento.update(WITHOUT, true);
      return {};
    }
    return this.install(missing);
  }

  /** What a program lacks; undefined for one that lacks nothing, or that nothing is known of. */
  async look(starting: Starting): Promise<MissingSdk | undefined> {
    const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(starting.cwd))?.uri.fsPath ?? starting.cwd;
    try {
      const launcher = await this.#launcher();
      return await launcher.missingSdk({ ...starting, root: folder, env: { ...process.env, ...starting.env } });
    } catch (error) {
      // The program starts without an offer.
      this.#log.warn(`look for an SDK: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  /** Whether it shall be asked about in this workspace. */
  get wanted(): boolean {
    return this.#memento.get(WITHOUT) !== true;
  }

  /** Runs of this workspace go without from now on. */
  async dismiss(): Promise<void> {
    await this.#memento.update(WITHOUT, true);
  }

  /** Installs, with what it does shown; undefined when the run is given up, because it was cancelled or refused. */
  async install(missing: MissingSdk): Promise<Readonly<Record<string, string>> | undefined> {
    const installed = await withProgress(missing);
    if ('folder' in installed) return missing.variables(installed.folder);
    const { refusal } = installed;
    this.#log.warn(`install: ${JSON.stringify(refusal)}`);
    if (refusal.kind === 'cancelled') {
      void vscode.window.setStatusBarMessage(vscode.l10n.t('Cancelled; nothing was left behind.'), 5000);
      return undefined;
    }
    const without = vscode.l10n.t('Run Without');
    const log = vscode.l10n.t('Show Log');
    const text = vscode.l10n.t(
      'OpenTelemetry could not be installed for {0}: {1}',
      missing.service,
      plainLine((await this.#launcher()).refusalText(refusal, vscode.l10n), 600),
    );
    const choice = await vscode.window.showErrorMessage(text, without, log);
    if (choice === log) this.#log.show();
    return choice === without ? {} : undefined;
  }

  /** Forgets that a workspace's programs run without. */
  async forget(): Promise<void> {
    await this.#memento.update(WITHOUT, undefined);
  }
}

function question({ service, wanted, unset }: MissingSdk, shown: string): { message: string; detail: string } {
  const { covered, packages } = wanted;
  const message = unset
    ? covered.length === 0
      ? vscode.l10n.t(
          'Nothing in {0} sets up the OpenTelemetry SDK that one of its libraries brought, so it sends no traces. Install what sets it up?',
          service,
        )
      : vscode.l10n.t(
          'Nothing in {0} sets up the OpenTelemetry SDK that one of its libraries brought, so it sends no traces. Install what sets it up and covers {1}?',
          service,
          covered.join(', '),
        )
    : covered.length === 0
      ? vscode.l10n.t('{0} has no OpenTelemetry, so it sends no traces. Install an SDK for it?', service)
      : vscode.l10n.t(
          '{0} has no OpenTelemetry, so it sends no traces. Install an SDK that covers {1}?',
          service,
          covered.join(', '),
        );
  const detail = vscode.l10n.t(
    'It goes into the storage of Spanline, and last on the path of the program: the project and its environment stay as they are. "Remove Installed SDKs" takes it away.\n\nThen runs: {0}\n\n{1}',
    plainLine(shown, 300),
    packages.join('\n'),
  );
  return { message, detail };
}

async function withProgress(missing: MissingSdk): Promise<Installed> {
  const title = vscode.l10n.t('Installing OpenTelemetry for {0}', missing.service);
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    const onPackage = (name: string): void => progress.report({ message: plainLine(name, 60) });
    return missing.install({ signal: controller.signal, onPackage });
  });
}
