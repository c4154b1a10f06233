import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { port: { type: 'string', default: process.env['PORT'] ?? '8088' } } });

const children: ChildProcess[] = [];
let stopping = false;

/** Starts one service in a process of its own and waits until it listens. */
function startService(name: string, environment: Record<string, string> = {}): Promise<string> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(`src/${name}.ts`, import.meta.url))], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, PORT: '0', ...environment },
  });
  children.push(child);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('message', (message: { url: string }) => {
      resolve(message.url);
    });
    child.once('exit', (code) => {
      reject(new Error(`${name} ended with code ${String(code)}`));
      if (!stopping) {
        console.error(`${name} ended with code ${String(code)}; stopping the others`);
        process.exitCode = 1;
        stop();
      }
    });
  });
}

/** Asks every service to send its last spans and end; this process ends when they have. */
function stop(): void {
  if (stopping) return;
  stopping = true;
  for (const child of children) {
    if (child.connected) child.disconnect();
  }
}

process.on('SIGINT', stop);
process.on('SIGTERM', stop);

try {
  const [features, retrieval, model] = await Promise.all([
    startService('features'),
    startService('retrieval'),
    startService('model'),
  ]);
  const url = await startService('gateway', {
    PORT: values.port,
    FEATURES_URL: features,
    RETRIEVAL_URL: retrieval,
    MODEL_URL: model,
  });
  console.log(JSON.stringify({ ready: true, url }));
} catch {
  // The service that failed said why.
  process.exitCode = 1;
  stop();
}
