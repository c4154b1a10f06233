import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startWorkbench, type TestWorkbench } from '../support/workbench.ts';
import { zipNames } from '../support/zipNames.ts';

const vsix = path.resolve(import.meta.dirname, '../../out/spanline.vsix');

// Everything a user gets. A file that is missing here breaks the extension, one too many ships what is not ours to ship.
const SHIPPED = [
  '[Content_Types].xml',
  'extension.vsixmanifest',
  'extension/LICENSE.txt',
  'extension/changelog.md',
  'extension/dist/codeIndex.cjs',
  'extension/dist/codicon.css',
  'extension/dist/codicon.ttf',
  'extension/dist/engine.cjs',
  'extension/dist/extension.cjs',
  'extension/dist/grammars/tree-sitter-c-sharp.wasm',
  'extension/dist/grammars/tree-sitter-go.wasm',
  'extension/dist/grammars/tree-sitter-java.wasm',
  'extension/dist/grammars/tree-sitter-javascript.wasm',
  'extension/dist/grammars/tree-sitter-python.wasm',
  'extension/dist/grammars/tree-sitter-rust.wasm',
  'extension/dist/grammars/tree-sitter-tsx.wasm',
  'extension/dist/grammars/tree-sitter-typescript.wasm',
  'extension/dist/grammars/tree-sitter.wasm',
  'extension/dist/launcher.cjs',
  'extension/dist/starting.cjs',
  'extension/dist/webview-LateViews.js',
  'extension/dist/webview-chunk.js',
  'extension/dist/webview.css',
  'extension/dist/webview.js',
  'extension/examples/ticket-triage/README.md',
  'extension/examples/ticket-triage/data/customers.json',
  'extension/examples/ticket-triage/data/documents.jsonl',
  'extension/examples/ticket-triage/data/orders.json',
  'extension/examples/ticket-triage/data/tickets.csv',
  'extension/examples/ticket-triage/package-lock.json',
  'extension/examples/ticket-triage/package.json',
  'extension/examples/ticket-triage/send.ts',
  'extension/examples/ticket-triage/src/classifier.ts',
  'extension/examples/ticket-triage/src/features.ts',
  'extension/examples/ticket-triage/src/gateway.ts',
  'extension/examples/ticket-triage/src/http.ts',
  'extension/examples/ticket-triage/src/model.ts',
  'extension/examples/ticket-triage/src/rerank.ts',
  'extension/examples/ticket-triage/src/retrieval.ts',
  'extension/examples/ticket-triage/src/searchIndex.ts',
  'extension/examples/ticket-triage/src/summary.ts',
  'extension/examples/ticket-triage/src/telemetry.ts',
  'extension/examples/ticket-triage/src/text.ts',
  'extension/examples/ticket-triage/start.ts',
  'extension/examples/ticket-triage/tsconfig.json',
  'extension/instrument/README.md',
  'extension/instrument/node/README.md',
  'extension/instrument/node/attach.cjs',
  'extension/instrument/node/callSites.cjs',
  'extension/instrument/node/callText.cjs',
  'extension/instrument/node/calls.cjs',
  'extension/instrument/node/describe.cjs',
  'extension/instrument/node/exit.cjs',
  'extension/instrument/node/findFunction.cjs',
  'extension/instrument/node/flush.cjs',
  'extension/instrument/node/functionPlace.cjs',
  'extension/instrument/node/handlers.cjs',
  'extension/instrument/node/moduleHooks.cjs',
  'extension/instrument/node/pipeline.cjs',
  'extension/instrument/node/places.cjs',
  'extension/instrument/node/register.cjs',
  'extension/instrument/node/rewrite.cjs',
  'extension/instrument/node/runningSpans.cjs',
  'extension/instrument/node/sdk.cjs',
  'extension/instrument/node/sendLast.cjs',
  'extension/instrument/node/sockets.cjs',
  'extension/instrument/node/spanStamper.cjs',
  'extension/instrument/node/standby.cjs',
  'extension/instrument/node/standbySdk.cjs',
  'extension/instrument/node/startFrames.cjs',
  'extension/instrument/node/starts.cjs',
  'extension/instrument/node/tensors.cjs',
  'extension/instrument/node/tokens.cjs',
  'extension/instrument/node/traceFunctions.cjs',
  'extension/instrument/node/tracedFiles.cjs',
  'extension/instrument/node/wake.cjs',
  'extension/instrument/python/_spanline/__init__.py',
  'extension/instrument/python/_spanline/arrays.py',
  'extension/instrument/python/_spanline/begin.py',
  'extension/instrument/python/_spanline/calls.py',
  'extension/instrument/python/_spanline/containers.py',
  'extension/instrument/python/_spanline/describe.py',
  'extension/instrument/python/_spanline/flush.py',
  'extension/instrument/python/_spanline/frames.py',
  'extension/instrument/python/_spanline/front.py',
  'extension/instrument/python/_spanline/functions.py',
  'extension/instrument/python/_spanline/handlers.py',
  'extension/instrument/python/_spanline/imports.py',
  'extension/instrument/python/_spanline/objects.py',
  'extension/instrument/python/_spanline/packages.py',
  'extension/instrument/python/_spanline/remind.py',
  'extension/instrument/python/_spanline/rewrite.py',
  'extension/instrument/python/_spanline/stamp.py',
  'extension/instrument/python/_spanline/standby.py',
  'extension/instrument/python/_spanline/starts.py',
  'extension/instrument/python/_spanline/tables.py',
  'extension/instrument/python/_spanline/taps/__init__.py',
  'extension/instrument/python/_spanline/taps/boosters.py',
  'extension/instrument/python/_spanline/taps/estimators.py',
  'extension/instrument/python/_spanline/taps/llama.py',
  'extension/instrument/python/_spanline/taps/modules.py',
  'extension/instrument/python/_spanline/taps/onnx.py',
  'extension/instrument/python/_spanline/taps/sentences.py',
  'extension/instrument/python/_spanline/taps/shown.py',
  'extension/instrument/python/_spanline/taps/tap.py',
  'extension/instrument/python/_spanline/taps/vectors.py',
  'extension/instrument/python/_spanline/tests.py',
  'extension/instrument/python/_spanline/texts.py',
  'extension/instrument/python/sitecustomize.py',
  'extension/l10n/bundle.l10n.json',
  'extension/media/icon.png',
  'extension/media/panel-dark.svg',
  'extension/media/panel-light.svg',
  'extension/media/spanline.svg',
  'extension/media/traced-dark.svg',
  'extension/media/traced-light.svg',
  'extension/package.json',
  'extension/package.nls.json',
  'extension/readme.md',
];
const MAX_BYTES = 6 * 1024 * 1024;

describe('the .vsix', () => {
  it('holds what is meant to ship and nothing else', () => {
    const names = zipNames(vsix).filter((name) => !name.endsWith('.LEGAL.txt'));
    assert.deepEqual(names, SHIPPED);
  });

  it('is at most 6 MB', () => {
    const { size } = fs.statSync(vsix);
    assert.ok(size <= MAX_BYTES, `${size} bytes`);
  });

  describe('installed', () => {
    let code: TestWorkbench;
    before(async () => {
      code = await startWorkbench({ vsix: [vsix] });
    });
    after(() => code.stop());

    it('shows the status item and no error', async () => {
      await code.withWindow('package', async (window) => {
        await window.statusItem.waitFor();
        assert.deepEqual(await window.errors(), []);
      });
    });
  });
});
