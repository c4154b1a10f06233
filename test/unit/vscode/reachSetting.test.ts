import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseReach } from '../../../src/vscode/reachSetting.ts';

for (const [setting, reach] of [
  ['thisMachine', 'thisMachine'],
  ['', 'thisMachine'],
  [' containers ', 'containers'],
  ['192.168.1.7', ['192.168.1.7']],
  ['192.168.1.7, fd00::1', ['192.168.1.7', 'fd00::1']],
  // Refused by the receiver as no address, and said.
  ['containers, 192.168.1.7', ['containers', '192.168.1.7']],
] as const) {
  it(`the reach ${JSON.stringify(setting)} is ${JSON.stringify(reach)}`, () => {
    assert.deepEqual(parseReach(setting), reach);
  });
}
