import process from 'node:process';
import * as vscode from 'vscode';
import { tracedFunctionsValue } from '../../core/launch/tracedFunctions.ts';
import type { CommandId } from '../contributions.ts';
import { plainLine } from '../plainText.ts';
import type { TracedFunctions } from '../tracedFunctions/tracedFunctions.ts';

const LIST: CommandId = 'spanline.tracedFunctions';
const MOST_SAID = 3;

/** What of the list a program that starts will not trace: said once, until it is something else. */
export class TracedWarnings {
  readonly #traced: TracedFunctions;
  #said = '';

  constructor(traced: TracedFunctions) {
    this.#traced = traced;
  }

  /** Nothing waits for it: the program starts. */
  async tell(): Promise<void> {
    const { absolute, invalid } = this.#traced;
    if (absolute.length === 0 && invalid.length === 0) return;
    const gone = (await this.#traced.find())
      .filter(({ state }) => state === 'noFile' || state === 'noFunction')
      .map(({ entry }) => entry.text);
    const { refused } = tracedFunctionsValue(absolute, process.platform === 'win32' ? 'windows' : 'posix');
    const text = [
      ...(gone.length + invalid.length > 0
        ? [vscode.l10n.t('Not found, so not traced: {0}.', listed([...gone, ...invalid]))]
        : []),
      ...(refused.length > 0
        ? [vscode.l10n.t('{0} functions are not traced: an environment has no room for more.', refused.length)]
        : []),
    ].join(' ');
    if (text === this.#said) return;
    this.#said = text;
    if (text === '') return;
    const show = vscode.l10n.t('Traced Functions…');
    if ((await vscode.window.showWarningMessage(text, show)) === show) await vscode.commands.executeCommand(LIST);
  }
}

function listed(entries: readonly string[]): string {
  const more = entries.length - MOST_SAID;
  const said = entries.slice(0, MOST_SAID).map((each) => plainLine(each, 80));
  return more > 0 ? vscode.l10n.t('{0} and {1} more', said.join(', '), more) : said.join(', ');
}
