import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { installRefusal, type InstallRefusal } from '../core/launch/installRefusal.ts';
import { pythonGenerations, type SdkPackages } from '../core/launch/sdkPackages.ts';
import { onPath } from './onPath.ts';
import type { PythonFacts } from './pythonFacts.ts';
import { type QuietEnd, runQuietly } from './runQuietly.ts';

const INSTALL_MS = 10 * 60_000;
const ASK_MS = 30_000;
/** Written last: a folder without it was not finished. Names what is in it. */
const COMPLETE = 'complete';
const PARTIAL = '.partial-';
/** What is left of an install whose process was killed. */
const STALE_MS = 60 * 60_000;
const OLDEST_PYTHON = [3, 8] as const;
const OLDEST_NODE = [18, 19] as const;
/** A registry that does not answer is told of soon; a slow one is waited for. */
const PIP = ['--no-input', '--disable-pip-version-check', '--no-color', '--retries', '1', '--timeout', '20'];
const NPM = [
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--loglevel=http',
  '--fetch-retries=1',
  '--fetch-retry-mintimeout=1000',
];
/** Loads what a program will load, without sending anything; the project's own packages come first, as they will. */
const TRY = `
import sys
sys.path.append(sys.argv[1])
import opentelemetry.sdk.trace, opentelemetry.distro, opentelemetry.instrumentation.auto_instrumentation
import opentelemetry.exporter.otlp.proto.http.trace_exporter
`;

/** Packages could not be installed. */
export class InstallRefused extends Error {
  override readonly name = 'InstallRefused';
  readonly refusal: InstallRefusal;

  constructor(refusal: InstallRefusal) {
    super(refusal.kind);
    this.refusal = refusal;
  }
}

/** An install that runs. */
export interface InstallJob {
  /** Where the program runs: its settings of registries count. Nothing is written there. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** The package that is being fetched. */
  readonly onPackage: (name: string) => void;
}

/** SDKs for programs that have none, in a folder of Spanline; the projects and their environments stay as they are. */
export class SdkInstaller {
  readonly #root: string;
  readonly #log: (line: string) => void;
  /** Installs that run, by their folder: who asks again meanwhile gets the same. */
  readonly #running = new Map<string, Promise<string>>();

  /** `storage`: the folder for all that Spanline keeps. */
  constructor(storage: string, log: (line: string) => void) {
    // Installers run in other folders.
    this.#root = path.resolve(storage, 'packages');
    this.#log = log;
  }

  /** Where packages for a Python interpreter are, if they were installed and still fit what the project has. */
  async pythonFolder(facts: PythonFacts, wanted: SdkPackages): Promise<string | undefined> {
    const folder = this.#pythonFolder(facts, wanted);
    const installed = await contentsOf(folder);
    const fits =
      installed !== undefined &&
      Object.entries(installed).every(([name, version]) => (facts.packages[name] ?? version) === version);
    return fits ? path.join(folder, SITE) : undefined;
  }

  async nodeFolder(wanted: SdkPackages): Promise<string | undefined> {
    const folder = this.#nodeFolder(wanted);
    return (await contentsOf(folder)) === undefined ? undefined : folder;
  }

