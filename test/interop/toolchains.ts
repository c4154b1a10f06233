import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findOnPath, runVisibly, step } from '../../scripts/setup.mjs';

export const PROGRAMS = path.join(import.meta.dirname, 'programs');
const CACHE = path.resolve(import.meta.dirname, '../../.cache/interop');

/** A program that is built before it runs: what it needs on PATH, and the commands that build it in its folder. */
interface Build {
  /** Of its folder under programs/. */
  readonly name: string;
  readonly needs: readonly string[];
  readonly commands: readonly (readonly [command: string, ...args: string[]])[];
}

/** The folder it was built in, or why it could not be. */
export type Built = { readonly folder: string } | { readonly missing: string };

// One processor each: these builds must not take a machine over.
const BUILDS = {
  go: { name: 'go', needs: ['go'], commands: [['go', 'build', '-p', '1', '-trimpath', '-o', 'send', '.']] },
  collector: {
    name: 'collector',
    needs: ['go'],
    commands: [['go', 'build', '-p', '1', '-trimpath', '-o', 'collector', '.']],
  },
  rust: { name: 'rust', needs: ['cargo', 'cc'], commands: [['cargo', 'build', '--quiet', '--jobs', '1']] },
  java: {
    name: 'java',
    needs: ['mvn', 'javac', 'java'],
    commands: [['mvn', '-q', '-B', 'compile', 'dependency:copy-dependencies']],
  },
} as const satisfies Record<string, Build>;

const started = new Map<string, Promise<Built>>();

/** Builds a program in `.cache/interop/`, once for each version of its sources. Rejects when a build fails. */
export function built(name: keyof typeof BUILDS): Promise<Built> {
  const known = started.get(name);
  if (known) return known;
  const building = build(BUILDS[name]);
  started.set(name, building);
  return building;
}

async function build({ name, needs, commands }: Build): Promise<Built> {
  const absent = needs.filter((tool) => findOnPath(tool) === undefined);
  if (absent.length > 0) return { missing: `there is no ${absent.join(', no ')} on PATH` };
  const sources = path.join(PROGRAMS, name);
  const wanted = hashOf(sources);
  const folder = path.join(CACHE, name);
  // Written last: a folder without it, or with another hash, is built anew, with what its tool keeps between builds.
  const record = path.join(folder, 'spanline-sources.sha256');
  if (existsSync(record) && readFileSync(record, 'utf8') === wanted) return { folder };
  await step(`building test/interop/programs/${name}`, async () => {
    await rm(record, { force: true });
    await mkdir(folder, { recursive: true });
    await cp(sources, folder, { recursive: true });
    const env = { ...process.env, GOMAXPROCS: '1', GOTOOLCHAIN: 'local' };
    for (const [command, ...args] of commands) await runVisibly(command, args, env, folder);
    await writeFile(record, wanted);
  });
  return { folder };
}

function hashOf(folder: string): string {
  const hash = createHash('sha256');
  const files = globSync('**/*', { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  for (const file of files.sort()) hash.update(path.relative(folder, file)).update('\0').update(readFileSync(file));
  return hash.digest('hex');
}
