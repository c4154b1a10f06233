import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { type JsonSpan, newSpanId, newTraceId, postTraces, traceJson } from '../support/otlpJson.ts';

const folder = (): string => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
const PREDICT_LINE = 7;

async function endpoint(): Promise<string> {
  await vscode.commands.executeCommand('spanline.startReceiver');
  await vscode.commands.executeCommand('spanline.copyEndpoint');
  return vscode.env.clipboard.readText();
}

/** Sends one span and goes to its source; answers file (relative) and line (from 1) of the active editor. */
async function goTo(span: JsonSpan, resource: Record<string, string> = {}): Promise<{ file: string; line: number }> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  const traceId = newTraceId();
  const spanId = newSpanId();
  await postTraces(await endpoint(), traceJson(traceId, 'fixture', [{ ...span, spanId }], resource));
  await vscode.commands.executeCommand('spanline.goToSource', { traceId, spanId });
  const editor = vscode.window.activeTextEditor;
  assert.ok(editor, 'no editor was opened');
  return { file: path.relative(folder(), editor.document.uri.fsPath), line: editor.selection.active.line + 1 };
}

suite('going to source', () => {
  suiteTeardown(() => vscode.commands.executeCommand('spanline.stopReceiver'));

  test('a span without any code attribute opens at the literal that starts it', async () => {
    assert.deepEqual(await goTo({ name: 'model.predict' }), { file: 'src/predict.py', line: PREDICT_LINE });
  });

  test('code.file.path and code.line.number open that line', async () => {
    const attributes = { 'code.file.path': path.join(folder(), 'src/predict.py'), 'code.line.number': 12 };
    assert.deepEqual(await goTo({ name: 'unknown', attributes }), { file: 'src/predict.py', line: 12 });
  });

  test('the older code.filepath with a line number as text opens that line', async () => {
    const attributes = {
      'code.filepath': path.join(folder(), 'src/predict.py'),
      'code.lineno': '13',
      'code.function': 'score',
    };
    assert.deepEqual(await goTo({ name: 'unknown', attributes }), { file: 'src/predict.py', line: 13 });
  });

  test('a path of a container is found by its longest common suffix', async () => {
    const attributes = { 'code.file.path': '/srv/app/src/predict.py', 'code.line.number': 6 };
    assert.deepEqual(await goTo({ name: 'unknown', attributes }), { file: 'src/predict.py', line: 6 });
  });

  test('a path mapping of the settings wins', async () => {
    const source = vscode.workspace.getConfiguration('spanline.source');
    await source.update('pathMappings', { '/elsewhere': '${workspaceFolder}/src' }, vscode.ConfigurationTarget.Global);
    try {
      const attributes = { 'code.file.path': '/elsewhere/app.py', 'code.line.number': 2 };
      assert.deepEqual(await goTo({ name: 'unknown', attributes }), { file: 'src/app.py', line: 2 });
    } finally {
      await source.update('pathMappings', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  test('a changed file is known by its new line', async () => {
    const file = vscode.Uri.file(path.join(folder(), 'src/predict.py'));
    const before = await vscode.workspace.fs.readFile(file);
    const index = (): Promise<{ file: string; line: number }> => goTo({ name: 'model.predict' });
    try {
      await vscode.workspace.fs.writeFile(file, Buffer.concat([Buffer.from('# one more line\n'), before]));
      for (let tries = 0; tries < 50; tries++) {
        if ((await index()).line === PREDICT_LINE + 1) return;
      }
      assert.fail('the index did not follow the change');
    } finally {
      await vscode.workspace.fs.writeFile(file, before);
    }
  });

  test('a breakpoint of a span that a notebook made stands in its cell', async () => {
    const file = path.join(folder(), 'notebooks/steps.ipynb');
    const before = vscode.debug.breakpoints;
    const [traceId, spanId] = [newTraceId(), newSpanId()];
    await postTraces(await endpoint(), traceJson(traceId, 'fixture', [{ name: 'notebook step', spanId }]));
    await vscode.commands.executeCommand('spanline.breakHere', { traceId, spanId });
    try {
      const [set] = vscode.debug.breakpoints.filter((each) => !before.includes(each));
      assert.ok(set instanceof vscode.SourceBreakpoint);
      const { uri, range } = set.location;
      const notebook = vscode.workspace.notebookDocuments.find((each) => each.uri.fsPath === file);
      assert.equal(uri.toString(), notebook?.cellAt(1).document.uri.toString());
      assert.equal(range.start.line, 1);
    } finally {
      vscode.debug.removeBreakpoints(vscode.debug.breakpoints.filter((each) => !before.includes(each)));
    }
  });

  test('a choice among equal places is asked for once and opens by itself from then on', async () => {
    const openTwin = async (): Promise<{ readonly opening: Promise<unknown> }> => {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      const [traceId, spanId] = [newTraceId(), newSpanId()];
      await postTraces(await endpoint(), traceJson(traceId, 'fixture', [{ name: 'twin step', spanId }]));
      return { opening: Promise.resolve(vscode.commands.executeCommand('spanline.goToSource', { traceId, spanId })) };
    };
    const opened = (): string => vscode.window.activeTextEditor?.document.uri.fsPath ?? '';
    const first = await openTwin();
    const answering = new AbortController();
    const answered = first.opening.finally(() => answering.abort());
    // No event tells of a pick list that opened: it is accepted until the command has ended.
    while (!answering.signal.aborted) {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      await Promise.race([answered, new Promise((resolve) => setTimeout(resolve, 100))]);
    }
    const chosen = opened();
    assert.match(chosen, /twins/);
    // Nobody answers this time: a question would never end.
    await (
      await openTwin()
    ).opening;
    assert.equal(opened(), chosen);
  });

  test('hovering the line that starts a span shows the last input, output and duration', async () => {
    const traceId = newTraceId();
    const attributes = { 'model.input_features': "{'tenure': 3.2}", 'model.output_prediction': 'refund' };
    await postTraces(
      await endpoint(),
      traceJson(traceId, 'fixture', [{ name: 'model.predict', durationMs: 231, attributes }]),
    );
    const file = vscode.Uri.file(path.join(folder(), 'src/predict.py'));
    await vscode.workspace.openTextDocument(file);
    const position = new vscode.Position(PREDICT_LINE - 1, 12);
    let text = '';
    // The index may still be reading the file that the test before put back, and figures are asked for a second apart.
    for (const until = Date.now() + 18_000; Date.now() < until && !text.includes('231');) {
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        file,
        position,
      );
      const contents = hovers.flatMap((hover) => hover.contents);
      text = contents.map((content) => (content instanceof vscode.MarkdownString ? content.value : '')).join('\n');
    }
    assert.match(text, /231/);
    assert.match(text, /tenure/);
    assert.match(text, /refund/);
  });
});
