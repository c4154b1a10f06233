import * as vscode from 'vscode';
import type { ReceiverReach } from '../protocol/engineApi.ts';
import { plainLine } from './plainText.ts';
import { parseReach } from './reachSetting.ts';
import { readSetting } from './settings.ts';

const ANSWER = 'spanline.reachAnswer';

interface Answer {
  /** The setting that was asked about. */
  readonly setting: string;
  readonly agreed: boolean;
}

/** Asks once, for each value of `spanline.receiver.reach`, before anything but this machine may reach the receiver. */
export class ReachConsent {
  readonly #memento: vscode.Memento;
  #asking = false;

  constructor(memento: vscode.Memento) {
    this.#memento = memento;
  }

  /** What was agreed to. */
  get reach(): ReceiverReach {
    const setting = readSetting('spanline.receiver.reach');
    return this.#answerTo(setting)?.agreed === true ? parseReach(setting) : 'thisMachine';
  }

  /** Asks where an answer is due; resolves with whether {@link reach} is another now. */
  async ask(): Promise<boolean> {
    const setting = readSetting('spanline.receiver.reach');
    const reach = parseReach(setting);
    if (reach === 'thisMachine' || this.#asking || this.#answerTo(setting) !== undefined) return false;
    const yes = vscode.l10n.t('Receive');
    const no = vscode.l10n.t('This Machine Only');
    const message =
      reach === 'containers'
        ? vscode.l10n.t('Receive from containers, too? Every container of this machine can then send traces here.')
        : vscode.l10n.t(
            'Receive on {0}, too? Whoever reaches these addresses can then send traces here.',
            plainLine(reach.join(', ')),
          );
    this.#asking = true;
    try {
      const choice = await vscode.window.showWarningMessage(message, yes, no);
      if (choice === undefined) return false;
      await this.#memento.update(ANSWER, { setting, agreed: choice === yes } satisfies Answer);
      return choice === yes;
    } finally {
      this.#asking = false;
    }
  }

  #answerTo(setting: string): Answer | undefined {
    const answer = this.#memento.get<Answer>(ANSWER);
    return answer?.setting === setting ? answer : undefined;
  }
}
