import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { newTraceId, postTraces, traceJson } from '../support/otlpJson.ts';

const file = (): vscode.Uri =>
  vscode.Uri.file(path.join(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '', 'src/predict.py'));
/** Line of `def predict`, from 0. */
const FUNCTION_LINE = 5;

async function endpoint(): Promise<string> {
  await vscode.commands.executeCommand('spanline.startReceiver');
  await vscode.commands.executeCommand('spanline.copyEndpoint');
  return vscode.env.clipboard.readText();
}

async function call(times: number, durationMs: number, name = 'model.predict'): Promise<void> {
  const spans = Array.from({ length: times }, (_, i) => ({
    name,
    durationMs,
    error: i === 0 && times > 1,
    attributes: { 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 1000 },
  }));
  await postTraces(await endpoint(), traceJson(newTraceId(), 'insights', spans));
}

async function lenses(): Promise<readonly vscode.CodeLens[]> {
  const all = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', file(), 50);
  return all.filter(({ command }) => command?.command === 'spanline.showFunctionSpans');
}

/** Lenses once one fits; each round trip lets the host take in what came. */
async function lensWhere(fits: (title: string, line: number) => boolean): Promise<vscode.CodeLens> {
  const seen = new Set<string>();
  for (const until = Date.now() + 18_000; Date.now() < until;) {
    for (const lens of await lenses()) {
      const title = lens.command?.title.replaceAll('\u00a0', ' ') ?? '';
      seen.add(`${lens.range.start.line}: ${title}`);
      if (fits(title, lens.range.start.line)) return lens;
    }
  }
  throw new Error(`no lens fits; seen: ${[...seen].join(' | ') || 'none'}`);
}

suite('what the editor says of calls', () => {
  suiteSetup(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('spanline.startReceiver');
    await vscode.commands.executeCommand('spanline.clear');
    await vscode.window.showTextDocument(file());
  });
  suiteTeardown(async () => {
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('spanline.clearFilter');
    await vscode.commands.executeCommand('spanline.stopReceiver');
  });

  test('a lens above a function counts its calls, errors and tokens', async () => {
    await call(2, 120);
    const lens = await lensWhere((title) =>
      title.startsWith('2 calls · p50 120 ms · max 120 ms · 1 error · 2k tokens'),
    );
    assert.equal(lens.range.start.line, FUNCTION_LINE);
  }).timeout(40_000);

  test('a lens follows its function through edits, and an edit of the function makes it stale', async () => {
    const edit = async (line: number, character: number, text: string): Promise<void> => {
      const change = new vscode.WorkspaceEdit();
      change.insert(file(), new vscode.Position(line, character), text);
      await vscode.workspace.applyEdit(change);
    };
    await edit(0, 0, '# a line more\n');
    await lensWhere((title, line) => line === FUNCTION_LINE + 1 && title.startsWith('2 calls'));
    await edit(FUNCTION_LINE + 2, 4, '# edited\n    ');
    await lensWhere((title) => title.startsWith('$(history) before the last edit: 2 calls'));
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await lensWhere((title, line) => line === FUNCTION_LINE && title.startsWith('2 calls'));
  }).timeout(60_000);

  test('a lens and its hover are at their lines after another program wrote the file twice', async () => {
    const before = await vscode.workspace.fs.readFile(file());
    try {
      for (const lines of ['# one\n', '# one\n# two\n'])
        await vscode.workspace.fs.writeFile(file(), Buffer.concat([Buffer.from(lines), before]));
      await lensWhere((title, line) => line === FUNCTION_LINE + 2 && title.includes('2 calls'));
      const at = new vscode.Position(FUNCTION_LINE + 2, 5);
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', file(), at);
      const contents = hovers.flatMap((hover) => hover.contents);
      const texts = contents.map((content) => (content instanceof vscode.MarkdownString ? content.value : ''));
      assert.match(texts.join('\n'), /Show Span/);
    } finally {
      await vscode.workspace.fs.writeFile(file(), before);
    }
    await lensWhere((title, line) => line === FUNCTION_LINE && title.includes('2 calls'));
  }).timeout(60_000);

  test('a lens shows the traces with these spans', async () => {
    const lens = await lensWhere((title) => title.startsWith('2 calls'));
    await vscode.commands.executeCommand(
      lens.command?.command ?? '',
      ...((lens.command?.arguments ?? []) as unknown[]),
    );
    const isOpen = (): boolean =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .some(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('spanline.trace'));
    // The workbench tells of tabs in its own time.
    if (!isOpen()) {
      await new Promise<void>((resolve) => {
        const listener = vscode.window.tabGroups.onDidChangeTabs(() => {
          if (!isOpen()) return;
          listener.dispose();
          resolve();
        });
      });
    }
  }).timeout(40_000);

  test('no lens is shown when the setting is off', async () => {
    const config = vscode.workspace.getConfiguration('spanline.editor');
    await lensWhere((title) => title.includes('calls'));
    await config.update('lens', false, vscode.ConfigurationTarget.Global);
    try {
      assert.deepEqual(await lenses(), []);
    } finally {
      await config.update('lens', undefined, vscode.ConfigurationTarget.Global);
    }
  }).timeout(40_000);
});
