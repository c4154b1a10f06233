import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runFuzz } from '../fuzz/runFuzz.ts';

describe('mutated payloads', () => {
  it('crash and hang nothing, and leave the store as it was when they are refused', async () => {
    const result = await runFuzz({ inputs: 4000, seed: 20_261 });
    assert.equal(result.failure?.message, undefined, `input ${result.failure?.index ?? 0} of seed 20261`);
    assert.ok(result.accepted > 400 && result.refused > 400, JSON.stringify(result));
  });
});
