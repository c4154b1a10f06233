import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { newTraceId, postTraces, traceJson } from '../support/otlpJson.ts';

const run = (command: string, argument?: unknown): Thenable<unknown> =>
  vscode.commands.executeCommand(command, argument);

async function endpoint(): Promise<string> {
  await run('spanline.startReceiver');
  await run('spanline.copyEndpoint');
  return vscode.env.clipboard.readText();
}

suite('commands', () => {
  suiteTeardown(() => run('spanline.stopReceiver'));

  test('the copied endpoint is where the receiver answers, until it is stopped', async () => {
    const address = await endpoint();
    assert.match(address, /^http:\/\/localhost:\d+$/);
    assert.equal((await fetch(address)).headers.get('server'), 'Spanline');
    await run('spanline.stopReceiver');
    await assert.rejects(fetch(address));
  });

  test('the setting for a faster export is copied as programs read it', async () => {
    await run('spanline.copyScheduleDelay');
    assert.equal(await vscode.env.clipboard.readText(), 'OTEL_BSP_SCHEDULE_DELAY=200');
  });

  test('ids of other forms than a trace has are not taken from an argument', async () => {
    await vscode.env.clipboard.writeText('untouched');
    for (const traceId of ['', 'x', '0'.repeat(32), '../../etc/passwd', 'a'.repeat(33), 7, null]) {
      await run('spanline.copyTraceId', { traceId });
      assert.equal(await vscode.env.clipboard.readText(), 'untouched', String(traceId));
    }
    const traceId = newTraceId();
    await run('spanline.copyTraceId', { trace: { traceId } });
    assert.equal(await vscode.env.clipboard.readText(), traceId);
  });

  test('the name of a span is copied as it was sent', async () => {
    const traceId = newTraceId();
    const spanId = 'ab'.repeat(8);
    const name = '$(trash) [x](command:y) \u202e';
    await postTraces(await endpoint(), traceJson(traceId, 'fixture', [{ name, spanId }]));
    await run('spanline.copySpanName', { traceId, spanId });
    assert.equal(await vscode.env.clipboard.readText(), name);
  });

  test('a trace file is read, and its trace shown', async () => {
    await run('workbench.action.closeAllEditors');
    const folder = mkdtempSync(path.join(tmpdir(), 'spanline-host-'));
    const file = path.join(folder, 'one.jsonl');
    const traceId = newTraceId();
    writeFileSync(file, `${traceJson(traceId, 'fixture', [{ name: 'from a file' }])}\n`);
    try {
      const shown = new Promise<void>((resolve) => {
        vscode.window.tabGroups.onDidChangeTabs(({ opened, changed }) => {
          if ([...opened, ...changed].some(({ label }) => label === 'from a file')) resolve();
        });
      });
      await run('spanline.openTraceFile', vscode.Uri.file(file));
      await shown;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('hiding traces like one adds a rule to the workspace’s settings', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file('/none');
    const settings = vscode.Uri.joinPath(folder, '.vscode/settings.json');
    const rules = (): unknown => vscode.workspace.getConfiguration().inspect('spanline.noise.rules')?.workspaceValue;
    assert.equal(rules(), undefined);
    const traceId = newTraceId();
    await postTraces(await endpoint(), traceJson(traceId, 'fixture', [{ name: 'GET /poll' }]));
    try {
      await run('spanline.hideTracesLikeThis', { trace: { traceId } });
      const [[name, rule] = []] = Object.entries(rules() ?? {});
      assert.equal(name, 'GET /poll · fixture');
      assert.deepEqual((rule as { readonly name: unknown }).name, ['GET /poll']);
      assert.deepEqual((rule as { readonly service: unknown }).service, ['fixture']);
      const all = Object.keys(vscode.workspace.getConfiguration().get<object>('spanline.noise.rules') ?? {});
      assert.ok(all.includes('health checks') && all.includes(name), 'the rules that come with it stay');
    } finally {
      await vscode.workspace
        .getConfiguration()
        .update('spanline.noise.rules', undefined, vscode.ConfigurationTarget.Workspace);
      await vscode.workspace.fs.delete(vscode.Uri.joinPath(settings, '..'), { recursive: true });
    }
  });

  test('a trace opens in a panel, and again in the same panel', async () => {
    await run('workbench.action.closeAllEditors');
    const traceId = newTraceId();
    await postTraces(await endpoint(), traceJson(traceId, 'fixture', [{ name: 'one' }]));
    const panels = (): vscode.Tab[] =>
      vscode.window.tabGroups.all
        .flatMap((group) => group.tabs)
        .filter((tab) => tab.input instanceof vscode.TabInputWebview);
    const opened = new Promise<void>((resolve) => {
      vscode.window.tabGroups.onDidChangeTabs(() => {
        if (panels().length > 0) resolve();
      });
    });
    await run('spanline.openTrace', { traceId });
    await opened;
    await run('spanline.openTrace', { traceId });
    await run('spanline.openPanel');
    assert.equal(panels().length, 1);
    await run('workbench.action.closeAllEditors');
  });
});
