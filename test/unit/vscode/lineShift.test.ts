import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shiftLine, touchesLines, type TextEdit } from '../../../src/vscode/lineShift.ts';

const edit = (startLine: number, endLine: number, endCharacter: number, text: string): TextEdit => ({
  startLine,
  endLine,
  endCharacter,
  text,
});

describe('lines under edits', () => {
  it('moves lines below an edit by what it adds and takes', () => {
    assert.equal(shiftLine(7, edit(2, 2, 4, 'a\nb\nc')), 9);
    assert.equal(shiftLine(7, edit(2, 5, 0, '')), 4);
  });

  it('leaves lines above an edit, and the line it stands in', () => {
    assert.equal(shiftLine(1, edit(2, 2, 0, '\n')), 1);
    assert.equal(shiftLine(2, edit(2, 2, 9, 'x\n')), 2);
  });

  it('moves a line that another is put before', () => {
    assert.equal(shiftLine(2, edit(2, 2, 0, '# note\n')), 3);
  });

  it('puts a replaced line where the replacement begins', () => {
    assert.equal(shiftLine(4, edit(2, 6, 3, 'x')), 2);
  });

  it('knows what touches a function: not lines put before or behind it', () => {
    assert.equal(touchesLines(3, 6, edit(3, 3, 0, '# note\n')), false);
    assert.equal(touchesLines(3, 6, edit(7, 7, 0, 'x')), false);
    assert.equal(touchesLines(3, 6, edit(5, 5, 2, 'x')), true);
    assert.equal(touchesLines(3, 6, edit(1, 4, 0, '')), true);
    assert.equal(touchesLines(3, 6, edit(3, 3, 4, 'x')), true);
  });
});
