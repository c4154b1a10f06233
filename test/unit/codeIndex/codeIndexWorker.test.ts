import assert from 'node:assert/strict';
import path from 'node:path';
import { it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { Channel } from '../../../src/protocol/channel.ts';
import type { CodeIndexEvents, CodeIndexMethods, CodeIndexStatus } from '../../../src/protocol/codeIndexApi.ts';
import { portTransport } from '../../../src/protocol/portTransport.ts';
import { brief, fixtures, grammarFolder, hints } from './openIndex.ts';

it('the worker answers over its port, waiting for the first index', async () => {
  const worker = new Worker(new URL('../../../src/codeIndex/codeIndexWorker.ts', import.meta.url));
  const exited = new Promise((resolve) => worker.once('exit', resolve));
  const channel = new Channel<CodeIndexMethods, Record<string, never>, CodeIndexEvents, Record<string, never>>(
    portTransport(worker, () => void worker.terminate()),
    {},
    {
      set: (callback, ms) => setTimeout(callback, ms),
      clear: (handle) => {
        clearTimeout(handle as NodeJS.Timeout);
      },
    },
  );
  const statuses: CodeIndexStatus[] = [];
  channel.on('index/changed', (status) => statuses.push(status));
  try {
    const folders = [{ path: path.join(fixtures, 'node'), name: 'node' }];
    await channel.request('index/configure', { folders, pathMappings: [], excludes: [], grammarFolder });
    const resolution = await channel.request('source/resolve', { hints: hints({ spanName: 'retrieval.search' }) });
    assert.deepEqual(brief(resolution.candidates), ['exact src/retrieval.ts:10 search']);
    assert.equal((await channel.request('index/status', {})).state, 'ready');
    assert.equal(statuses.at(-1)?.state, 'ready');
  } finally {
    channel.dispose();
    await exited;
  }
});
