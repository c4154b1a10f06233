import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import type { CodeIndexClient } from './codeIndexClient.ts';
import type { EngineClient } from './engineClient.ts';
import { FileInsights, type Insight } from './fileInsights.ts';
import { InsightPlaces } from './insightPlaces.ts';
import { onSettingChange, readSetting } from './settings.ts';
import type { Subscriptions } from './subscriptions.ts';

/** Languages that the code index may know places in. */
export const CODE_LANGUAGES = [
  'python',
  'typescript',
  'javascript',
  'typescriptreact',
  'javascriptreact',
  'go',
  'java',
  'rust',
  'csharp',
];

/** Figures are asked for this long after something changed, and after the answer before: longer the more the last one took. */
const SOON_MS = 100;
const REST_MS = 1000;
const REST_FACTOR = 20;
/** What is typed is marked as edited once typing rests. */
const TYPING_MS = 400;
/** For the index to read a file again: behind the whole workspace, when it is reading that. */
const READ_MS = 24 * 3600 * 1000;
/** Files that are kept when no editor shows them. */
const MOST_FILES = 50;

/**
 * What the functions of the files on screen cost. Asks the engine for those files only, and nothing for files without
 * spans; answers are kept and moved with edits, so that what is shown never waits and never flickers. Nothing in untrusted
 * workspaces, nor while every setting is off.
 */
export class CodeInsights {
  readonly #engine: EngineClient;
  readonly #codeIndex: CodeIndexClient;
  readonly #places: InsightPlaces;
  readonly #files = new Map<string, FileInsights>();
  readonly #changed = new vscode.EventEmitter<void>();
  #timer: NodeJS.Timeout | undefined;
  #dueMs = 0;
  #typing: NodeJS.Timeout | undefined;
  /** Earliest next question, by the clock. */
  #nextMs = 0;
  /** How long the engine counted for the last question; placing new kinds is done once. */
  #countedMs = 0;
  #asking: Promise<void> | undefined;
  #again = false;

  /** What {@link of} answers is another. */
  readonly onDidChange = this.#changed.event;

