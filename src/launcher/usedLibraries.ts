import path from 'node:path';
import { librariesOf, type ContentLibraryId, type InstalledPackage } from '../core/launch/contentLibraries.ts';
import { programKind, programOfLine } from '../core/launch/programKind.ts';
import { dependenciesOf } from '../core/launch/sdkPackages.ts';
import type { Started } from './missingSdk.ts';
import { importsBelow, manifestsOf, readText } from './projectFiles.ts';
import { commandPython } from './projectPython.ts';
import { runQuietly } from './runQuietly.ts';

const LIST_MS = 20_000;
/** Names and versions of what a Python can import, and of a folder that is added to its path. */
const LIST = [
  'import importlib.metadata as m, json, sys',
  'sys.path += sys.argv[1:]',
  'print(json.dumps([[d.metadata["Name"] or "", d.version or ""] for d in m.distributions()]))',
].join('\n');

/**
 * Libraries that call models, of a program that is started, by what is installed for it and what it imports; `env` has the
 * folders of an SDK that Spanline installed, too. Empty when nothing can be found out.
 */
export async function usedLibraries({
  command,
  cwd,
  root,
  env,
  python,
}: Started): Promise<readonly ContentLibraryId[]> {
  const kind = typeof command === 'string' ? programOfLine(command) : programKind(command);
  if (!kind) return [];
  const folder = path.resolve(cwd, kind.folder);
  if (kind.language === 'node') {
    const installed = env['SPANLINE_NODE_PACKAGES'];
    const manifests = await manifestsOf(folder, root);
    const own = installed === undefined ? [] : [readText(path.join(installed, 'package.json'))];
    const names = [...manifests, ...own].flatMap(dependenciesOf);
    return librariesOf(names.map((name) => ({ name, version: '' })));
  }
  const program = await commandPython(kind, {
    cwd: folder,
    root,
    env,
    ...(python !== undefined && { chosen: python }),
  });
  if (program === undefined) return [];
  return librariesOf(await pythonPackages(program, folder, env), await importsBelow(folder));
}

async function pythonPackages(program: string, cwd: string, env: Started['env']): Promise<readonly InstalledPackage[]> {
  const installed = env['SPANLINE_PYTHON_PACKAGES'];
  const args = ['-B', '-c', LIST, ...(installed === undefined ? [] : [installed])];
  const { code, stdout } = await runQuietly({ program, args, cwd, env, timeoutMs: LIST_MS });
  if (code !== 0) return [];
  try {
    const listed = JSON.parse(stdout) as readonly (readonly [string, string])[];
    return listed.map(([name, version]) => ({ name, version }));
  } catch {
    return [];
  }
}
