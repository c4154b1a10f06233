import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseFilter } from '../../../../src/core/query/parseFilter.ts';
import { unknownKeys } from '../../../../src/core/query/unknownKeys.ts';
import { traceFromText } from '../../../support/otlpBytes.ts';
import { storeOf } from './filterFixture.ts';

const store = storeOf(
  traceFromText(
    `
  POST /triage      gateway    0..900 server http.route=/triage
    search          retrieval 60..70  client retrieval.documents=500
    predict         model     70..850 model.version=v2 exception@300
`,
    { resource: { 'deployment.environment': 'eu' } },
  ),
);

describe('attributes that no span has', () => {
  const cases: readonly (readonly [filter: string, unknown: Readonly<Record<string, string>>])[] = [
    ['', {}],
    ['service:model dur>200ms errors refund has:exception', {}],
    ['documents>3 retrieval.documents>3 span.http.route:x', {}],
    ['environment:eu resource.deployment.environment:eu', {}],
    ['event.name:exception exception.message:x', {}],
    ['documnets>3', { documnets: 'documents' }],
    ['retreival.documents>3', { 'retreival.documents': 'retrieval.documents' }],
    ['Documents>3', { Documents: 'documents' }],
    ['servce:model', { servce: 'service' }],
    ['durr>3s', { durr: 'dur' }],
    ['not has:model.vresion', { 'model.vresion': 'model.version' }],
    ['has:servce', { servce: '' }],
    ['any(child(nothing.alike=1)) or root.httproute:x', { 'nothing.alike': '', httproute: 'http.route' }],
    ['x>1', { x: '' }],
  ];
  for (const [filter, expected] of cases) {
    test(`in “${filter}”`, () => {
      const found = unknownKeys(parseFilter(filter), store.held);
      assert.deepEqual(Object.fromEntries(found.map(({ key, nearest }) => [key, nearest])), expected);
    });
  }
});

test('no span of an empty store has any', () => {
  assert.deepEqual(
    unknownKeys(parseFilter('documents>3'), storeOf().held).map(({ key }) => key),
    ['documents'],
  );
});
