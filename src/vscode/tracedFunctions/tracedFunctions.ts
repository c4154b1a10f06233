import * as vscode from 'vscode';
import {
  entryOf,
  isTraceableFile,
  parseTracedFunction,
  readTracedFunctions,
} from '../../core/launch/tracedFunctions.ts';
import type { TraceableFunction } from '../../protocol/traceableFunctionsApi.ts';
import type { CodeIndexClient } from '../codeIndexClient.ts';
import { onSettingChange, readSetting } from '../settings.ts';
import type { Subscriptions } from '../subscriptions.ts';

const SETTING = 'spanline.trace.functions';
export const TRACEABLE_LANGUAGES = ['python', 'typescript', 'javascript', 'typescriptreact', 'javascriptreact'];

/** A function on the list of a workspace folder. */
export interface TracedEntry {
  readonly folder: vscode.WorkspaceFolder;
  /** As the setting has it once it is put straight: `src/model.py#Ranker.predict`. */
  readonly text: string;
  readonly name: string;
  readonly file: vscode.Uri;
}

/** Where an entry leads. */
export interface FoundEntry {
  readonly entry: TracedEntry;
  readonly state: 'found' | 'noFunction' | 'noFile' | 'unknown';
  /** From 0, with `found`. */
  readonly line: number;
}

/**
 * The functions to trace: the setting of every workspace folder, and where they are. Empty in untrusted workspaces. Functions of
 * a file are asked of the code index when somebody looks at a file that has some on the list.
 */
export class TracedFunctions {
  readonly #codeIndex: CodeIndexClient;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #read = new WeakMap<vscode.TextDocument, { version: number; functions: Promise<Functions> }>();
  #entries: readonly TracedEntry[] = [];
  #invalid: readonly string[] = [];
  #byFile = new Map<string, ReadonlySet<string>>();
  /** Changes of the setting go one after the other: each begins with what the one before left. */
  #writing: Promise<unknown> = Promise.resolve();

  /** The list is another. */
  readonly onDidChange = this.#changed.event;

  constructor(codeIndex: CodeIndexClient, subscriptions: Subscriptions) {
    this.#codeIndex = codeIndex;
    const update = (): void => this.#update();
    subscriptions.push(
      this.#changed,
      onSettingChange([SETTING], update),
      vscode.workspace.onDidChangeWorkspaceFolders(update),
      vscode.workspace.onDidGrantWorkspaceTrust(update),
    );
    this.#update();
  }

  get entries(): readonly TracedEntry[] {
    return this.#entries;
  }

  /** Texts of the setting that name no function. */
  get invalid(): readonly string[] {
    return this.#invalid;
  }

