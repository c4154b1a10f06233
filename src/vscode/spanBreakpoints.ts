import * as vscode from 'vscode';
import type { Attribute } from '../core/model/attributes.ts';
import type { SourceCandidate } from '../core/model/source.ts';
import type { SpanRef } from '../core/model/span.ts';
import { eitherCondition, equalsCondition, isPlainName } from '../core/source/codeLiteral.ts';
import type { BreakPlace } from '../protocol/insightApi.ts';
import type { CodeIndexClient } from './codeIndexClient.ts';
import type { EngineClient } from './engineClient.ts';
import { plainLine } from './plainText.ts';
import type { SourceOpener } from './sourceOpener.ts';

/** Conditions that are offered, and values that a logpoint names. */
const MOST_CONDITIONS = 12;
const MOST_LOGGED = 5;

/** Sets breakpoints where spans come from. What a span's text becomes part of is shown before it is set. */
export class SpanBreakpoints {
  readonly #engine: EngineClient;
  readonly #codeIndex: CodeIndexClient;
  readonly #source: SourceOpener;

  constructor(engine: EngineClient, codeIndex: CodeIndexClient, source: SourceOpener) {
    this.#engine = engine;
    this.#codeIndex = codeIndex;
    this.#source = source;
  }

  /** Stops where the span was made the next time: always, or when a variable there has the value it had in this call. */
  async breakHere(ref: SpanRef): Promise<void> {
    const found = await this.#find(ref);
    if (!found) return;
    const { candidate, place } = found;
    const { attributes } = await this.#engine.request('span/details', ref);
    const conditions = conditionsOf(place, attributes).slice(0, MOST_CONDITIONS);
    if (conditions.length === 0) {
      await set(candidate, place, undefined, undefined);
      return;
    }
    const where = `${plainLine(candidate.shownPath)}:${String(place.line)}`;
    const always = { label: vscode.l10n.t('Every time'), description: where, condition: undefined };
    const entries = conditions.map(({ key, condition }) => ({
      label: condition,
      description: vscode.l10n.t('as {0} in this call', plainLine(key, 80)),
      condition,
    }));
    const picked = await vscode.window.showQuickPick([always, ...entries], {
      title: vscode.l10n.t('Break at {0}', where),
      placeHolder: vscode.l10n.t('Every time, or when a value is that of this call'),
      matchOnDescription: true,
      // What a debugger brings to the front takes no answer away.
      ignoreFocusOut: true,
    });
    if (picked) await set(candidate, place, picked.condition, undefined);
  }

  /** Logs each call from now on; the message, made of names in the code alone, can be changed before it is set. */
  async log(ref: SpanRef): Promise<void> {
    const found = await this.#find(ref);
    if (!found) return;
    const { candidate, place } = found;
    const values = place.names.filter(isPlainName).slice(0, MOST_LOGGED);
    const name = candidate.functionName.replace(/[^\w.$]/g, '');
    const message = [name, ...values.map((each) => `${each}={${each}}`)].filter((each) => each !== '').join(' ');
    const typed = await vscode.window.showInputBox({
      title: vscode.l10n.t('Log at {0}', `${plainLine(candidate.shownPath)}:${String(place.line)}`),
      prompt: vscode.l10n.t('The message that the debugger writes; what stands in braces is evaluated.'),
      value: message,
      ignoreFocusOut: true,
      validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('Type a message.') : undefined),
    });
    if (typed !== undefined) await set(candidate, place, undefined, typed);
  }

  async #find(ref: SpanRef): Promise<{ candidate: SourceCandidate; place: BreakPlace } | undefined> {
    if (!vscode.workspace.isTrusted) return undefined;
    const candidate = await this.#source.place(ref);
    if (!candidate) return undefined;
    const { path, line, cell } = candidate;
    return { candidate, place: await this.#codeIndex.request('source/breakPlace', { path, line, cell }) };
  }
}

/**
 * Conditions on names in scope, for attributes whose key is such a name or ends with it: `retrieval.top_k` and `topK` are
 * alike.
 */
