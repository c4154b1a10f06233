import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type * as vscode from 'vscode';
import { FocusKeeper, type EditorWindow } from '../../../src/vscode/focusKeeper.ts';

const EDITOR = { document: 'predict.py', viewColumn: 2, selection: 'line 7' } as unknown as vscode.TextEditor;

function keeping(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const listeners = new Set<(editor: vscode.TextEditor | undefined) => void>();
  const visibleTextEditors = [EDITOR];
  const shown: unknown[][] = [];
  const window: EditorWindow = {
    visibleTextEditors,
    onDidChangeActiveTextEditor: (listener) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
    showTextDocument: (...asked) => {
      shown.push(asked);
      return Promise.resolve(EDITOR);
    },
  };
  const keeper = new FocusKeeper(window);
  keeper.keep(EDITOR);
  const active = (editor: vscode.TextEditor | undefined): void => listeners.forEach((listen) => listen(editor));
  return { keeper, active, shown, visibleTextEditors, listeners, timers: t.mock.timers };
}

test('an editor gets the keyboard back from a panel that took it right behind the opening, once', (t) => {
  const { active, shown } = keeping(t);
  active(undefined);
  assert.deepEqual(shown, [['predict.py', { viewColumn: 2, selection: 'line 7', preview: true }]]);
  active(EDITOR);
  active(undefined);
  assert.equal(shown.length, 1);
});

test('the keyboard goes where the user puts it: another editor, later, or when the editor is closed', (t) => {
  const other = keeping(t);
  other.active({ document: 'app.py' } as unknown as vscode.TextEditor);
  other.active(undefined);
  assert.deepEqual(other.shown, []);
  other.keeper.keep(EDITOR);
  other.timers.tick(500);
  assert.equal(other.listeners.size, 0);
  other.keeper.keep(EDITOR);
  other.visibleTextEditors.length = 0;
  other.active(undefined);
  assert.deepEqual(other.shown, []);
});
