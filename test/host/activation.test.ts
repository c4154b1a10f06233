import assert from 'node:assert/strict';
import * as vscode from 'vscode';

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

function spanline(): vscode.Extension<unknown> {
  const extension = vscode.extensions.getExtension('spanline.spanline');
  assert.ok(extension, 'VS Code does not know spanline.spanline');
  return extension;
}

suite('activation', () => {
  test('the extension activates without an error', async () => {
    await spanline().activate();
    assert.equal(spanline().isActive, true);
  });

  test('every command of the manifest is registered once it is active', async () => {
    await spanline().activate();
    const registered = new Set(await vscode.commands.getCommands(true));
    const { contributes } = spanline().packageJSON as Manifest;
    const missing = contributes.commands.map(({ command }) => command).filter((command) => !registered.has(command));
    assert.deepEqual(missing, []);
  });

  test('the receiver takes a free port here, never the default ones', () => {
    const receiver = vscode.workspace.getConfiguration('spanline.receiver');
    assert.deepEqual([receiver.get('httpPort'), receiver.get('grpcPort')], [0, 0]);
  });
});
