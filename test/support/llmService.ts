import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { runVisibly } from '../../scripts/setup.mjs';
import { cleanEnvironment } from '../interop/runProgram.ts';

export const LLM_SERVICE = path.resolve(import.meta.dirname, '../../examples/llm-service');

const PYTHON = process.platform === 'win32' ? 'python' : 'python3';

/** The example with the language model, in a process of its own; it knows nothing of Spanline. */
export interface LlmService {
  readonly url: string;
  /** Resolves with the whole answer. */
  ask(question: string): Promise<{ readonly answer: string; readonly sources: readonly string[] }>;
  /** Resolves with the pieces of the answer in the order they came. */
  askStreaming(question: string): Promise<readonly string[]>;
  /** Ends it; the SDK sends its last spans first. */
  stop(): Promise<void>;
}

/** Makes the example's own Python environment, with its models, unless it is there. Needs Python 3.11 and PyPI. */
export function prepareLlmService(): Promise<void> {
  return runVisibly(PYTHON, ['start.py', '--install-only'], process.env, LLM_SERVICE);
}

/** Starts the example on a free port, after {@link prepareLlmService}; `env` sets its SDK up. */
export async function startLlmService(env: Readonly<Record<string, string>>): Promise<LlmService> {
  const child = spawn(PYTHON, ['start.py', '--port', '0'], {
    cwd: LLM_SERVICE,
    env: cleanEnvironment({ PYTHONDONTWRITEBYTECODE: '1', ...env }),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const url = await listeningUrl(child);
  const post = async (route: string, question: string): Promise<Response> => {
    const response = await fetch(new URL(route, url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ question }),
    });
    if (!response.ok) throw new Error(`${route}: ${String(response.status)} ${await response.text()}`);
    return response;
  };
  return {
    url,
    ask: async (question) => (await (await post('/ask', question)).json()) as Awaited<ReturnType<LlmService['ask']>>,
    askStreaming: async (question) =>
      [...(await (await post('/ask/stream', question)).text()).matchAll(/^data: (\{"text": .*)$/gm)].map(
        ([, data = '']) => (JSON.parse(data) as { text: string }).text,
      ),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      await ended;
    },
  };
}

async function listeningUrl(child: ChildProcess): Promise<string> {
  if (!child.stderr) throw new Error('no output to read');
  const lines = createInterface({ input: child.stderr });
  const said: string[] = [];
  for await (const line of lines) {
    said.push(line);
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(line.includes('running on') ? line : '') ?? [];
    if (url === undefined) continue;
    child.stderr.resume();
    return url;
  }
  throw new Error(`the example ended before it listened:\n${said.slice(-20).join('\n')}`);
}

/** The line (from 1) of the example's file on which `text` stands first. */
export function lineInService(file: string, text: string): number {
  const lines = readFileSync(path.join(LLM_SERVICE, file), 'utf8').split('\n');
  const index = lines.findIndex((line) => line.includes(text));
  if (index < 0) throw new Error(`${file} does not contain ${text}`);
  return index + 1;
}
