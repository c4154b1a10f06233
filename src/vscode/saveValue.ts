import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as vscode from 'vscode';
import { parseSpanId, parseTraceId } from '../core/model/ids.ts';
import type { SavedSource } from '../protocol/panelApi.ts';
import { ProtocolError } from '../protocol/errors.ts';
import { valuePages } from '../protocol/valuePages.ts';
import type { EngineClient } from './engineClient.ts';
import { plainLine } from './plainText.ts';

/** Characters that a name of a file has nowhere. */
const FORBIDDEN = /[^\w .-]+/g;

/** A name for a file from what a page calls a value: no folder, nothing hidden, nothing a shell would read. */
export function fileNameFor(what: string): string {
  const name = what
    .replace(FORBIDDEN, '_')
    .replace(/^[. _]+|[. _]+$/g, '')
    .slice(0, 60);
  return name === '' ? 'value.txt' : /\.[a-z]{1,5}$/.test(name) ? name : `${name}.txt`;
}

/** Asks for a file and writes a value to it, page by page; answers its name, empty when the question was dismissed. */
export async function saveValue(engine: EngineClient, what: string, source: SavedSource): Promise<string> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
  const uri = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Save Value'),
    defaultUri: vscode.Uri.joinPath(folder, fileNameFor(what)),
  });
  if (!uri) return '';
  if (uri.scheme === 'file') {
    try {
      await pipeline(Readable.from(textOf(engine, source)), createWriteStream(uri.fsPath));
    } catch (error) {
      // Half a value would pass for the whole one.
      await rm(uri.fsPath, { force: true }).catch(() => undefined);
      throw error;
    }
  } else {
    let text = '';
    for await (const page of textOf(engine, source)) text += page;
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  }
  return plainLine(path.posix.basename(uri.path), 80);
}

async function* textOf(engine: EngineClient, source: SavedSource): AsyncGenerator<string, void> {
  if ('text' in source) {
    yield source.text;
    return;
  }
  const [traceId, spanId] = [parseTraceId(source.traceId), parseSpanId(source.spanId)];
  if (!traceId || !spanId) throw new ProtocolError('invalid', 'not a span id');
  yield* valuePages({ traceId, spanId }, source.ref, (page) => engine.request('span/value', page));
}
