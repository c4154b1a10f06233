import { programOfLine, shellWords } from './programKind.ts';

/** Tools that programs are built, checked and shown with in development; an SDK in them shows nothing of the program. */
const TOOLS =
  /^(?:vite|next|nuxt|nuxi|astro|webpack|webpack-dev-server|react-scripts|vue-cli-service|ng|gatsby|parcel|rollup|esbuild|tsup|swc|tsc|eslint|prettier|biome|jest|vitest|mocha|playwright|cypress|storybook|svelte-kit|remix|expo|electron|docusaurus|wrangler|husky)$/;
/** Words before the program of a script. */
const WRAPPERS = /^(?:cross-env|dotenv|env-cmd|npx|--)$/;

/** The name of the script that a package manager runs; undefined for what is none. */
export function scriptName(words: readonly string[]): string | undefined {
  const [program = '', ...rest] = words;
  const manager = /(?:^|[/\\])(npm|pnpm|yarn)(?:\.cmd)?$/i.exec(program)?.[1]?.toLowerCase();
  if (manager === undefined) return undefined;
  const operands = rest.filter((arg) => !arg.startsWith('-'));
  const [first, second] = operands;
  if (first === 'run' || first === 'run-script') return second;
  if (first === 'start' || first === 'test') return first;
  // The others take a script's name alone.
  return manager === 'npm' ? undefined : first;
}

/**
 * Whether a script of package.json starts a program of Node that an SDK will be loaded into: true unless it is known to run a
 * tool alone, or something of another language.
 */
export function scriptStartsProgram(script: string): boolean {
  if (programOfLine(script)?.language === 'python') return false;
  const first = script
    .split(/&&|\|\||[;|]/)
    .map((part) => shellWords(part).filter((word) => !/^\w+=/.test(word) && !WRAPPERS.test(word))[0] ?? '');
  return first.some(
    (word) =>
      word !== '' &&
      word !== 'cd' &&
      !TOOLS.test(word.split(/[/\\]/).at(-1) ?? '') &&
      !/^(?:bun|deno|go|cargo|java|docker|dotnet|make|rm|echo|mkdir|cp)$/.test(word),
  );
}
