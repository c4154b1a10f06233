// npm run demo: the main job on a real service, in a real VS Code.
//   npm run demo               opens VS Code (desktop `code` when it is on PATH, else the VS Code server from npm, in your
//                              browser), starts the example service, sends it tickets, says where to click
//   npm run demo -- --headless walks the same way by itself in Chromium, checks each step, writes out/screenshots/*.png
import { spawn } from 'node:child_process';
import http from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { root } from './pinnedNode.mjs';
import { ensureDependencies, findOnPath, runVisibly, step } from './setup.mjs';

const headless = process.argv.includes('--headless');
const WINDOW_WAIT_MS = 10 * 60_000;

await ensureDependencies();
await step('building the extension', () => runVisibly(process.execPath, ['esbuild.mjs']));
// Imported only now: they need the packages that were just installed.
const { TICKET_TRIAGE, ensureTicketTriage, startTicketTriage, lineOf } =
  await import('../test/support/ticketTriage.ts');
await step('preparing the example service', ensureTicketTriage);

if (headless) {
  const { walkMainJob } = await import('../test/support/mainJob.ts');
  const failed = await walkMainJob((line) => console.log(line));
  process.exitCode = failed ? 1 : 0;
} else {
  await interactive();
}

/** Whether a Spanline answers on the port that SDKs send to by default. */
function receiverAnswers() {
  return new Promise((resolve) => {
    const request = http.get('http://127.0.0.1:4318/', (response) => {
      response.resume();
      resolve(response.headers['server'] === 'Spanline');
    });
    request.on('error', () => resolve(false)).setTimeout(1000, () => request.destroy());
  });
}

async function interactive() {
  const stopWindow = await openWindow();
  const service = await startTicketTriage();
  const stop = async () => {
    await service.stop();
    await stopWindow();
    process.exit(0);
  };
  process.on('SIGINT', () => void stop());
  process.on('SIGTERM', () => void stop());

  console.log('Waiting for the window to receive on port 4318 …');
  const end = Date.now() + WINDOW_WAIT_MS;
  while (!(await receiverAnswers())) {
    if (Date.now() > end) throw new Error('No window of Spanline answers on port 4318. Is another program holding it?');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  console.log((await service.send(12)).trimEnd());
  console.log(`
The service sent twelve tickets; its SDK exports every 5 seconds, so the traces appear within that time.

  1. Click the Spanline icon (staggered bars) in the activity bar: the list of traces, newest first. Two took far longer than the others.
  2. Click a slow one. The waterfall opens; the long bar is retrieval.rerank: 500 documents instead of 20.
  3. Press Enter on it: the editor opens src/retrieval.ts at line ${lineOf('src/retrieval.ts', "'retrieval.rerank'")}.
  4. Click retrieval.search and read its Input and Output; then the log record "no filter for product …".
  5. The trace with the red icon failed: its Events show the exception, and each frame is a link.

Press Enter here to send the tickets again, Ctrl+C to end everything.`);
  for await (const _ of createInterface({ input: process.stdin })) console.log((await service.send(12)).trimEnd());
}

/** Opens VS Code on the example; resolves with what ends it. */
async function openWindow() {
  const code = findOnPath('code');
  if (code) {
    console.log('Opening VS Code (desktop) on the example …');
    const args = [`--extensionDevelopmentPath=${root}`, TICKET_TRIAGE];
    spawn(code, args, { stdio: 'ignore', detached: true, shell: process.platform === 'win32' }).unref();
    return async () => {};
  }
  const { start } = await import('../tools/vscode/wb.mjs');
  const workbench = await step('starting the VS Code server', () => start({ browser: false }));
  const address = workbench.url(TICKET_TRIAGE, [['extensionDevelopmentPath', workbench.remote(path.resolve(root))]]);
  console.log(`\nOpen this address in Chrome, Edge or Chromium:\n\n  ${address}\n`);
  return () => workbench.stop();
}
