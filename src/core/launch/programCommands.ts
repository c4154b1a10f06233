/** A way to run a file: a program and its arguments, for a process and never for a shell. */
export interface ProgramCommand {
  readonly program: string;
  readonly args: readonly string[];
}

export interface ProgramFile {
  /** Relative to the folder that it runs in, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** The project's interpreter. */
  readonly python: string;
}

const NODE_FILE = /\.(?:js|cjs|mjs|ts|mts|cts)$/;
const ASGI_APP =
  /^(\w+)\s*(?::[^=\n]+)?=\s*(?:fastapi\.|starlette\.applications\.)?(?:FastAPI|Starlette|Quart|Litestar)\(/m;
const FLASK_APP = /^(\w+)\s*(?::[^=\n]+)?=\s*(?:flask\.)?Flask\(/m;
const MAIN_GUARD = /^if\s+__name__\s*==\s*['"]__main__['"]/m;

/**
 * How a file is run, the likeliest first; empty for a file that nothing here runs. An application object of FastAPI,
 * Starlette or Flask without a main guard is served with its framework's own command; `manage.py` by `runserver`.
 */
export function commandsForFile({ path, text, python }: ProgramFile): readonly ProgramCommand[] {
  if (NODE_FILE.test(path)) return [{ program: 'node', args: [path] }];
  if (!path.endsWith('.py')) return [];
  const plain = { program: python, args: [path] };
  if (/(?:^|\/)manage\.py$/.test(path)) return [{ program: python, args: [path, 'runserver'] }, plain];
  const served = servedBy(path, text, python);
  if (served === undefined) return [plain];
  return MAIN_GUARD.test(text) ? [plain, ...served] : [...served, plain];
}

function servedBy(path: string, text: string, python: string): readonly ProgramCommand[] | undefined {
  const parts = path.replace(/\.py$/, '').split('/');
  // A folder with a hyphen is no package: its files run by their own path only.
  if (!parts.every((part) => /^\w+$/.test(part))) return undefined;
  const module = (parts.at(-1) === '__init__' ? parts.slice(0, -1) : parts).join('.');
  const asgi = ASGI_APP.exec(text)?.[1];
  if (asgi !== undefined) {
    const served = { program: python, args: ['-m', 'uvicorn', `${module}:${asgi}`] };
    return [served, { ...served, args: [...served.args, '--reload'] }];
  }
  const flask = FLASK_APP.exec(text)?.[1];
  return flask === undefined
    ? undefined
    : [{ program: python, args: ['-m', 'flask', '--app', `${module}:${flask}`, 'run'] }];
}

/** Scripts of a package.json's text by name, in order; empty when it is none. */
export function packageScripts(manifest: string): readonly string[] {
  try {
    const { scripts } = JSON.parse(manifest) as { readonly scripts?: unknown };
    return typeof scripts === 'object' && scripts !== null ? Object.keys(scripts) : [];
  } catch {
    return [];
  }
}
