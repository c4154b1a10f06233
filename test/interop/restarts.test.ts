import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { EXITS, placeWithSdk } from './reload/programs.ts';
import { RestartRig } from './reload/restartRig.ts';
import { saveUnderLoad, startReloading } from './reload/scenarios.ts';
import { skip } from './capturePython.ts';

/** The short form of `npm run e2e:reload`. */
describe('a program run with tracing', () => {
  let rig: RestartRig;
  before(async () => {
    rig = await RestartRig.start();
  });
  after(() => rig.stop());

  it('loses no span that ended when its file is saved while it serves', { skip }, async () => {
    const { answered, processes, lost } = await saveUnderLoad(rig, await startReloading(rig, 'python'), 1);
    assert.deepEqual([processes, lost], [2, []], `${String(answered)} answered`);
  });

  for (const [how, title] of [
    ['exit', 'by process.exit'],
    ['error', 'by an error that nobody catches'],
  ] as const) {
    it(`loses no span that ended when it leaves ${title}`, async () => {
      const folder = await mkdtemp(path.join(rig.folder, 'exits-'));
      await placeWithSdk(EXITS, folder);
      const traces = await rig.output([process.execPath, EXITS.file, how], folder);
      assert.equal(traces.length, 300);
      assert.deepEqual(await rig.missing(new Set(traces), 1), []);
    });
  }
});