  constructor(engine: EngineClient, codeIndex: CodeIndexClient, subscriptions: Subscriptions) {
    this.#engine = engine;
    this.#codeIndex = codeIndex;
    this.#places = new InsightPlaces(engine, codeIndex);
    engine.onStart(() => this.#soon());
    engine.on('traces/changed', () => this.#soon());
    codeIndex.on('index/changed', ({ state }) => {
      if (state !== 'ready') return;
      this.#places.placeAnew();
      this.#soon();
    });
    codeIndex.onStart((restarted) => {
      if (!restarted) return;
      for (const [path, file] of this.#files) this.#readAgain(path, file);
    });
    subscriptions.push(
      this.#changed,
      vscode.window.onDidChangeVisibleTextEditors((editors) => {
        // Who opens a file does not wait for the rest after the last question.
        if (editors.some(({ document }) => isWatched(document) && !this.#files.has(document.uri.fsPath)))
          this.#nextMs = 0;
        this.#soon();
      }),
      vscode.workspace.onDidChangeTextDocument((event) => this.#edited(event)),
      vscode.workspace.onDidSaveTextDocument((document) => this.#cleaned(document)),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#soon()),
      onSettingChange(['spanline.editor.lens', 'spanline.editor.inline', 'spanline.editor.hover'], () => {
        this.#changed.fire();
        this.#soon();
      }),
      {
        dispose: () => {
          clearTimeout(this.#timer);
          clearTimeout(this.#typing);
        },
      },
    );
  }

  /** What is known of a document now, in order of lines. */
  of(document: vscode.TextDocument): readonly Insight[] {
    if (!vscode.workspace.isTrusted || document.uri.scheme !== 'file') return [];
    return this.#files.get(document.uri.fsPath)?.insights ?? [];
  }

  /** The same, asked for anew: what follows the changes by itself rests between its questions. */
  async look(document: vscode.TextDocument): Promise<readonly Insight[]> {
    if (this.#mayAsk) await this.#ask([document]);
    this.#refreshAgain();
    return this.of(document);
  }

  get #mayAsk(): boolean {
    return this.#engine.running && vscode.workspace.isTrusted;
  }

  #soon(): void {
    const waitMs = Math.max(SOON_MS, this.#nextMs - Date.now());
    if (this.#timer && Date.now() + waitMs >= this.#dueMs) return;
    clearTimeout(this.#timer);
    this.#dueMs = Date.now() + waitMs;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#refresh();
    }, waitMs);
  }

  async #refresh(): Promise<void> {
    const documents = new Set(
      vscode.window.visibleTextEditors.map(({ document }) => document).filter((document) => isWatched(document)),
    );
    if (!this.#mayAsk || documents.size === 0) return;
    if (this.#asking) {
      this.#again = true;
      return;
    }
    this.#countedMs = 0;
    await this.#ask([...documents]);
    this.#nextMs = Date.now() + Math.max(REST_MS, REST_FACTOR * this.#countedMs);
    this.#refreshAgain();
  }

  /** What came while a question was under way, of whoever, is asked for after it. */
  #refreshAgain(): void {
    if (!this.#again) return;
    this.#again = false;
    this.#soon();
  }

  /** One question at a time; whoever comes meanwhile asks after it. */
  async #ask(documents: readonly vscode.TextDocument[]): Promise<void> {
    while (this.#asking) await this.#asking;
    // The engine or the index is away, or being restarted: what is shown stays, the next change asks again.
    this.#asking = this.#askFigures(documents)
      .catch(() => undefined)
      .finally(() => {
        this.#asking = undefined;
      });
    await this.#asking;
  }

  async #askFigures(documents: readonly vscode.TextDocument[]): Promise<void> {
    // Known before the index is asked: edits from now on are counted.
    const files: { readonly path: string; readonly file: FileInsights; readonly readEdits: number }[] = [];
    for (const document of documents) {
      const path = document.uri.fsPath;
      const file = this.#files.get(path) ?? (await newFile(document));
      this.#files.delete(path);
      this.#files.set(path, file);
      files.push({ path, file, readEdits: file.readEdits });
    }
    await this.#places.update();
    const before = files.map(({ file }) => shownOf(file));
    for (const { path, file, readEdits } of files) file.place(this.#places.in(path), readEdits);
    for (const path of this.#files.keys()) {
      if (this.#files.size <= MOST_FILES) break;
      this.#files.delete(path);
    }
    for (const { file } of files) {
      const { keys } = file;
      const groups = file.groups(Date.now());
      if (groups.length === 0) continue;
      const begin = Date.now();
      const { figures } = await this.#engine.request('insight/figures', { groups });
      this.#countedMs += Date.now() - begin;
      file.takeFigures(keys, figures);
    }
    if (files.some(({ file }, index) => shownOf(file) !== before[index])) this.#changed.fire();
  }

  #edited({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const file = this.#files.get(document.uri.fsPath);
    if (!file || document.uri.scheme !== 'file') return;
    const before = staleOf(file);
    for (const { range, text } of contentChanges) {
      const { start, end } = range;
      file.edit({ startLine: start.line, endLine: end.line, endCharacter: end.character, text });
    }
    if (!document.isDirty) this.#cleaned(document);
    if (staleOf(file) !== before) this.#tellEdits();
  }

  /** A document's text is its file's: it was saved, edits were taken back, or the editor took what another program wrote. */
  #cleaned(document: vscode.TextDocument): void {
    const { uri } = document;
    const file = this.#files.get(uri.fsPath);
    if (!file) return;
    const before = shownOf(file);
    const text = printOf(document);
    // By text: two writes may have one time, and the file may have another again by now.
    if (!file.isUndone(text)) {
      const nowMs = Date.now();
      file.saved(text, nowMs);
      void writtenMs(uri).then((ms) => {
        if (ms === 0) return;
        file.written(nowMs, ms);
        this.#soon();
      });
      this.#readAgain(uri.fsPath, file);
    }
    if (shownOf(file) !== before) this.#tellEdits();
  }

  /**
   * The index may have read the file before the editor told of the edits, and another state of it: only what it reads from now
   * on has them in.
   */
  #readAgain(path: string, file: FileInsights): void {
    if (!this.#codeIndex.running) return;
    const edits = file.savedEdits;
    this.#codeIndex
      .request('index/filesChanged', { changed: [path], deleted: [] }, { timeoutMs: READ_MS })
      .then(() => {
        file.wasRead(edits);
        // Lines are wrong until then: only what the engine needs is waited for.
        this.#nextMs = Math.min(this.#nextMs, Date.now() + REST_FACTOR * this.#countedMs);
        this.#soon();
      })
      // The index ended: it is asked again when it starts.
      .catch(() => undefined);
  }

  #tellEdits(): void {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => {
      this.#changed.fire();
      this.#soon();
    }, TYPING_MS);
  }
}

function isWatched({ uri, languageId }: vscode.TextDocument): boolean {
  if (uri.scheme !== 'file' || !CODE_LANGUAGES.includes(languageId)) return false;
  return readSetting('spanline.editor.lens', uri) || readSetting('spanline.editor.inline', uri);
}

/** When a file was written last; 0 when that cannot be told. */
async function writtenMs(uri: vscode.Uri): Promise<number> {
  try {
    return (await vscode.workspace.fs.stat(uri)).mtime;
  } catch {
    return 0;
  }
}

async function newFile(document: vscode.TextDocument): Promise<FileInsights> {
  const ms = await writtenMs(document.uri);
  return new FileInsights(ms, document.isDirty ? '' : printOf(document));
}

/** Tells the text of a document from others. */
function printOf(document: vscode.TextDocument): string {
  return createHash('sha1').update(document.getText()).digest('base64');
}

function shownOf(file: FileInsights): string {
  return JSON.stringify(
    file.insights.map(({ key, line, firstLine, figures, stale }) => [key, line, firstLine, figures, stale]),
  );
}

function staleOf(file: FileInsights): string {
  return file.insights.map(({ key, stale }) => (stale ? key : '')).join('\n\n');
}
