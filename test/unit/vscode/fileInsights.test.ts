import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FileInsights, ownFirst } from '../../../src/vscode/fileInsights.ts';
import type { PlacedKind } from '../../../src/vscode/insightPlaces.ts';
import { FIGURES } from '../../support/callFigures.ts';

const kind = (id: number, name: string, line: number, functionName: string, from: number, to: number): PlacedKind => ({
  id,
  service: `service ${String(id)}`,
  name,
  scope: '',
  place: { path: '/w/a.py', line, role: 'own', inner: false, functionName, functionLine: from, functionEndLine: to },
});

function filled(file: FileInsights): FileInsights {
  file.takeFigures(
    file.keys,
    file.keys.map(() => FIGURES),
  );
  return file;
}

const lines = (file: FileInsights): readonly unknown[] =>
  file.insights.map(({ name, line, firstLine, lastLine, stale }) => [name, line, firstLine, lastLine, stale]);

describe('insights of a file', () => {
  const kinds = [kind(1, 'predict', 6, 'predict', 5, 8), kind(2, 'score', 12, 'score', 11, 14)];
  const placed = (): FileInsights => {
    const file = new FileInsights(1000, 'text');
    file.place(kinds, 0);
    return filled(file);
  };

  it('follow their functions through edits, and say which were edited', () => {
    const file = placed();
    file.edit({ startLine: 0, endLine: 0, endCharacter: 0, text: 'import os\n' });
    assert.deepEqual(lines(file), [
      ['predict', 6, 5, 8, false],
      ['score', 12, 11, 14, false],
    ]);
    file.edit({ startLine: 12, endLine: 12, endCharacter: 4, text: 'x' });
    assert.deepEqual(
      file.insights.map(({ stale }) => stale),
      [false, true],
    );
  });

  it('are as before once all edits are undone', () => {
    const file = placed();
    file.edit({ startLine: 6, endLine: 6, endCharacter: 1, text: '\n\n' });
    assert.equal(file.isUndone('text'), true);
    assert.deepEqual(lines(file), lines(placed()));
  });

  it('were edited when another program wrote the file', () => {
    const file = placed();
    file.edit({ startLine: 6, endLine: 6, endCharacter: 1, text: 'x' });
    assert.equal(file.isUndone('other'), false);
    file.saved('other', 6999);
    assert.equal(file.groups(9000)[0]?.editedMs, 6999);
    file.written(6999, 7000);
    assert.equal(file.groups(9000)[0]?.editedMs, 7000);
  });

  it('keep the shift of what was saved until the code index has read it', () => {
    const file = placed();
    file.edit({ startLine: 0, endLine: 0, endCharacter: 0, text: '\n' });
    file.saved('other', 5000);
    file.place(kinds, file.readEdits);
    assert.equal(file.insights[0]?.line, 6, 'the index still has the old lines');
    file.wasRead(file.savedEdits);
    file.place([kind(1, 'predict', 7, 'predict', 6, 9), kind(2, 'score', 13, 'score', 12, 15)], file.readEdits);
    assert.deepEqual(lines(file), [
      ['predict', 6, 5, 8, false],
      ['score', 12, 11, 14, false],
    ]);
  });

  it('keep the shift of an edit that was saved after the code index was asked', () => {
    const file = placed();
    const asked = file.readEdits;
    file.edit({ startLine: 0, endLine: 0, endCharacter: 0, text: '\n' });
    file.saved('other', 5000);
    file.wasRead(file.savedEdits);
    file.place(kinds, asked);
    assert.equal(file.insights[0]?.line, 6);
  });

  it('take back edits since the save only', () => {
    const file = placed();
    file.edit({ startLine: 0, endLine: 0, endCharacter: 0, text: '\n' });
    file.saved('other', 5000);
    file.edit({ startLine: 0, endLine: 0, endCharacter: 0, text: '\n' });
    assert.equal(file.isUndone('other'), true);
    assert.equal(file.insights[0]?.line, 6);
  });

  it('ask for calls since the save of the function that was edited, and since the file was written for others', () => {
    const file = placed();
    file.edit({ startLine: 12, endLine: 12, endCharacter: 4, text: 'x' });
    assert.deepEqual(
      file.groups(9000).map(({ editedMs }) => editedMs),
      [1000, 9000],
    );
    file.saved('other', 5000);
    assert.deepEqual(
      file.groups(9000).map(({ editedMs }) => editedMs),
      [1000, 5000],
    );
  });

  it('take the same name at the same line as one, whatever service', () => {
    const file = new FileInsights(0, '');
    file.place([kind(1, 'a', 6, 'f', 5, 8), kind(2, 'a', 6, 'f', 5, 8), kind(3, 'b', 6, 'f', 5, 8)], 0);
    assert.deepEqual(
      file.groups(1).map(({ ids }) => ids),
      [[1, 2], [3]],
    );
  });

  it('tell what is made in a function before what leaves it, and that before what is inside such a call', () => {
    const at = (one: PlacedKind, role: 'own' | 'call', inner = false): PlacedKind => ({
      ...one,
      place: { ...one.place, role, inner },
    });
    const file = new FileInsights(0, '');
    file.place(
      [
        at(kind(1, 'POST', 6, 'f', 5, 9), 'call', true),
        at(kind(2, 'chat', 6, 'f', 5, 9), 'call'),
        at(kind(3, 'GET /x', 5, 'f', 5, 9), 'own'),
        at(kind(4, 'embed', 8, 'f', 5, 9), 'call'),
      ],
      0,
    );
    assert.deepEqual(
      ownFirst(filled(file).insights).map(({ name, role, inner }) => [name, role, inner]),
      [
        ['GET /x', 'own', false],
        ['chat', 'call', false],
        ['embed', 'call', false],
        ['POST', 'call', true],
      ],
    );
  });

  it('keep figures when the index moves a function', () => {
    const file = placed();
    file.place([kind(1, 'predict', 60, 'predict', 50, 80)], 0);
    assert.deepEqual(lines(file), [['predict', 59, 49, 79, false]]);
  });
});
