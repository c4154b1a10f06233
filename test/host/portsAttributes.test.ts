import assert from 'node:assert/strict';
import * as vscode from 'vscode';

suite('forwarded ports', () => {
  test('the OTLP ports are not forwarded by themselves', () => {
    const attributes =
      vscode.workspace
        .getConfiguration('remote')
        .get<Record<string, { readonly onAutoForward?: string }>>('portsAttributes') ?? {};
    for (const port of ['4317', '4318', '14317', '14318'])
      assert.equal(attributes[port]?.onAutoForward, 'ignore', port);
    assert.ok('443' in attributes, 'the defaults of VS Code are kept');
  });
});