function conditionsOf(
  { language, names }: BreakPlace,
  attributes: readonly Attribute[],
): readonly { readonly key: string; readonly condition: string }[] {
  if (language === '') return [];
  const byWord = new Map(names.map((name) => [wordOf(name), name]));
  const seen = new Set<string>();
  return attributes.flatMap(({ key, value }) => {
    const parts = key.split('.');
    const name = parts
      .map((_, index) => byWord.get(wordOf(parts.slice(index).join(''))))
      .find((each) => each !== undefined);
    const condition = name === undefined ? undefined : equalsCondition(language, name, value);
    if (condition === undefined || seen.has(condition)) return [];
    seen.add(condition);
    return [{ key, condition }];
  });
}

function wordOf(name: string): string {
  return name.replaceAll(/[_$-]/g, '').toLowerCase();
}

/** What stands on a line already stays until the user says otherwise. */
async function set(
  { path, shownPath, cell }: SourceCandidate,
  { line, language }: BreakPlace,
  condition: string | undefined,
  message: string | undefined,
): Promise<void> {
  const uri = cell === undefined ? vscode.Uri.file(path) : await cellUri(path, cell);
  const location = new vscode.Location(uri, new vscode.Position(line - 1, 0));
  const where = `${plainLine(shownPath)}:${String(line)}`;
  const there = vscode.debug.breakpoints.filter(
    (each): each is vscode.SourceBreakpoint =>
      each instanceof vscode.SourceBreakpoint &&
      isSameFile(each.location.uri, uri) &&
      each.location.range.start.line === line - 1,
  );
  let [wanted, hits]: (string | undefined)[] = [condition, undefined];
  const known = there.find((each) => each.condition === condition && each.logMessage === message);
  if (there.length > 0 && !known?.enabled) {
    const answer = known ? { either: undefined } : await askAbout(there, where, language, condition, message);
    if (answer === undefined) return;
    if (answer.either !== undefined) wanted = answer.either;
    hits = known?.hitCondition;
  }
  if (!known?.enabled) {
    vscode.debug.removeBreakpoints(there);
    vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(location, true, wanted, hits, message)]);
  }
  vscode.window.setStatusBarMessage(
    message === undefined ? vscode.l10n.t('Breakpoint at {0}', where) : vscode.l10n.t('Logpoint at {0}', where),
    5000,
  );
}

/** A cell of a notebook is a document of its own; a breakpoint in the file itself would stand in its JSON. */
async function cellUri(path: string, cell: number): Promise<vscode.Uri> {
  const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.file(path));
  return notebook.cellAt(cell).document.uri; // the last one when there are fewer
}

/** Cells of one notebook differ in the fragment alone. */
function isSameFile(one: vscode.Uri, other: vscode.Uri): boolean {
  return one.fsPath === other.fsPath && one.scheme === other.scheme && one.fragment === other.fragment;
}

/** What to do about breakpoints that stand there: undefined leaves them, `either` joins conditions. */
async function askAbout(
  there: readonly vscode.SourceBreakpoint[],
  where: string,
  language: BreakPlace['language'],
  condition: string | undefined,
  message: string | undefined,
): Promise<{ readonly either: string | undefined } | undefined> {
  const [one, second] = there;
  const joined =
    one?.condition !== undefined && condition !== undefined && language !== '' && second === undefined
      ? eitherCondition(language, one.condition, condition)
      : undefined;
  const said = [one?.logMessage, one?.condition].filter((text) => text !== undefined && text !== '').join(' · ');
  const isJoinable = joined !== undefined && one?.logMessage === undefined && message === undefined;
  const either = isJoinable
    ? [{ label: vscode.l10n.t('Either'), description: plainLine(joined), answer: { either: joined } }]
    : [];
  const picked = await vscode.window.showQuickPick(
    [
      ...either,
      {
        label: vscode.l10n.t('Replace'),
        description: plainLine(message ?? condition ?? vscode.l10n.t('Every time')),
        answer: { either: undefined },
      },
      {
        label: vscode.l10n.t('Leave What Is There'),
        description: said === '' ? vscode.l10n.t('Every time') : plainLine(said),
        answer: undefined,
      },
    ],
    { title: vscode.l10n.t('There is a breakpoint at {0}', where), ignoreFocusOut: true },
  );
  return picked?.answer;
}