  /** As programs are told of them: `/absolute/path.py#Ranker.predict`. */
  get absolute(): readonly string[] {
    return [...new Set(this.#entries.map(({ file, name }) => `${file.fsPath}#${name}`))];
  }

  /** Names of the functions of a file that are on the list. */
  namesIn(file: vscode.Uri): ReadonlySet<string> {
    return (file.scheme === 'file' && this.#byFile.get(file.fsPath)) || NONE;
  }

  /** Functions of a document as it stands; null when they cannot be told. Read once for each version of it. */
  functionsOf(document: vscode.TextDocument): Promise<Functions> {
    const { version } = document;
    const held = this.#read.get(document);
    if (held?.version === version) return held.functions;
    const functions = this.#functionsOf(document.uri, document.getText());
    this.#read.set(document, { version, functions });
    // What could not be asked is asked again.
    void functions.then((found) => found ?? this.#read.delete(document));
    return functions;
  }

  /** The innermost function around a line (from 0). */
  async functionAt(document: vscode.TextDocument, line: number): Promise<TraceableFunction | null> {
    const around = ((await this.functionsOf(document)) ?? []).filter(
      ({ firstLine, endLine }) => firstLine <= line + 1 && line + 1 <= endLine,
    );
    return around.sort((a, b) => a.endLine - a.firstLine - (b.endLine - b.firstLine))[0] ?? null;
  }

  /** Puts a function on the list of its folder. False for a file outside the workspace. */
  async add(file: vscode.Uri, name: string): Promise<boolean> {
    const folder = vscode.workspace.getWorkspaceFolder(file);
    if (!folder || !isTraceableFile(file.path)) return false;
    const text = entryOf({ path: vscode.workspace.asRelativePath(file, false), name });
    await this.#write(folder, (list) => (list.some((each) => isEntry(each, text)) ? list : [...list, text]));
    return true;
  }

  /** Takes functions off the list, by file and name: of every folder that has them on it. */
  async remove(file: vscode.Uri, names: readonly string[]): Promise<void> {
    const gone = this.#entries.filter((each) => each.file.fsPath === file.fsPath && names.includes(each.name));
    for (const folder of new Set(gone.map((each) => each.folder))) {
      const texts = gone.filter((each) => each.folder === folder).map(({ text }) => text);
      await this.#write(folder, (list) => list.filter((each) => !texts.some((text) => isEntry(each, text))));
    }
  }

  /** Where each entry leads, by what is on disk. */
  async find(): Promise<readonly FoundEntry[]> {
    const byFile = new Map<string, Promise<Functions | 'noFile'>>();
    const found = await Promise.all(
      this.#entries.map(async (entry): Promise<FoundEntry> => {
        const { file, name } = entry;
        const reading = byFile.get(file.fsPath) ?? this.#functionsOnDisk(file);
        byFile.set(file.fsPath, reading);
        const functions = await reading;
        if (functions === 'noFile') return { entry, state: 'noFile', line: 0 };
        if (functions === null) return { entry, state: 'unknown', line: 0 };
        const there = functions.find((each) => each.name === name);
        return { entry, state: there ? 'found' : 'noFunction', line: (there?.line ?? 1) - 1 };
      }),
    );
    // A list of a workspace with several folders holds for each: one of them has the file.
    const inOther = new Set(found.filter(({ state }) => state !== 'noFile').map(({ entry }) => entry.text));
    return found.filter(({ entry, state }) => state !== 'noFile' || !inOther.has(entry.text));
  }

  async #functionsOnDisk(file: vscode.Uri): Promise<Functions | 'noFile'> {
    try {
      await vscode.workspace.fs.stat(file);
    } catch {
      return 'noFile';
    }
    // Read by the code index, which follows no link out of the workspace.
    return this.#functionsOf(file, undefined);
  }

  async #functionsOf({ fsPath: path }: vscode.Uri, text: string | undefined): Promise<Functions> {
    try {
      const asked = { path, ...(text === undefined ? {} : { text }) };
      return (await this.#codeIndex.request('source/functions', asked)).functions;
    } catch {
      return null;
    }
  }

  #update(): void {
    const folders = vscode.workspace.isTrusted ? (vscode.workspace.workspaceFolders ?? []) : [];
    const entries: TracedEntry[] = [];
    const invalid: string[] = [];
    const byFile = new Map<string, Set<string>>();
    for (const folder of folders) {
      if (folder.uri.scheme !== 'file') continue;
      const read = readTracedFunctions(readSetting(SETTING, folder.uri));
      invalid.push(...read.invalid);
      for (const { path, name } of read.functions) {
        const file = vscode.Uri.joinPath(folder.uri, path);
        entries.push({ folder, text: entryOf({ path, name }), name, file });
        byFile.set(file.fsPath, (byFile.get(file.fsPath) ?? new Set()).add(name));
      }
    }
    const before = keysOf(this.#entries, this.#invalid);
    this.#entries = entries;
    this.#invalid = [...new Set(invalid)];
    this.#byFile = byFile;
    if (keysOf(this.#entries, this.#invalid) !== before) this.#changed.fire();
  }

  async #write(
    folder: vscode.WorkspaceFolder,
    change: (list: readonly unknown[]) => readonly unknown[],
  ): Promise<void> {
    const write = async (): Promise<void> => {
      const settings = vscode.workspace.getConfiguration(undefined, folder.uri);
      const list: readonly unknown[] = readSetting(SETTING, folder.uri);
      const next = change(list);
      if (next === list || JSON.stringify(next) === JSON.stringify(list)) return;
      const { globalValue, workspaceValue } = settings.inspect(SETTING) ?? {};
      const several = (vscode.workspace.workspaceFolders?.length ?? 0) > 1;
      const isInherited = globalValue !== undefined || (several && workspaceValue !== undefined);
      const value = next.length === 0 && !isInherited ? undefined : next;
      await settings.update(SETTING, value, vscode.ConfigurationTarget.WorkspaceFolder);
    };
    const done = this.#writing.then(write);
    this.#writing = done.catch(() => undefined);
    await done;
  }
}

type Functions = readonly TraceableFunction[] | null;

const NONE: ReadonlySet<string> = new Set();

function keysOf(entries: readonly TracedEntry[], invalid: readonly string[]): string {
  return JSON.stringify([entries.map(({ folder, text }) => [folder.uri.toString(), text]), invalid]);
}

/** Whether a text of the setting, as somebody wrote it, is this entry. */
function isEntry(written: unknown, text: string): boolean {
  const found = typeof written === 'string' ? parseTracedFunction(written) : undefined;
  return found !== undefined && entryOf(found) === text;
}
