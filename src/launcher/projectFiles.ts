import { existsSync, readFileSync, statSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { pythonImports } from '../core/launch/sdkPackages.ts';
import { pythonSetsUpSdk } from '../core/launch/sdkSetup.ts';

const MAX_FILES = 400;
const MAX_BYTES = 256 * 1024;
const MAX_MANIFESTS = 50;
const SKIPPED = /^(?:node_modules|venv|env|site-packages|dist|build|out|target|__pycache__|\..*)$/;
/** What a project's tests set up is not there when its program runs. */
const TESTS = /(?:^|[\\/])(?:tests?[\\/]|test_[^\\/]*$|[^\\/]*_test\.py$|conftest\.py$)/;
/** What the folder of a project has. */
const PROJECT = [
  'pyproject.toml',
  'requirements.txt',
  'setup.py',
  'Pipfile',
  'manage.py',
  'package.json',
  '.venv',
  'venv',
];

/** The nearest folder above a file, up to `root`, that has what a project's folder has; else `root`. */
export function projectFolderOf(file: string, root: string): string {
  const above = foldersUpTo(path.dirname(file), root);
  return above.find((folder) => PROJECT.some((name) => existsSync(path.join(folder, name)))) ?? root;
}

/**
 * The folder that the imports of a Python file start from: `src` where the project has its packages there, the file's own
 * where it is in no package and imports a neighbour, else the project's.
 */
export function importFolderOf(file: string, project: string, text: string): string {
  const own = path.dirname(file);
  const inPackage = existsSync(path.join(own, '__init__.py'));
  if (!inPackage && own !== project) {
    const neighbours = pythonImports(text).some(
      (name) => existsSync(path.join(own, `${name}.py`)) || existsSync(path.join(own, name, '__init__.py')),
    );
    if (neighbours) return own;
  }
  const source = path.join(project, 'src');
  const isBelow = !path.relative(source, file).startsWith('..') && !path.isAbsolute(path.relative(source, file));
  return isBelow && !existsSync(path.join(source, '__init__.py')) ? source : project;
}

/** What the Python files of a folder say. */
export interface PythonCode {
  /** Top-level modules. */
  readonly imports: readonly string[];
  /** One of them that is no test sets up an SDK of OpenTelemetry, or leaves it to a library that does. */
  readonly setsUpSdk: boolean;
}

/** Reads the Python files of a folder: at most 400, of 256 KiB. */
export async function pythonCodeBelow(folder: string): Promise<PythonCode> {
  const imports = new Set<string>();
  let setsUpSdk = false;
  for (const file of await filesBelow(folder, (name) => name.endsWith('.py'), MAX_FILES)) {
    try {
      if ((await stat(file)).size > MAX_BYTES) continue;
      const text = await readFile(file, 'utf8');
      const own = pythonImports(text);
      for (const name of own) imports.add(name);
      setsUpSdk ||= !TESTS.test(path.relative(folder, file)) && pythonSetsUpSdk(text, own);
    } catch {
      // Gone meanwhile, or not ours to read.
    }
  }
  return { imports: [...imports], setsUpSdk };
}

/** Top-level modules that the Python files of a folder import, see {@link pythonCodeBelow}. */
export async function importsBelow(folder: string): Promise<readonly string[]> {
  return (await pythonCodeBelow(folder)).imports;
}

/** The nearest package.json's text first; with those of its workspaces, where it is a root of several packages. */
export async function manifestsOf(folder: string, root: string): Promise<readonly string[]> {
  for (const place of foldersUpTo(folder, root)) {
    const manifest = readText(path.join(place, 'package.json'));
    if (manifest === '') continue;
    if (!/"workspaces"\s*:/.test(manifest) && !existsSync(path.join(place, 'pnpm-workspace.yaml'))) return [manifest];
    const others = await filesBelow(place, (name) => name === 'package.json', MAX_MANIFESTS);
    return [manifest, ...others.filter((file) => path.dirname(file) !== place).map(readText)];
  }
  return [];
}

/** From a folder to `root`, both included; the folder alone where it is not in it. */
export function foldersUpTo(folder: string, root: string): readonly string[] {
  const found = [folder];
  const relative = path.relative(root, folder);
  if (relative.startsWith('..') || path.isAbsolute(relative)) return found;
  for (let at = folder; path.relative(root, at) !== '';) {
    at = path.dirname(at);
    found.push(at);
  }
  return found;
}

export function isFile(file: string): boolean {
  try {
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** A file's text; empty where it cannot be read. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Breadth first: what lies near the top is likelier the program's. */
async function filesBelow(folder: string, wanted: (name: string) => boolean, most: number): Promise<readonly string[]> {
  const found: string[] = [];
  const folders = [folder];
  for (let at = 0; at < folders.length && found.length < most && at < 10 * most; at++) {
    const place = folders[at] ?? '';
    for (const entry of await readdir(place, { withFileTypes: true }).catch(() => [])) {
      const inner = path.join(place, entry.name);
      if (entry.isDirectory()) {
        if (!SKIPPED.test(entry.name) && !existsSync(path.join(inner, 'pyvenv.cfg'))) folders.push(inner);
      } else if (entry.isFile() && wanted(entry.name) && found.length < most) found.push(inner);
    }
  }
  return found;
}
