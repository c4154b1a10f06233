/** In what a command line runs, as far as its words tell. */
export interface ProgramKind {
  readonly language: 'python' | 'node';
  /** The word that says which interpreter or tool it is: `python3`, `/srv/.venv/bin/uvicorn`. */
  readonly program: string;
  /** A tool that brings its environment along: it is asked which interpreter it uses. */
  readonly manager: 'uv' | 'poetry' | 'pipenv' | 'pdm' | 'hatch' | undefined;
  /** Where `cd` of the line leads, relative to where the line runs; empty for there. */
  readonly folder: string;
}

/** Commands that Python packages install to run programs. */
const PYTHON_TOOLS = new Set(
  'uvicorn gunicorn hypercorn daphne granian waitress-serve flask fastapi litestar django-admin celery dramatiq rq streamlit chainlit pytest'.split(
    ' ',
  ),
);
/** Modules of `python -m` and commands that build environments or ask something: no programs. */
const NO_PROGRAMS = new Set(
  'pip venv ensurepip virtualenv build compileall json.tool http.server py_compile'.split(' '),
);
const NODE_TOOLS = new Set('node tsx ts-node ts-node-dev ts-node-esm nodemon nest'.split(' '));
const PACKAGE_MANAGERS = new Set(['npm', 'pnpm', 'yarn', 'npx']);
/** What package managers do by themselves, without running a script. */
const NO_SCRIPTS = new Set(
  'install i ci add remove rm uninstall update upgrade audit publish pack login init create link outdated config'.split(
    ' ',
  ),
);
const MANAGERS = new Set(['uv', 'poetry', 'pipenv', 'pdm', 'hatch']);
/** Words before the program of a line. */
const BEFORE = new Set(['env', 'exec', 'time', 'nohup', 'command']);

/** The first program of Python or Node that a shell's line starts; `cd` before it is followed. Undefined when it tells none. */
export function programOfLine(line: string): ProgramKind | undefined {
  let folder = '';
  for (const part of line.split(/&&|\|\||[;|\n]/)) {
    const words = shellWords(part);
    if (words[0] === 'cd' && words[1] !== undefined) {
      folder = /^(?:[/\\~]|[A-Za-z]:)/.test(words[1]) ? words[1] : folder === '' ? words[1] : `${folder}/${words[1]}`;
      continue;
    }
    const kind = programKind(words);
    if (kind) return { ...kind, folder };
  }
  return undefined;
}

/** By a program and its arguments; undefined for what is neither Python nor Node. */
export function programKind(words: readonly string[]): ProgramKind | undefined {
  const from = words.findIndex((word) => !/^\w+=/.test(word) && !BEFORE.has(word));
  const [program, ...args] = from < 0 ? [] : words.slice(from);
  if (program === undefined) return undefined;
  const name = nameOf(program);
  const kind = { program, manager: undefined, folder: '' };
  if (/^(?:python|pypy)[\d.]*$/.test(name) || name === 'py')
    return runsNothing(args) ? undefined : { ...kind, language: 'python' };
  if (PYTHON_TOOLS.has(name) || /\.py$/.test(name)) return { ...kind, language: 'python' };
  if (MANAGERS.has(name)) return managed(name as NonNullable<ProgramKind['manager']>, program, args);
  if (PACKAGE_MANAGERS.has(name))
    return NO_SCRIPTS.has(firstOperand(args) ?? '') ? undefined : { ...kind, language: 'node' };
  return NODE_TOOLS.has(name) && !asksOnly(args) && !(name === 'node' && runsText(args))
    ? { ...kind, language: 'node' }
    : undefined;
}

function managed(
  manager: NonNullable<ProgramKind['manager']>,
  program: string,
  args: readonly string[],
): ProgramKind | undefined {
  const at = args.indexOf('run');
  const rest = at < 0 ? [] : args.slice(at + 1).filter((word) => !word.startsWith('-'));
  // Values of options stand between `run` and the program too: any word that is one of Python's will do.
  const runs = rest.some((word) => programKind([word])?.language === 'python');
  return runs ? { language: 'python', program, manager, folder: '' } : undefined;
}

function runsNothing(args: readonly string[]): boolean {
  const module = args[args.indexOf('-m') + 1];
  if (args.includes('-m') && module !== undefined) return NO_PROGRAMS.has(module);
  return asksOnly(args);
}

function asksOnly(args: readonly string[]): boolean {
  return /^(?:-V|-v|--version|-h|--help)$/.test(args[0] ?? '');
}

/** `node -e TEXT` and `node -p TEXT`, or nothing at all. */
function runsText(args: readonly string[]): boolean {
  return args.length === 0 || args.some((arg) => /^(?:-[ep]|-pe|--eval|--print)$/.test(arg));
}

function firstOperand(args: readonly string[]): string | undefined {
  return args.find((arg) => !arg.startsWith('-'));
}

function nameOf(program: string): string {
  const base = program.split(/[/\\]/).at(-1) ?? '';
  return base.toLowerCase().replace(/\.(?:exe|cmd|bat|ps1)$/, '');
}

/** Words as shells split them; quotes are taken off, nothing is expanded. */
export function shellWords(line: string): readonly string[] {
  return [...line.matchAll(/(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s"']+))+/g)].map(([word]) =>
    word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? ''),
  );
}
