import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { TestContext } from 'node:test';
import { CodeIndex } from '../../../src/codeIndex/codeIndex.ts';
import type { CodeIndexDeps } from '../../../src/codeIndex/codeIndexDeps.ts';
import { nodeFileSystem, type FileSystem } from '../../../src/codeIndex/fileSystem.ts';
import { machinePathRules } from '../../../src/codeIndex/machinePathRules.ts';
import { workedMs } from '../../../src/codeIndex/workedTime.ts';
import type { SourceCandidate, SourceHints } from '../../../src/core/model/source.ts';
import type { CodeIndexConfig, CodeIndexStatus } from '../../../src/protocol/codeIndexApi.ts';

const root = path.resolve(import.meta.dirname, '../../..');
export const fixtures = path.join(root, 'test/fixtures/source');
export const grammarFolder = path.join(root, 'node_modules/@vscode/tree-sitter-wasm/wasm');

/** A file system that remembers every path it was asked for. */
export class RecordingFileSystem implements FileSystem {
  readonly touched: string[] = [];

  readDirectory(at: string): ReturnType<FileSystem['readDirectory']> {
    this.touched.push(at);
    return nodeFileSystem.readDirectory(at);
  }
  readText(at: string, maxBytes: number): Promise<string> {
    this.touched.push(at);
    return nodeFileSystem.readText(at, maxBytes);
  }
  kindOf(at: string): ReturnType<FileSystem['kindOf']> {
    this.touched.push(at);
    return nodeFileSystem.kindOf(at);
  }
  stampOf(at: string): ReturnType<FileSystem['stampOf']> {
    this.touched.push(at);
    return nodeFileSystem.stampOf(at);
  }
  realPath(at: string): Promise<string> {
    this.touched.push(at);
    return nodeFileSystem.realPath(at);
  }
}

/** An index over these folders, with its status events and its log. */
export function openIndex(
  folders: readonly string[],
  config: Partial<CodeIndexConfig> = {},
  fileSystem: FileSystem = nodeFileSystem,
  deps: Partial<CodeIndexDeps> = {},
): { index: CodeIndex; config: CodeIndexConfig; statuses: CodeIndexStatus[]; log: string[] } {
  const statuses: CodeIndexStatus[] = [];
  const log: string[] = [];
  const index = new CodeIndex({
    fileSystem,
    rules: machinePathRules(),
    onStatus: (status) => statuses.push(status),
    log: (level, message) => log.push(`${level} ${message}`),
    yieldToMessages: () => setImmediate(),
    build: 'test',
    now: () => performance.now(),
    worked: workedMs,
    ...deps,
  });
  const whole: CodeIndexConfig = {
    folders: folders.map((folder) => ({ path: folder, name: path.basename(folder) })),
    pathMappings: [],
    excludes: [],
    grammarFolder,
    ...config,
  };
  index.configure(whole);
  return { index, config: whole, statuses, log };
}

/** A folder with these files (text by relative path), removed after the test. */
export async function workspaceOf(test: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'spanline-index-')));
  test.after(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return folder;
}

export function hints(more: Partial<SourceHints> = {}): SourceHints {
  return {
    serviceName: '',
    spanName: '',
    scopeName: '',
    language: '',
    code: { keys: [] },
    baseDirectories: [],
    stackTraces: [],
    ...more,
  };
}

/** `confidence path:line function` */
export function brief(candidates: readonly SourceCandidate[]): string[] {
  return candidates.map(
    ({ confidence, shownPath, line, functionName }) =>
      `${confidence} ${shownPath}:${String(line)}${functionName === '' ? '' : ` ${functionName}`}`,
  );
}

/** The 1-based line of the first line that holds `text`. */
export function lineOf(source: string, text: string): number {
  const index = source.split('\n').findIndex((line) => line.includes(text));
  if (index < 0) throw new Error(`no line holds ${text}`);
  return index + 1;
}
