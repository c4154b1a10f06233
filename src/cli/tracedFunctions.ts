import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { tracedListIn } from '../codeIndex/traceSettings.ts';
import { readTracedFunctions, splitEntry } from '../core/launch/tracedFunctions.ts';
import { startCodeIndex } from './codeIndexLink.ts';
import type { Installation } from './installation.ts';
import { usage } from './options.ts';
import { printable, type Terminal } from './terminal.ts';

const MAX_BYTES = 1024 * 1024;
const MAX_CHECK_MS = 10_000;
const MAX_SAID = 5;

/**
 * Functions to trace as `/absolute/path.py#Ranker.predict`: those asked for (files relative to `folder`), and those of the
 * project's `.vscode/settings.json`.
 * @throws CommandError (usage) for what names no function of a file.
 */
export function chosenFunctions(asked: readonly string[], folder: string): readonly string[] {
  const own = asked.map((text) => {
    const entry = splitEntry(text);
    if (!entry)
      throw usage(
        `--trace-function takes a file of Python, JavaScript or TypeScript and a name: FILE#NAME, not ${text}`,
      );
    return `${path.resolve(folder, entry.path)}#${entry.name}`;
  });
  return [...new Set([...own, ...functionsOfProject(folder)])];
}

/** Of the nearest folder with settings, from `folder` up to the root of its repository and no further than the home folder. */
function functionsOfProject(folder: string): readonly string[] {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const file = path.join(at, '.vscode', 'settings.json');
    const list = existsSync(file) ? tracedListIn(textOf(file)) : undefined;
    if (list !== undefined)
      return readTracedFunctions(list).functions.map(({ path: file, name }) => `${path.join(at, file)}#${name}`);
    if (existsSync(path.join(at, '.git')) || at === homedir() || path.dirname(at) === at) return [];
  }
}

/** Empty for a file that cannot be read, or is none. */
function textOf(file: string): string {
  try {
    return statSync(file).size > MAX_BYTES ? '' : readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Says which of the functions are not where they are said to be: moved, renamed or mistyped. Nothing when that cannot be told. */
export async function sayNotFound(
  entries: readonly string[],
  installation: Installation,
  terminal: Terminal,
): Promise<void> {
  if (entries.length === 0) return;
  const index = startCodeIndex(installation, []);
  try {
    const missing: string[] = [];
    for (const entry of entries) {
      const { path: file, name } = splitEntry(entry) ?? { path: '', name: '' };
      const text = existsSync(file) ? textOf(file) : undefined;
      const { functions } =
        text === undefined
          ? { functions: [] }
          : await index.channel.request('source/functions', { path: file, text }, { timeoutMs: MAX_CHECK_MS });
      if (functions?.some((each) => each.name === name) === false) missing.push(`${path.relative('', file)}#${name}`);
    }
    if (missing.length === 0) return;
    const more = missing.length > MAX_SAID ? `, and ${missing.length - MAX_SAID} more` : '';
    const said = missing.slice(0, MAX_SAID).map((each) => printable(each, 120));
    terminal.err(`spanline: not found, so not traced: ${said.join(', ')}${more}`);
  } catch {
    // The program runs; what is traced is seen by its spans.
  } finally {
    await index.stop();
  }
}