  /**
   * Installs for the project's interpreter, wheels only, in the versions that the project has of what both need: what cannot
   * be had with those is refused. @throws InstallRefused; nothing is left behind then
   */
  async installPython(facts: PythonFacts, wanted: SdkPackages, job: InstallJob): Promise<string> {
    const [major, minor] = facts.version;
    if (major < OLDEST_PYTHON[0] || (major === OLDEST_PYTHON[0] && minor < OLDEST_PYTHON[1]))
      throw new InstallRefused({
        kind: 'tooOld',
        name: 'Python',
        has: `${major}.${minor}`,
        needs: OLDEST_PYTHON.join('.'),
      });
    const installer = pythonInstaller(facts, job.env);
    if (installer === undefined) throw new InstallRefused({ kind: 'noInstaller', name: 'pip' });
    return this.#into(this.#pythonFolder(facts, wanted), async (folder) => {
      const target = path.join(folder, SITE);
      const constraints = path.join(folder, 'constraints.txt');
      let first: InstallRefused | undefined;
      for (const generation of pythonGenerations(facts.packages)) {
        await mkdir(target);
        await writeFile(constraints, [...ownVersions(facts), ...generation].join('\n'));
        try {
          await this.#run(
            installer.program,
            [...installer.args, '--target', target, '--constraint', constraints, ...wanted.packages],
            job,
          );
          first = undefined;
          break;
        } catch (error) {
          // What today's needs says most; the older one is only tried.
          first ??= error instanceof InstallRefused ? error : undefined;
          if (!(error instanceof InstallRefused) || error.refusal.kind !== 'conflict') throw first ?? error;
          await rm(target, { recursive: true, force: true });
        }
      }
      if (first) throw first;
      const tried = await runQuietly({
        program: facts.program,
        args: ['-B', '-c', TRY, target],
        cwd: job.cwd,
        env: job.env,
        timeoutMs: ASK_MS,
        signal: job.signal,
      });
      if (tried.why === 'aborted') throw new InstallRefused({ kind: 'cancelled' });
      if (tried.code !== 0) throw new InstallRefused({ kind: 'broken', said: lastLine(tried.output) });
      await rm(constraints, { force: true });
      return pythonContents(target);
    }).then((folder) => path.join(folder, SITE));
  }

  /** @throws InstallRefused; nothing is left behind then */
  async installNode({ packages }: SdkPackages, job: InstallJob): Promise<string> {
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const node = await runQuietly({
      program: 'node',
      args: ['--version'],
      cwd: job.cwd,
      env: job.env,
      timeoutMs: ASK_MS,
    });
    const [, major = 0, minor = 0] = (/^v(\d+)\.(\d+)/.exec(node.stdout) ?? []).map(Number);
    if (node.code === 0 && (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])))
      throw new InstallRefused({
        kind: 'tooOld',
        name: 'Node',
        has: `${major}.${minor}`,
        needs: OLDEST_NODE.join('.'),
      });
    // The project's own registry, if it has one: a file of settings counts only where npm installs.
    const asked = await runQuietly({
      program: npm,
      args: ['config', 'get', 'registry'],
      cwd: job.cwd,
      env: job.env,
      timeoutMs: ASK_MS,
    });
    if (asked.why === 'missing') throw new InstallRefused({ kind: 'noInstaller', name: 'npm' });
    const registry = /^https?:\/\/\S+$/m.exec(asked.stdout)?.[0];
    return this.#into(this.#nodeFolder({ packages, covered: [] }), async (folder) => {
      await writeFile(path.join(folder, 'package.json'), '{ "private": true }\n');
      const options = [...NPM, '--prefix', folder, ...(registry === undefined ? [] : ['--registry', registry])];
      await this.#run(npm, ['install', ...options, ...packages], { ...job, cwd: folder });
      return {};
    });
  }

  /** Deletes all that was installed; whether there was anything. */
  async removeAll(): Promise<boolean> {
    const there = existsSync(this.#root);
    await rm(this.#root, { recursive: true, force: true, maxRetries: 3 });
    return there;
  }

  #into(folder: string, fill: (folder: string) => Promise<Readonly<Record<string, string>>>): Promise<string> {
    const running = this.#running.get(folder);
    if (running) return running;
    const started = this.#intoNow(folder, fill).finally(() => this.#running.delete(folder));
    this.#running.set(folder, started);
    return started;
  }

  /** Makes a folder beside, and puts it in its place when `fill` is through with it. */
  async #intoNow(folder: string, fill: (folder: string) => Promise<Readonly<Record<string, string>>>): Promise<string> {
    const partial = `${folder}${PARTIAL}${randomUUID().slice(0, 8)}`;
    try {
      await this.#dropStale();
      await mkdir(partial, { recursive: true });
      const contents = await fill(partial);
      await writeFile(path.join(partial, COMPLETE), JSON.stringify(contents));
      await rm(folder, { recursive: true, force: true });
      await rename(partial, folder);
      return folder;
    } catch (error) {
      // Another window was first: the same packages.
      if ((await contentsOf(folder)) !== undefined && !(error instanceof InstallRefused)) return folder;
      throw error instanceof InstallRefused ? error : new InstallRefused(storageRefusal(error));
    } finally {
      await rm(partial, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
      // Nothing of ours in a storage where nothing could be installed.
      if ((await readdir(this.#root).catch(() => ['?'])).length === 0)
        await rm(this.#root, { recursive: true, force: true }).catch(() => undefined);
    }
  }

  async #dropStale(): Promise<void> {
    for (const name of await readdir(this.#root).catch(() => [])) {
      if (!name.includes(PARTIAL)) continue;
      const place = path.join(this.#root, name);
      const made = await stat(place).then(
        ({ mtimeMs }) => mtimeMs,
        () => Date.now(),
      );
      if (Date.now() - made > STALE_MS) await rm(place, { recursive: true, force: true });
    }
  }

  async #run(program: string, args: readonly string[], job: InstallJob): Promise<void> {
    this.#log(`${program} ${args.join(' ')}`);
    const end = await runQuietly({
      program,
      args,
      cwd: job.cwd,
      env: job.env,
      timeoutMs: INSTALL_MS,
      signal: job.signal,
      onLine: (line) => {
        const name = fetchedPackage(line);
        if (name !== undefined) job.onPackage(name.replaceAll('_', '-'));
      },
    });
    if (end.code === 0) return;
    const refusal = refusalOf(end, program, job.env);
    this.#log(`${program}: ${end.why === 'ended' ? end.output.slice(-2000) : end.why}`);
    throw new InstallRefused(refusal);
  }

  #pythonFolder({ executable, version }: PythonFacts, { packages }: SdkPackages): string {
    return this.#folder('python', [executable, version.join('.'), ...packages]);
  }

  #nodeFolder({ packages }: SdkPackages): string {
    return this.#folder('node', packages);
  }

  #folder(language: string, of: readonly string[]): string {
    const hash = createHash('sha256').update(of.join('\0')).digest('hex').slice(0, 12);
    return path.join(this.#root, `${language}-${hash}`);
  }
}

const SITE = 'site-packages';

/** The interpreter's own pip, else uv, else the pip that Python brings for new environments, run from its file. */
function pythonInstaller(
  { program, executable, hasPip, bundledPip }: PythonFacts,
  env: InstallJob['env'],
): { readonly program: string; readonly args: readonly string[] } | undefined {
  const pip = ['install', ...PIP, '--progress-bar', 'off', '--only-binary', ':all:', '--no-compile', '--upgrade'];
  if (hasPip) return { program, args: ['-m', 'pip', ...pip] };
  const uv = onPath('uv', env);
  if (uv !== undefined)
    return {
      program: uv,
      args: ['pip', 'install', '--no-progress', '--color', 'never', '--only-binary', ':all:', '--python', executable],
    };
  return bundledPip === '' ? undefined : { program, args: [`${bundledPip}/pip`, ...pip] };
}

/** Constraints for what the project has; packages in development have versions that no registry knows, and none needs them. */
function ownVersions({ packages }: PythonFacts): readonly string[] {
  return Object.entries(packages)
    .filter(
      ([name, version]) =>
        /^[\w-]+$/.test(name) && /^[\w.!]+$/.test(version) && !/^(?:pip|setuptools|wheel)$/.test(name),
    )
    .map(([name, version]) => `${name}==${version}`);
}

/** The package that an installer says it gets now. */
function fetchedPackage(line: string): string | undefined {
  return (
    /^\s*(?:Collecting|Downloading) ([A-Za-z][\w.-]*?)(?:-\d[^\s/]*\.whl\S*)?(?:[\s<>=~!,;[(]|$)/.exec(line)?.[1] ??
    /npm http fetch GET \d+ \S+?\/((?:@|%40)[\w.-]+(?:\/|%2f)[\w.-]+|[\w.-]+)(?:[/?\s]|$)/i
      .exec(line)?.[1]
      ?.replace(/%2f/i, '/')
      .replace(/%40/, '@')
  );
}

function refusalOf({ why, output }: QuietEnd, program: string, env: InstallJob['env']): InstallRefusal {
  switch (why) {
    case 'aborted':
      return { kind: 'cancelled' };
    case 'timeout':
      return { kind: 'timeout' };
    case 'missing':
      return { kind: 'noInstaller', name: /npm/.test(program) ? 'npm' : 'pip' };
    case 'ended':
      return withProxy(installRefusal(output.replace(/^npm http .*$/gm, '')), output, env);
  }
}

/** npm says no more than that a connection was refused: with a proxy set, it was the proxy's. */
function withProxy(refusal: InstallRefusal, output: string, env: InstallJob['env']): InstallRefusal {
  const proxied = ['HTTPS_PROXY', 'https_proxy', 'npm_config_https_proxy'].some((name) => (env[name] ?? '') !== '');
  return refusal.kind === 'offline' && proxied && /ECONNREFUSED/.test(output) ? { kind: 'proxy' } : refusal;
}

function storageRefusal(error: unknown): InstallRefusal {
  return { kind: 'storage', said: error instanceof Error ? error.message : String(error) };
}

/** What a finished folder holds: versions by name (Python), nothing (Node). Undefined for one that was not finished. */
async function contentsOf(folder: string): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    const text = await readFile(path.join(folder, COMPLETE), 'utf8');
    return JSON.parse(text === '' ? '{}' : text) as Readonly<Record<string, string>>;
  } catch {
    return undefined;
  }
}

async function pythonContents(site: string): Promise<Readonly<Record<string, string>>> {
  const infos = (await readdir(site)).flatMap((name) => /^(.+?)-([^-]+)\.dist-info$/.exec(name) ?? []);
  const found: Record<string, string> = {};
  for (let at = 0; at < infos.length; at += 3)
    found[(infos[at + 1] ?? '').toLowerCase().replace(/[-_.]+/g, '-')] = infos[at + 2] ?? '';
  return found;
}

function lastLine(text: string): string {
  return text.trimEnd().split(/\r?\n/).at(-1)?.slice(0, 400) ?? '';
}
