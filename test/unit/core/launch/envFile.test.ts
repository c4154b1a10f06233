import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addedToEnvFile, readEnvFile } from '../../../../src/core/launch/envFile.ts';

describe('a .env file', () => {
  test('is read as programs read it', () => {
    const text = ['# c', 'A=1', 'export B = two words # said', 'C="a # b"', "D='x'", 'no line', 'A=3', 'E='].join(
      '\r\n',
    );
    assert.deepEqual(readEnvFile(text), { A: '3', B: 'two words', C: 'a # b', D: 'x', E: '' });
  });

  test('is added to at its end, and keeps what it has', () => {
    const wanted = { A: 'ours', B: '2' };
    assert.equal(addedToEnvFile('A=1', wanted, 'Spanline'), 'A=1\n\n# Spanline\nB=2\n');
    assert.equal(addedToEnvFile('A=1\r\n', wanted, 'Spanline'), 'A=1\r\n\r\n# Spanline\r\nB=2\r\n');
    assert.equal(addedToEnvFile('', wanted, 'Spanline'), '# Spanline\nA=ours\nB=2\n');
    assert.equal(addedToEnvFile('A=1\nB=', wanted, 'Spanline'), undefined);
  });
});
