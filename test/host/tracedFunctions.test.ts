import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { newTraceId, postTraces, traceJson } from '../support/otlpJson.ts';

const folder = (): vscode.Uri => vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file('/none');
const file = (): vscode.Uri => vscode.Uri.file(path.join(folder().fsPath, 'src/predict.py'));
/** Line of `def predict`, from 0. */
const FUNCTION_LINE = 5;
const ENTRY = 'src/predict.py#predict';

const run = (command: string, argument?: unknown): Thenable<unknown> =>
  vscode.commands.executeCommand(command, argument);
const list = (): readonly unknown[] =>
  vscode.workspace.getConfiguration(undefined, folder()).get<readonly unknown[]>('spanline.trace.functions') ?? [];
const write = (value: readonly unknown[] | undefined): Thenable<void> =>
  vscode.workspace
    .getConfiguration(undefined, folder())
    .update('spanline.trace.functions', value, vscode.ConfigurationTarget.WorkspaceFolder);

/** `line: title` of each lens about tracing, in order. */
async function lenses(): Promise<readonly string[]> {
  const all = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', file(), 50);
  return all
    .filter(({ command }) => /[tT]rac(e|ing)|tracedFunctions/.test(command?.command ?? ''))
    .map(({ range, command }) => `${range.start.line}: ${command?.title ?? ''}`);
}

/** Once the lenses are these; each round trip lets the host take in what came. */
async function lensesAre(wanted: readonly string[]): Promise<void> {
  let seen: readonly string[] = [];
  for (const until = Date.now() + 18_000; Date.now() < until;) {
    seen = await lenses();
    if (JSON.stringify(seen) === JSON.stringify(wanted)) return;
  }
  assert.deepEqual(seen, wanted);
}

const TRACED = [`${FUNCTION_LINE}: Traced from the next start`, `${FUNCTION_LINE}: stop`];

suite('functions that are traced', () => {
  suiteSetup(async () => {
    await run('workbench.action.closeAllEditors');
    await run('spanline.startReceiver');
    await run('spanline.clear');
  });
  setup(async () => {
    const editor = await vscode.window.showTextDocument(file());
    editor.selection = new vscode.Selection(FUNCTION_LINE, 6, FUNCTION_LINE, 6);
  });
  suiteTeardown(async () => {
    await write(undefined);
    await vscode.workspace.fs.delete(vscode.Uri.joinPath(folder(), '.vscode'), { recursive: true });
    await run('workbench.action.files.revert');
    await run('workbench.action.closeAllEditors');
    await run('spanline.stopReceiver');
  });

  test('the function at the caret goes on the list, once, and says so above it', async () => {
    await run('spanline.traceFunction');
    assert.deepEqual(list(), [ENTRY]);
    await lensesAre(TRACED);
    await run('spanline.traceFunction');
    assert.deepEqual(list(), [ENTRY]);
  }).timeout(40_000);

  test('the list is the setting, as it is written by hand, and the lens follows the function', async () => {
    await write(['src/predict.py#gone', 'nonsense', 7]);
    await lensesAre([]);
    await write(['./src/predict.py#predict', 'nonsense']);
    await lensesAre(TRACED);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(file(), new vscode.Position(0, 0), '# a line more\n');
    await vscode.workspace.applyEdit(edit);
    await lensesAre(TRACED.map((each) => each.replace(`${FUNCTION_LINE}`, `${FUNCTION_LINE + 1}`)));
    await run('workbench.action.files.revert');
    await lensesAre(TRACED);
  }).timeout(60_000);

  test('it is taken off by its line number, and what else is in the setting stays', async () => {
    await write(['./src/predict.py#predict', 'nonsense']);
    await lensesAre(TRACED);
    await run('spanline.stopTracingFunction', { uri: file(), lineNumber: FUNCTION_LINE + 2 });
    assert.deepEqual(list(), ['nonsense']);
    await lensesAre([]);
    await run('spanline.traceFunction', { uri: file(), lineNumber: FUNCTION_LINE + 2 });
    assert.deepEqual(list(), ['nonsense', ENTRY]);
    await write([ENTRY]);
    await lensesAre(TRACED);
    await run('spanline.stopTracingFunction', { path: file().fsPath, line: FUNCTION_LINE });
    assert.equal(
      vscode.workspace.getConfiguration(undefined, folder()).inspect('spanline.trace.functions')?.workspaceValue,
      undefined,
    );
  }).timeout(40_000);

  test('nothing is listed outside of functions, and for no argument of another form', async () => {
    const editor = await vscode.window.showTextDocument(file());
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    for (const argument of [undefined, 7, 'x', { path: '/etc/passwd.py', line: 3 }, { path: file().fsPath, line: -1 }])
      await run('spanline.traceFunction', argument);
    assert.deepEqual(list(), []);
  });

  test('a function with spans of its own offers its arguments', async () => {
    await run('spanline.copyEndpoint');
    const endpoint = await vscode.env.clipboard.readText();
    await postTraces(endpoint, traceJson(newTraceId(), 'traced', [{ name: 'model.predict', durationMs: 5 }]));
    await lensesAre([`${FUNCTION_LINE}: Trace arguments`]);
    await run('spanline.traceFunction', { path: file().fsPath, line: FUNCTION_LINE });
    await lensesAre(TRACED);
    const config = vscode.workspace.getConfiguration('spanline.editor');
    await config.update('lens', false, vscode.ConfigurationTarget.Global);
    try {
      await lensesAre([]);
    } finally {
      await config.update('lens', undefined, vscode.ConfigurationTarget.Global);
    }
  }).timeout(60_000);
});
