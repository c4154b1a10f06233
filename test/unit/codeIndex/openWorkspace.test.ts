import assert from 'node:assert/strict';
import { it } from 'node:test';
import { openWorkspace } from '../../../src/codeIndex/openWorkspace.ts';
import { brief, grammarFolder, hints, workspaceOf } from './openIndex.ts';

it('resolves hints over a folder without an engine, a worker or VS Code', async (test) => {
  const folder = await workspaceOf(test, { 'a.py': 'with tracer.start_as_current_span("load"):\n    pass\n' });
  const workspace = openWorkspace([folder], grammarFolder);
  test.after(() => workspace.close());
  const { candidates } = await workspace.resolve(hints({ spanName: 'load', language: 'python' }));
  assert.deepEqual(brief(candidates), ['exact a.py:1']);
});
