import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tensorFacts } from '../../../../src/core/features/tensorFacts.ts';
import type { FeatureHead } from '../../../../src/protocol/featureApi.ts';
import { dimensionText, incompleteText, shapeText } from '../../../../webview/inference/featureWords.ts';

const WHOLE: FeatureHead['incomplete'] = { elided: false, unended: false, limited: false };

function headOf(shape: readonly number[], count: number, incomplete: FeatureHead['incomplete']) {
  const facts = tensorFacts(new Float64Array(count).fill(1));
  const preview = new Float64Array(0);
  const tensor: FeatureHead['tensor'] = {
    dtype: '',
    device: '',
    shape,
    ragged: false,
    facts,
    hasImage: false,
    preview,
  };
  return { form: 'tensor' as const, tensor, incomplete };
}

void test('the shape of a tensor that is here in part is the least it can be, unless the text told it', () => {
  const printed = headOf([3, 6], 18, { ...WHOLE, elided: true });
  assert.equal(shapeText(printed), 'at least 3 \u00d7 6');
  assert.equal(dimensionText(printed), 'at least 6');
  assert.match(incompleteText(printed), /printer left values out.*All figures are of the 18 numbers that are here\.$/);
  const told = headOf([10_000], 6, { ...WHOLE, elided: true });
  assert.equal(shapeText(told), '10000');
  assert.match(incompleteText(told), /of the 6 numbers/);
  assert.equal(shapeText(headOf([3, 6], 18, WHOLE)), '3 \u00d7 6');
  assert.equal(incompleteText(headOf([3, 6], 18, WHOLE)), '');
  const recorded = headOf([2, 2], 4, { ...WHOLE, recorded: { count: 4, of: 40, facts: 'all' } });
  assert.equal(shapeText(recorded), '2 \u00d7 2');
  assert.match(incompleteText(recorded), /^The first 4 of 40 numbers are here; [^.]*of all\.$/);
});
