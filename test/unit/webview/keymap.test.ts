import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waterfallCommand, type KeyStroke } from '../../../webview/waterfall/keymap.ts';

function stroke(key: string, modifiers: Partial<KeyStroke> = {}): KeyStroke {
  return { key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...modifiers };
}

void test('Enter opens the source, with Ctrl or Cmd to the side', () => {
  assert.equal(waterfallCommand(stroke('Enter'), true), 'open');
  assert.equal(waterfallCommand(stroke('Enter', { ctrlKey: true }), true), 'openToSide');
  assert.equal(waterfallCommand(stroke('Enter', { metaKey: true }), true), 'openToSide');
});

void test('letters act only while they are switched on', () => {
  for (const key of ['j', 'k', 'e', 'E', 'w', 'a', 's', 'd', 'z', 'Z', '0', '?', 'Backspace']) {
    assert.notEqual(waterfallCommand(stroke(key), true), undefined, key);
    assert.equal(waterfallCommand(stroke(key), false), undefined, key);
  }
});

void test('Backspace goes back through zooms, with Shift forward', () => {
  assert.equal(waterfallCommand(stroke('Backspace'), true), 'zoomBack');
  assert.equal(waterfallCommand(stroke('Backspace', { shiftKey: true }), true), 'zoomForward');
  assert.equal(waterfallCommand(stroke('Escape'), false), 'clearArea');
});

void test('chords with modifiers stay the workbench’s', () => {
  assert.equal(waterfallCommand(stroke('j', { ctrlKey: true }), true), undefined);
  assert.equal(waterfallCommand(stroke('ArrowDown', { altKey: true }), true), undefined);
  assert.equal(waterfallCommand(stroke('PageDown', { ctrlKey: true }), true), undefined);
});

void test('finding has the keys of the editor, and a letter', () => {
  for (const modifiers of [{ ctrlKey: true }, { metaKey: true }]) {
    assert.equal(waterfallCommand(stroke('f', modifiers), false), 'find');
  }
  assert.equal(waterfallCommand(stroke('/'), true), 'find');
  assert.equal(waterfallCommand(stroke('/'), false), undefined);
  assert.equal(waterfallCommand(stroke('F3'), false), 'findNext');
  assert.equal(waterfallCommand(stroke('F3', { shiftKey: true }), false), 'findPrevious');
});

void test('keys named like members of Object are not ours', () => {
  assert.equal(waterfallCommand(stroke('constructor'), true), undefined);
});
