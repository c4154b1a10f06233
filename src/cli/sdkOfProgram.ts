import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import { ENGLISH } from '../core/launch/refusalText.ts';
import { Launcher } from '../launcher/launcher.ts';
import type { MissingSdk } from '../launcher/missingSdk.ts';
import { CommandError, EXIT } from './exitCodes.ts';
import { usage } from './options.ts';
import { printable, type Terminal } from './terminal.ts';

export interface SdkWish {
  /** The program and its arguments. */
  readonly words: readonly string[];
  /** The folder that packages are kept in. */
  readonly storage: string;
  readonly install: boolean;
  /** Without being asked. */
  readonly yes: boolean;
  readonly quiet: boolean;
}

/** What a program has to make spans with. */
export interface ProgramSdk {
  /** By which it finds what was installed for it. */
  readonly variables: Readonly<Record<string, string>>;
  /** It is known to have nothing that makes spans, and gets nothing. */
  readonly none: boolean;
}

/**
 * What a program without an SDK, or with one that nothing sets up, finds of what was installed for it, now or before. Says how to
 * install one where none was asked for.
 * @throws CommandError when it is refused, or given up: the program is not to be run then
 */
export async function sdkOfProgram(wish: SdkWish, terminal: Terminal): Promise<ProgramSdk> {
  const say = (line: string): void => {
    if (!wish.quiet) terminal.err(`spanline: ${line}`);
  };
  const launcher = new Launcher(wish.storage, () => undefined);
  const cwd = process.cwd();
  const started = { command: wish.words, cwd, root: projectRoot(cwd), env: terminal.env };
  const missing = await launcher.missingSdk(started);
  if (!missing) {
    if (wish.install)
      say('there is nothing to install: it has an SDK that is set up, or is no program of Python or Node');
    return { variables: {}, none: false };
  }
  const lacks = missing.unset
    ? `nothing in ${missing.service} sets up the OpenTelemetry SDK that one of its libraries brought`
    : `${missing.service} has no OpenTelemetry`;
  if (missing.present !== undefined) {
    say(missing.unset ? `${lacks}; ours does` : `${lacks} of its own; the one installed for it is used`);
    return { variables: missing.variables(missing.present), none: false };
  }
  const covered = missing.wanted.covered.join(', ');
  const what = missing.unset
    ? `what sets it up${covered === '' ? '' : ` and covers ${covered}`}`
    : `an SDK${covered === '' ? '' : ` that covers ${covered}`}`;
  if (!wish.install) {
    say(`${lacks}, so it sends no traces. To install ${what}, beside the project:`);
    if (!wish.quiet) terminal.err(`    spanline run --install-sdk -- ${wish.words.map(shellWord).join(' ')}`);
    return { variables: {}, none: true };
  }
  terminal.err(`spanline: ${lacks}. To install ${what}, into ${wish.storage}; the project stays as it is:`);
  for (const name of missing.wanted.packages) terminal.err(`    ${name}`);
  if (!wish.yes) await agree();
  return { variables: await install(launcher, missing, terminal), none: false };
}

/** Deletes every SDK that was installed; resolves to the exit code. */
export async function removeSdks(storage: string, terminal: Terminal): Promise<number> {
  const removed = await new Launcher(storage, () => undefined).removeSdks();
  terminal.err(
    `spanline: ${removed ? `the SDKs installed in ${storage} are gone` : `no SDK is installed in ${storage}`}`,
  );
  return EXIT.ok;
}

async function install(
  launcher: Launcher,
  missing: MissingSdk,
  terminal: Terminal,
): Promise<Readonly<Record<string, string>>> {
  const installed = await missing.install({
    signal: terminal.ended,
    onPackage: (name) => terminal.progress?.(`getting ${printable(name, 60)} …`),
  });
  terminal.progress?.('');
  if ('folder' in installed) return missing.variables(installed.folder);
  const why = printable(launcher.refusalText(installed.refusal, ENGLISH), 600);
  throw new CommandError(`OpenTelemetry could not be installed for ${missing.service}: ${why}`);
}

/** @throws CommandError unless a person says yes. */
async function agree(): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw usage('--install-sdk asks on a terminal; --yes installs without being asked');
  const questions = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await questions.question('Install? [y/N] ');
    if (!/^y(?:es)?$/i.test(answer.trim())) throw new CommandError('nothing was installed, and nothing was run');
  } finally {
    questions.close();
  }
}

/** The folder of the repository around; the one itself outside of any. */
function projectRoot(cwd: string): string {
  for (let folder = cwd; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, '.git'))) return folder;
    if (folder === path.dirname(folder)) return cwd;
  }
}

/** As a shell takes it back. */
function shellWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return process.platform === 'win32' ? `"${word.replaceAll('"', '""')}"` : `'${word.replaceAll("'", `'\\''`)}'`;
}
