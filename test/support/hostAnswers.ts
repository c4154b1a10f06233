import * as vscode from 'vscode';

/** A question that was put to the user. */
export interface Asked {
  readonly text: string;
  readonly options: readonly string[];
}

type Ask = (...args: readonly unknown[]) => Promise<unknown>;

/**
 * Answers messages and pick lists while `act` runs, in place of a person: each by the first of `answers` that it offers, a
 * list of several by all of them; what offers none is dismissed. `onAsked` runs before an answer is given. What was asked is
 * added to `asked`. Works because a test in the extension host shares the API object of the extension it is beside.
 */
export async function answering(
  asked: Asked[],
  answers: string | readonly string[] | undefined,
  act: () => PromiseLike<unknown>,
  onAsked?: () => unknown,
): Promise<void> {
  const wanted = answers === undefined ? [] : [answers].flat();
  const window = vscode.window as unknown as Record<string, Ask>;
  const names = ['showInformationMessage', 'showWarningMessage', 'showErrorMessage', 'showQuickPick'] as const;
  const real = names.map((name) => [name, window[name]] as const);
  const message: Ask = async (text, ...rest) => {
    const options = rest.filter((each): each is string => typeof each === 'string');
    asked.push({ text: String(text), options });
    await onAsked?.();
    return options.find((option) => wanted.includes(option));
  };
  for (const name of names.slice(0, 3)) window[name] = message;
  window['showQuickPick'] = async (items, options) => {
    const list = await (items as PromiseLike<readonly vscode.QuickPickItem[]>);
    const { title = '', canPickMany = false } = (options ?? {}) as vscode.QuickPickOptions;
    asked.push({ text: title, options: list.map(({ label }) => label) });
    await onAsked?.();
    const chosen = list.filter(({ label }) => wanted.includes(label));
    return canPickMany ? chosen : chosen[0];
  };
  try {
    await act();
  } finally {
    for (const [name, ask] of real) if (ask) window[name] = ask;
  }
}
