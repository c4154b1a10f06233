import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { ProgramKind } from '../core/launch/programKind.ts';
import { onPath } from './onPath.ts';
import { foldersUpTo, readText } from './projectFiles.ts';
import { runQuietly } from './runQuietly.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const VENVS = ['.venv', 'venv', 'env'];
const ASK_MS = 10_000;
const windows = process.platform === 'win32';

/**
 * The interpreter of a folder's programs: of a virtual environment in it or above it, up to `root`; of the one that Poetry,
 * Pipenv or PDM keep elsewhere for it; of the one that is active; else the system's.
 */
export async function projectPython(folder: string, root: string, env: Environment): Promise<string> {
  const own = env['UV_PROJECT_ENVIRONMENT'] ?? '';
  for (const place of foldersUpTo(folder, root)) {
    for (const venv of own === '' ? VENVS : [own, ...VENVS]) {
      const found = pythonOf(path.resolve(place, venv));
      if (found !== undefined) return found;
    }
    const kept = await keptElsewhere(place, env);
    if (kept !== undefined) return kept;
  }
  for (const active of [env['VIRTUAL_ENV'], env['CONDA_PREFIX']]) {
    const found = active === undefined || active === '' ? undefined : pythonOf(active);
    if (found !== undefined) return found;
  }
  return windows ? 'python' : 'python3';
}

/**
 * The interpreter that a command line will run with. `chosen` is the project's, which stands for a bare `python` or tool
 * where the terminal has its environment active. Undefined when its manager does not tell.
 */
export async function commandPython(
  kind: ProgramKind,
  place: { readonly cwd: string; readonly root: string; readonly env: Environment; readonly chosen?: string },
): Promise<string | undefined> {
  const { cwd, root, env, chosen } = place;
  if (kind.manager !== undefined) {
    const found = await projectPython(cwd, root, env);
    return path.isAbsolute(found) ? found : undefined;
  }
  const isInterpreter = /^(?:python|pypy)[\d.]*(?:\.exe)?$|^py(?:\.exe)?$/i.test(path.basename(kind.program));
  if (/[/\\]/.test(kind.program)) {
    const file = path.resolve(cwd, kind.program);
    if (isInterpreter) return file;
    return file.endsWith('.py') ? (chosen ?? (await projectPython(cwd, root, env))) : interpreterOfTool(file);
  }
  if (chosen !== undefined && path.isAbsolute(chosen)) {
    if (isInterpreter || toolBeside(chosen, kind.program)) return chosen;
  }
  if (isInterpreter) return kind.program;
  const tool = onPath(kind.program, env);
  if (tool !== undefined) return interpreterOfTool(tool);
  const own = await projectPython(cwd, root, env);
  return path.isAbsolute(own) && toolBeside(own, kind.program) ? own : undefined;
}

function pythonOf(venv: string): string | undefined {
  const file = path.join(venv, ...(windows ? ['Scripts', 'python.exe'] : ['bin', 'python']));
  return existsSync(file) ? file : undefined;
}

/** Managers keep environments in folders of their own unless told otherwise. */
async function keptElsewhere(folder: string, env: Environment): Promise<string | undefined> {
  const has = (name: string): boolean => existsSync(path.join(folder, name));
  if (has('.pdm-python')) {
    const file = readText(path.join(folder, '.pdm-python')).trim();
    if (path.isAbsolute(file) && existsSync(file)) return file;
  }
  if (has('poetry.lock') || /^\[tool\.poetry\b/m.test(readText(path.join(folder, 'pyproject.toml'))))
    return asked('poetry', ['env', 'info', '--executable'], folder, env);
  return has('Pipfile') ? asked('pipenv', ['--py'], folder, env) : undefined;
}

async function asked(
  name: string,
  args: readonly string[],
  cwd: string,
  env: Environment,
): Promise<string | undefined> {
  const program = onPath(name, env);
  if (program === undefined) return undefined;
  const { code, stdout } = await runQuietly({ program, args, cwd, env, timeoutMs: ASK_MS });
  const file = stdout.trim().split(/\r?\n/).at(-1) ?? '';
  return code === 0 && path.isAbsolute(file) && existsSync(file) ? file : undefined;
}

/** Whether an environment has a command of that name. */
function toolBeside(python: string, name: string): boolean {
  return existsSync(path.join(path.dirname(python), windows ? `${name}.exe` : name));
}

/** The interpreter beside a command of an environment, else the one in its first line. */
function interpreterOfTool(file: string): string | undefined {
  for (const name of windows ? ['python.exe'] : ['python', 'python3']) {
    const beside = path.join(path.dirname(file), name);
    if (existsSync(beside)) return beside;
  }
  const shebang = /^#!\s*(\S*python[\d.]*)\s*$/m.exec(readText(file).slice(0, 300))?.[1];
  return shebang !== undefined && existsSync(shebang) ? shebang : undefined;
}
