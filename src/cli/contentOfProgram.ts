import { readdirSync } from 'node:fs';
import path from 'node:path';
import { allContentVariables, type ContentLanguage } from '../core/launch/contentLibraries.ts';

const LANGUAGES: readonly (readonly [RegExp, ContentLanguage])[] = [
  [
    /^(?:python|pypy|uvicorn|gunicorn|hypercorn|daphne|flask|django|fastapi|celery|streamlit|jupyter|uv$|uvx$|poetry)/,
    'python',
  ],
  [/^(?:node|npm|npx|yarn|pnpm|bun|tsx|ts-node|next|nest)/, 'node'],
  [/^(?:java$|mvn|gradle)/, 'java'],
  [/^dotnet/, 'dotnet'],
];
const SHARED = /^opentelemetry_util_genai-([^-]+)\.dist-info$/;
const VENVS = ['.venv', 'venv', 'env'];

/** The variables by which every library known records content, in the values that the program's own versions read. */
export function contentOfProgram(
  program: string,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Readonly<Record<string, string>> {
  const name = path.basename(program).toLowerCase();
  const language = LANGUAGES.find(([words]) => words.test(name))?.[1];
  const own = foundOnPath(program, env);
  const places = [
    ...(own === undefined ? [] : [path.dirname(path.dirname(own))]),
    ...(env['VIRTUAL_ENV'] === undefined ? [] : [env['VIRTUAL_ENV']]),
    ...VENVS.map((each) => path.join(cwd, each)),
  ];
  const utilGenAi = places.map(sharedVersion).find((version) => version !== undefined);
  return allContentVariables({ language, utilGenAi });
}

/** The file that a shell would start; symbolic links stay, as they tell the environment of a Python. */
function foundOnPath(program: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (/[\\/]/.test(program)) return path.resolve(program);
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter((each) => each !== '');
  const names = new Set([program, `${program}.exe`]);
  const folder = folders.find((each) => namesIn(each).some((name) => names.has(name)));
  return folder === undefined ? undefined : path.join(folder, program);
}

function sharedVersion(prefix: string): string | undefined {
  const pythons = namesIn(path.join(prefix, 'lib')).filter((name) => name.startsWith('python3'));
  const folders = [
    ...pythons.flatMap((name) =>
      ['site-packages', 'dist-packages'].map((each) => path.join(prefix, 'lib', name, each)),
    ),
    path.join(prefix, 'Lib', 'site-packages'),
  ];
  return folders.flatMap(namesIn).flatMap((name) => SHARED.exec(name)?.[1] ?? [])[0];
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
