// npm run capture:locations [-- LANGUAGE…] [--labels] [--stamped]: runs the programs of a language with its real SDKs and
// writes what they sent to captures/LANGUAGE.json. Languages whose toolchain is not here are skipped. --labels prints
// every span with its label instead and goes on where there is none. --stamped runs them with instrument/ as a launch
// from Spanline does, and writes to captures/stamped/.
import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { findOnPath, runVisibly } from '../../../scripts/setup.mjs';
import { spansOf, writeCaptureFile } from './captureFile.ts';
import { labelOf, programFiles, PROGRAMS, readLabels, withoutLabels } from './labels.ts';
import { type LanguagePrograms, LANGUAGES } from './programTable.ts';
import { type Neutral, reduce } from './reduce.ts';
import { runPrograms, type ProgramRun } from './runPrograms.ts';

const INSTRUMENT = path.resolve(import.meta.dirname, '../../../instrument');
const CACHE = path.resolve(import.meta.dirname, '../../../.cache/locations');
const MANIFESTS =
  /(?:^|\/)(?:requirements\.txt|package(?:-lock)?\.json|go\.mod|go\.sum|pom\.xml|Cargo\.toml|Cargo\.lock)$/;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { labels: { type: 'boolean', default: false }, stamped: { type: 'boolean', default: false } },
});
const labels = readLabels();
let pythonFolder: string | undefined;
for (const unstamped of LANGUAGES) {
  if (positionals.length > 0 && !positionals.includes(unstamped.language)) continue;
  if (values.stamped && unstamped.stamped === undefined) continue;
  const language = values.stamped ? withStamps(unstamped) : unstamped;
  const absent = language.needs.filter((tool) => findOnPath(tool) === undefined);
  if (absent.length > 0) console.log(`skipped: ${language.language}, there is no ${absent.join(', no ')} on PATH`);
  else await captureLanguage(language);
}

function withStamps(language: LanguagePrograms): LanguagePrograms {
  const env: Record<string, string> = { ...language.env };
  for (const [name, value] of Object.entries(language.stamped ?? {})) {
    env[name] = value.replaceAll('{instrument}', INSTRUMENT) + (env[name] ?? '');
  }
  return { ...language, env };
}

async function captureLanguage(language: LanguagePrograms): Promise<void> {
  await mkdir(path.join(CACHE, language.language), { recursive: true });
  // Programs see where a link leads.
  const cache = await realpath(path.join(CACHE, language.language));
  const root = await copyPrograms(language.language);
  const fill = (text: string): string =>
    text.replaceAll('{cache}', cache).replaceAll('{root}', root).replaceAll('{home}', os.homedir());
  try {
    await buildPrograms(language, root, cache, fill);
    const run = await runPrograms(language, root, fill);
    const services = new Set(language.programs.map(({ service }) => service));
    const sent = { spans: run.collected.spans, logs: run.collected.logs };
    if (values.labels) {
      showLabels(language.language, sent.spans, services);
      return;
    }
    const capture = reduce(
      language.language,
      sent,
      (span) => {
        const { path: file, line, name } = labelOf(span, labels, services);
        return `${file}:${line} ${name}`;
      },
      (service) => neutralFor(language, service, root, run, fill),
    );
    writeCaptureFile(capture, values.stamped);
    console.log(`${language.language}: ${spansOf(capture).length} spans`);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** A copy without labels: stack traces quote the lines they name. */
async function copyPrograms(language: string): Promise<string> {
  const root = await realpath(await mkdtemp(path.join(os.tmpdir(), 'spanline-locations-')));
  for (const file of programFiles().filter((name) => name.startsWith(`${language}/`))) {
    const target = path.join(root, file.slice(language.length + 1));
    await mkdir(path.dirname(target), { recursive: true });
    await cp(path.join(PROGRAMS, file), target);
    const text = await readFile(target, 'utf8');
    const bare = withoutLabels(file, text);
    if (bare !== text) await writeFile(target, bare);
  }
  return root;
}

/** Packages are kept in the cache, and got again only when a manifest changed. */
async function buildPrograms(
  { build, buildEnv = {}, language }: LanguagePrograms,
  root: string,
  cache: string,
  fill: (text: string) => string,
): Promise<void> {
  const hash = createHash('sha256');
  for (const file of programFiles().filter((name) => name.startsWith(`${language}/`) && MANIFESTS.test(name))) {
    hash.update(readFileSync(path.join(PROGRAMS, file)));
  }
  const env = { ...process.env };
  for (const [name, value] of Object.entries(buildEnv)) env[name] = fill(value);
  const wanted = hash.digest('hex');
  const record = path.join(cache, 'manifests.sha256');
  const fresh = existsSync(record) && readFileSync(record, 'utf8') === wanted;
  for (const [first = '', ...rest] of build) {
    const once = first.startsWith('once:');
    if (once && fresh) continue;
    await runVisibly(fill(first.replace('once:', '')), rest.map(fill), env, root);
  }
  await writeFile(record, wanted);
}

/** What a service's texts become: its folder and the shared ones moved, ports numbered by service. */
function neutralFor(
  { programs, neutral }: LanguagePrograms,
  service: string,
  root: string,
  { ports }: ProgramRun,
  fill: (text: string) => string,
): Neutral {
  const folder = programs.find((program) => program.service === service);
  const python = pythonLibrary();
  const moved = [
    ...(folder ? [[path.join(root, folder.folder), folder.neutral] as const] : []),
    ...Object.entries(neutral).map(([from, to]) => {
      const place = fill(from).replace('{python}', python).replace('{node}', process.execPath);
      return [path.isAbsolute(place) ? place : path.join(root, place), to] as const;
    }),
    [root, '/srv/shop'] as const,
  ]
    .filter(([from]) => from.length > 1)
    .sort(([a], [b]) => b.length - a.length);
  const numbers = [...ports].map(([name, port], index) => [String(port), String(8000 + index), name] as const);
  return (text) => {
    let result = text;
    for (const [from, to] of moved) {
      result = result.replaceAll(new RegExp(`${escape(from)}([^"'\\s:,)(]*)`, 'g'), (_, rest: string) => {
        return to.includes('\\') ? to + rest.replaceAll('/', '\\') : to + rest;
      });
    }
    for (const [port, shown] of numbers) result = result.replaceAll(port, shown);
    return result;
  };
}

function pythonLibrary(): string {
  pythonFolder ??= askPython();
  return pythonFolder;
}

function askPython(): string {
  try {
    return execFileSync('python3', ['-c', 'import os; print(os.path.dirname(os.__file__))'], {
      encoding: 'utf8',
    }).trim();
  } catch {
    return '';
  }
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function showLabels(
  language: string,
  resourceSpans: Parameters<typeof spansOf>[0]['traces']['resourceSpans'],
  services: ReadonlySet<string>,
): void {
  const lines = spansOf({ language, traces: { resourceSpans } }).map((span) => {
    let place: string;
    try {
      const label = labelOf(span, labels, services);
      place = `${label.path}:${label.line}`;
    } catch (error) {
      place = `!! ${error instanceof Error ? error.message : String(error)}`;
    }
    const kind = span.value('kind') ?? '';
    const events = (span.span.events ?? []).map(({ name }) => name).join(',');
    return `${span.service} | ${span.name} | ${kind} | ${span.scope} | ^${span.parent?.name ?? ''} | ${events} | ${place}`;
  });
  for (const line of [...new Set(lines)].sort()) console.log(line);
}
