import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isTelling, matchesSpanName } from '../../../../src/core/source/spanNamePattern.ts';

describe('matchesSpanName', () => {
  it('matches static parts in order with anything between them', () => {
    assert.ok(matchesSpanName(['model ', ' run'], 'model gpt run'));
    assert.ok(matchesSpanName(['model ', ''], 'model '));
    assert.ok(matchesSpanName(['', ' a ', ''], 'x a y'));
    assert.ok(!matchesSpanName(['model ', ' run'], 'model run'));
    assert.ok(!matchesSpanName(['a', 'b', 'a'], 'aba b'));
    assert.ok(!matchesSpanName(['ab', 'ab'], 'ab'));
    assert.ok(!matchesSpanName(['GET'], 'GET /'));
  });

  it('matches every name made from the pattern', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 5 }), fc.string(), (parts, filling) => {
        assert.ok(matchesSpanName(parts, parts.join(parts.length > 1 ? filling : '')));
      }),
    );
  });

  it('finds patterns without three letters or digits not telling', () => {
    assert.ok(!isTelling(['', ' ', '']));
    assert.ok(!isTelling(['GE', '-']));
    assert.ok(isTelling(['GET ', '']));
  });
});
