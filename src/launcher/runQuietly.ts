import { type ChildProcess, spawn } from 'node:child_process';
import process from 'node:process';

const KILL_MS = 3000;
const MAX_OUTPUT = 4 * 1024 * 1024;

export interface QuietRun {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Whole lines of both streams, as they come. */
  readonly onLine?: (line: string) => void;
}

/** How a program ended; `code` undefined: it was not there, or was ended (`why`). */
export interface QuietEnd {
  readonly code: number | undefined;
  readonly why: 'ended' | 'missing' | 'aborted' | 'timeout';
  readonly stdout: string;
  /** Of both streams, in order of arrival. */
  readonly output: string;
}

/** Runs a program without a shell and without input; resolves when it is gone, also after it was aborted. Never rejects. */
export async function runQuietly(run: QuietRun): Promise<QuietEnd> {
  if (run.signal?.aborted === true) return { code: undefined, why: 'aborted', stdout: '', output: '' };
  return new Promise((resolve) => {
    const child = start(run);
    let why: QuietEnd['why'] = 'ended';
    let stdout = '';
    let output = '';
    const tails: Record<'stdout' | 'stderr', string> = { stdout: '', stderr: '' };
    const take = (stream: 'stdout' | 'stderr') => (chunk: string) => {
      if (stream === 'stdout' && stdout.length < MAX_OUTPUT) stdout += chunk;
      if (output.length < MAX_OUTPUT) output += chunk;
      const lines = (tails[stream] + chunk).split(/\r?\n|\r/);
      tails[stream] = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') run.onLine?.(line);
    };
    child.stdout?.setEncoding('utf8').on('data', take('stdout'));
    child.stderr?.setEncoding('utf8').on('data', take('stderr'));
    let force: NodeJS.Timeout | undefined;
    const stop = (reason: QuietEnd['why']): void => {
      if (why === 'ended') why = reason;
      child.kill();
      force ??= setTimeout(() => child.kill('SIGKILL'), KILL_MS);
    };
    const onAbort = (): void => stop('aborted');
    const timer = setTimeout(() => stop('timeout'), run.timeoutMs);
    run.signal?.addEventListener('abort', onAbort, { once: true });
    const end = (code: number | undefined, reason = why): void => {
      clearTimeout(timer);
      clearTimeout(force);
      run.signal?.removeEventListener('abort', onAbort);
      resolve({ code, why: reason, stdout, output });
    };
    child.once('error', (error: NodeJS.ErrnoException) => {
      output += error.message;
      end(undefined, error.code === 'ENOENT' ? 'missing' : why);
    });
    child.once('close', (code) => end(why === 'ended' ? (code ?? undefined) : undefined));
  });
}

function start({ program, args, cwd, env }: QuietRun): ChildProcess {
  const options = {
    stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'],
    env: { ...(env ?? process.env) },
    windowsHide: true,
    ...(cwd !== undefined && { cwd }),
  };
  if (process.platform !== 'win32' || !/\.(?:cmd|bat)$/i.test(program)) return spawn(program, args, options);
  // npm and its like are .cmd files, which only the shell starts.
  const line = [program, ...args].map((part) => `"${part.replaceAll('"', '""')}"`).join(' ');
  return spawn(process.env['ComSpec'] ?? 'cmd.exe', ['/d', '/s', '/c', `"${line}"`], {
    ...options,
    windowsVerbatimArguments: true,
  });
}
