import { statSync } from 'node:fs';
import process from 'node:process';
import { setImmediate } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { Channel } from '../protocol/channel.ts';
import type { CodeIndexEvents, CodeIndexMethods } from '../protocol/codeIndexApi.ts';
import { portTransport } from '../protocol/portTransport.ts';
import { CodeIndex } from './codeIndex.ts';
import { codeIndexHandlers } from './codeIndexHandlers.ts';
import { nodeFileSystem } from './fileSystem.ts';
import { machinePathRules } from './machinePathRules.ts';
import { workedMs } from './workedTime.ts';

const port = parentPort;
if (!port) throw new Error('codeIndexWorker runs in a worker thread');

const index = new CodeIndex({
  fileSystem: nodeFileSystem,
  rules: machinePathRules(),
  onStatus: (status) => {
    channel.emit('index/changed', status);
  },
  log: (level, message) => {
    channel.emit('log', { level, message });
  },
  yieldToMessages: () => setImmediate(),
  build: buildOf(process.argv[1]),
  now: () => performance.now(),
  worked: workedMs,
});

const channel = new Channel<Record<string, never>, CodeIndexMethods, Record<string, never>, CodeIndexEvents>(
  portTransport(port, () => {
    port.close();
  }),
  codeIndexHandlers(index),
  {
    set: (callback, ms) => setTimeout(callback, ms),
    clear: (handle) => {
      clearTimeout(handle as NodeJS.Timeout);
    },
  },
);

/** Size and time of the script this worker runs: no version to forget to raise, also while it is worked on. */
function buildOf(script: string | undefined): string {
  const stats = script === undefined ? undefined : statSync(script, { throwIfNoEntry: false });
  return stats ? `${String(stats.size)} ${String(stats.mtimeMs)}` : '';
}
