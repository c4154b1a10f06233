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
  /** Folder above the file, relative too, that its imports start from; empty for the one it runs in. */
  readonly importsFrom?: string;
  /** What the project's files import: tells the framework of an application that another file makes. */
  readonly imports?: readonly string[];
  /** What the project runs TypeScript with; Node itself without. */
  readonly typeScript?: 'tsx' | 'ts-node' | undefined;
}

const NODE_FILE = /\.(?:js|cjs|mjs|ts|mts|cts)$/;
const ASGI_APP =
  /^(\w+)\s*(?::[^=\n]+)?=\s*(?:fastapi\.|starlette\.applications\.)?(?:FastAPI|Starlette|Quart|Litestar|get_asgi_application)\(/m;
const FLASK_APP = /^(\w+)\s*(?::[^=\n]+)?=\s*(?:flask\.)?Flask\(/m;
const FACTORY_NAME = '(?:create|make|build|get)_app(?:lication)?|app_factory';
const FACTORY = new RegExp(`^(?:async\\s+)?def\\s+(${FACTORY_NAME})\\s*\\(`, 'm');
/** An application that a function of another file makes. */
const MADE_APP = new RegExp(`^(\\w+)\\s*(?::[^=\\n]+)?=\\s*(?:\\w+\\.)*(?:${FACTORY_NAME})\\(`, 'm');
const MAIN_GUARD = /^if\s+__name__\s*==\s*['"]__main__['"]/m;

/**
 * How a file is run, the likeliest first; empty for a file that nothing here runs. An application object of FastAPI,
 * Starlette or Flask without a main guard is served with its framework's own command, also one that a function of that file
 * or another makes; `manage.py` by `runserver`.
 */
export function commandsForFile(file: ProgramFile): readonly ProgramCommand[] {
  const { path, text, python } = file;
  if (NODE_FILE.test(path)) {
    const runner = /\.[cm]?ts$/.test(path) ? file.typeScript : undefined;
    return [runner === undefined ? { program: 'node', args: [path] } : { program: 'npx', args: [runner, path] }];
  }
  if (!path.endsWith('.py')) return [];
  const plain = { program: python, args: [path] };
  if (/(?:^|\/)manage\.py$/.test(path)) return [{ program: python, args: [path, 'runserver'] }, plain];
  const served = servedBy(file);
  if (served === undefined) return /^\w+\s*=\s*get_wsgi_application\(/m.test(text) ? [] : [plain];
  return MAIN_GUARD.test(text) ? [plain, ...served] : [...served, plain];
}

/** Whether a command serves an application, rather than running a file that may or may not. */
export function isServer({ args }: ProgramCommand): boolean {
  return args.includes('uvicorn') || args.includes('flask') || args.includes('runserver');
}

function servedBy({
  path,
  text,
  python,
  importsFrom = '',
  imports = [],
}: ProgramFile): readonly ProgramCommand[] | undefined {
  const inner = importsFrom === '' ? path : path.slice(importsFrom.length + 1);
  const parts = inner.replace(/\.py$/, '').split('/');
  // A folder with a hyphen is no package: its files run by their own path only.
  if (!parts.every((part) => /^\w+$/.test(part))) return undefined;
  const module = (parts.at(-1) === '__init__' ? parts.slice(0, -1) : parts).join('.');
  const app = applicationIn(text, imports);
  if (app === undefined) return undefined;
  if (app.flask) {
    // A path leads Flask to the folder that imports start from.
    const target = importsFrom === '' ? module : path.replace(/(?:\/__init__)?\.py$/, '');
    return [{ program: python, args: ['-m', 'flask', '--app', `${target}:${app.name}`, 'run'] }];
  }
  const served = [
    ...['-m', 'uvicorn', `${module}:${app.name}`],
    ...(app.factory ? ['--factory'] : []),
    ...(importsFrom === '' ? [] : ['--app-dir', importsFrom]),
  ];
  return [
    { program: python, args: served },
    { program: python, args: [...served, '--reload'] },
  ];
}

function applicationIn(
  text: string,
  imports: readonly string[],
): { readonly name: string; readonly flask: boolean; readonly factory: boolean } | undefined {
  const asgi = ASGI_APP.exec(text)?.[1];
  if (asgi !== undefined) return { name: asgi, flask: false, factory: false };
  const flask = FLASK_APP.exec(text)?.[1];
  if (flask !== undefined) return { name: flask, flask: true, factory: false };
  const isFlask = /\bFlask\(/.test(text) || imports.includes('flask');
  const isAsgi = /\b(?:FastAPI|Starlette)\(/.test(text) || imports.includes('fastapi') || imports.includes('starlette');
  if (!isFlask && !isAsgi) return undefined;
  const made = MADE_APP.exec(text)?.[1];
  if (made !== undefined) return { name: made, flask: !isAsgi, factory: false };
  const factory = /\b(?:FastAPI|Starlette|Flask)\(/.test(text) ? FACTORY.exec(text)?.[1] : undefined;
  return factory === undefined
    ? undefined
    : { name: factory, flask: isFlask && !/\bFastAPI\(/.test(text), factory: true };
}

/** The text of a script of package.json; undefined when there is none of that name. */
export function packageScriptText(manifest: string, name: string): string | undefined {
  try {
    const { scripts } = JSON.parse(manifest) as { readonly scripts?: unknown };
    const text =
      typeof scripts === 'object' && scripts !== null
        ? (scripts as Readonly<Record<string, unknown>>)[name]
        : undefined;
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
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
