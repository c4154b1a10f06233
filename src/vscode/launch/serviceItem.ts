import * as vscode from 'vscode';
import type { CommandId } from '../contributions.ts';
import type { LoadLauncher } from './loadLauncher.ts';
import { choiceName, serviceChoices } from './runChoices.ts';

/**
 * `Run with Tracing` in the status bar, in a window whose workspace has a service and has run nothing with tracing yet: there,
 * nobody looks for a view first. It goes with the first run.
 */
export class ServiceItem {
  readonly #launcher: LoadLauncher;
  readonly #ranBefore: () => boolean;
  readonly #log: vscode.LogOutputChannel;
  #item: vscode.StatusBarItem | undefined;

  constructor(launcher: LoadLauncher, ranBefore: () => boolean, log: vscode.LogOutputChannel) {
    this.#launcher = launcher;
    this.#ranBefore = ranBefore;
    this.#log = log;
    void this.#show();
  }

  hide(): void {
    this.#item?.dispose();
    this.#item = undefined;
  }

  async #show(): Promise<void> {
    try {
      await this.#offer();
    } catch (error) {
      this.#log.warn(`services: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async #offer(): Promise<void> {
    const services = await serviceChoices(this.#launcher);
    if (services.length === 0 || this.#ranBefore()) return;
    this.#item ??= vscode.window.createStatusBarItem('spanline.service', vscode.StatusBarAlignment.Right, 89);
    this.#item.name = vscode.l10n.t('Run with Tracing');
    this.#item.text = `$(run) ${vscode.l10n.t('Run with Tracing')}`;
    this.#item.command = 'spanline.runService' satisfies CommandId;
    const names = services.map((choice) => choiceName(choice)).join('\n');
    this.#item.tooltip = vscode.l10n.t(
      'Starts it so that its traces, with their exact lines, show up here; its files stay as they are.\n\n{0}',
      names,
    );
    this.#item.show();
  }
}
