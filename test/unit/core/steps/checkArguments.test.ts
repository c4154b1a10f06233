import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkArguments } from '../../../../src/core/steps/checkArguments.ts';

const said = (schema: unknown, value: unknown): string[] =>
  checkArguments(schema, value).map(({ path, text, kind }) =>
    `${path} ${text}${kind === 'unknown' ? ' (unknown)' : ''}`.trim(),
  );

const order = {
  type: 'object',
  required: ['id', 'lines'],
  additionalProperties: false,
  properties: {
    id: { type: 'string', minLength: 2 },
    priority: { enum: ['low', 'high'] },
    amount: { type: 'number', minimum: 0, exclusiveMaximum: 100, multipleOf: 0.5 },
    lines: { type: 'array', minItems: 1, items: { $ref: '#/$defs/line' } },
  },
  $defs: {
    line: {
      type: 'object',
      properties: { sku: { type: ['string', 'null'] }, count: { type: 'integer' } },
      required: ['sku'],
    },
  },
};

test('arguments that fit have no problem', () => {
  assert.deepEqual(said(order, { id: 'A1', priority: 'low', amount: 1.5, lines: [{ sku: null, count: 2 }] }), []);
});

test('each problem says its place and what is allowed', () => {
  assert.deepEqual(said(order, { id: 7, priority: 'urgent', amount: 100, lines: [{ count: 1.5 }], extra: 1 }), [
    'id is 7, an integer; it should be string',
    'priority is "urgent", and only "low", "high" are allowed',
    'amount is 100, and has to be less than 100',
    'lines[0].sku is missing, and required',
    'lines[0].count is 1.5, a number; it should be integer',
    'extra is not a parameter of the tool',
  ]);
  assert.deepEqual(said(order, {}), ['id is missing, and required', 'lines is missing, and required']);
  assert.deepEqual(said(order, 'A1'), ['is "A1", a string; it should be object']);
  assert.deepEqual(said({ multipleOf: 0.1 }, 0.25), ['is 0.25, which is no multiple of 0.1']);
});

test('a property that an open schema does not know is told as that', () => {
  assert.deepEqual(said({ properties: { a: {} } }, { a: 1, b: 2 }), ['b is not in the schema of the tool (unknown)']);
  assert.deepEqual(said({ type: 'object' }, { b: 2 }), []);
});

test('alternatives: one that fits is enough, of the type that fits its problems are told', () => {
  const schema = { anyOf: [{ type: 'null' }, { type: 'object', required: ['x'] }] };
  assert.deepEqual(said(schema, null), []);
  assert.deepEqual(said(schema, {}), ['x is missing, and required']);
  assert.deepEqual(said(schema, 4), ['is 4, which is none of the 2 forms allowed']);
  const all = { allOf: [{ properties: { a: { type: 'string' } } }, { properties: { b: { type: 'string' } } }] };
  assert.deepEqual(said(all, { a: 'x', b: 1 }), ['b is 1, an integer; it should be string']);
});

test("Gemini's upper-case types and OpenAPI's nullable are read", () => {
  const schema = { type: 'OBJECT', properties: { city: { type: 'STRING', nullable: true } } };
  assert.deepEqual(said(schema, { city: null }), []);
  assert.deepEqual(said(schema, { city: 3 }), ['city is 3, an integer; it should be string']);
});

test('hostile schemas end: references in circles, alternatives in alternatives, keys of the prototype', () => {
  const circle = { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } };
  assert.deepEqual(said(circle, {}), []);
  const deep: Record<string, unknown> = { $defs: {}, $ref: '#/$defs/x' };
  (deep['$defs'] as Record<string, unknown>)['x'] = {
    anyOf: Array.from({ length: 8 }, () => ({ allOf: [{ $ref: '#/$defs/x' }, { type: 'string' }] })),
  };
  assert.ok(said(deep, 1).length <= 20);
  assert.deepEqual(said({ properties: {}, additionalProperties: false }, JSON.parse('{"__proto__":1}')), [
    '__proto__ is not a parameter of the tool',
  ]);
  assert.deepEqual(said({ required: ['toString'] }, {}), ['toString is missing, and required']);
});

test('at most twenty problems are told', () => {
  const value = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, 1]));
  assert.equal(said({ properties: {}, additionalProperties: false }, value).length, 20);
});
