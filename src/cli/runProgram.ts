import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import process from 'node:process';
import { CommandError } from './exitCodes.ts';
import { printable, type Terminal } from './terminal.ts';

/** As shells and `env` end when a program is not there, or cannot be run. */
const NOT_FOUND = 127;
const NOT_RUNNABLE = 126;
/** Added to the number of the signal that ended a program, as shells do. */
const BY_SIGNAL = 128;

/**
 * Runs a program with this process's streams; resolves to what it ended with. Signals are handed on, except those that a
 * terminal sends to both of us anyway.
 * @throws CommandError when it cannot be started, with the exit code that shells use.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
): Promise<number> {
  const child = start(program, args, env);
  terminal.takeSignals((signal) => {
    const alsoSentToChild = process.stdin.isTTY && (signal === 'SIGINT' || signal === 'SIGHUP');
    if (!alsoSentToChild) child.kill(signal);
  });
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      const name = printable(program, 80);
      if (error.code === 'ENOENT') reject(new CommandError(`there is no program ${name}`, NOT_FOUND));
      else reject(new CommandError(`${name} cannot be run: ${error.message}`, NOT_RUNNABLE));
    });
    child.once('close', (code, signal) => {
      resolve(code ?? BY_SIGNAL + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

function start(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ChildProcess {
  if (process.platform !== 'win32' || /\.exe$/i.test(program)) return spawn(program, args, { stdio: 'inherit', env });
  // npm, npx and their like are .cmd files, which only the shell starts.
  const line = [program, ...args].map((part) => `"${part.replaceAll('"', '""')}"`).join(' ');
  return spawn(env['ComSpec'] ?? 'cmd.exe', ['/d', '/s', '/c', `"${line}"`], {
    stdio: 'inherit',
    env,
    windowsVerbatimArguments: true,
  });
}
