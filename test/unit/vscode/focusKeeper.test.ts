import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type * as vscode from 'vscode';
import { FocusKeeper } from '../../../src/vscode/focusKeeper.ts';

const EDITOR = { viewColumn: 2 } as unknown as vscode.TextEditor;

function keeping(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const listeners = new Set<() => void>();
  const shown: vscode.TextEditor[] = [];
  let panel = false;
  const keeper = new FocusKeeper({
    isPanelActive: () => panel,
    onGroups: (listener) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
    show: (editor) => shown.push(editor),
  });
  keeper.keep(EDITOR);
  const active = (what: 'panel' | 'editor' | 'nothing'): void => {
    panel = what === 'panel';
    for (const listen of [...listeners]) listen();
  };
  return { keeper, active, shown, listeners, timers: t.mock.timers };
}

test('an editor gets the keyboard back from a panel that took it right behind the opening, once', (t) => {
  const { active, shown } = keeping(t);
  active('editor');
  active('panel');
  assert.deepEqual(shown, [EDITOR]);
  active('editor');
  active('panel');
  assert.equal(shown.length, 1);
});

test('an editor that was closed stays closed, and later the keyboard goes where the user puts it', (t) => {
  const { active, shown, listeners, timers } = keeping(t);
  active('nothing');
  timers.tick(500);
  assert.equal(listeners.size, 0);
  active('panel');
  assert.deepEqual(shown, []);
});
