import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, test } from 'node:test';
import { CodeReader } from '../../../src/codeIndex/codeReader.ts';
import { Grammars } from '../../../src/codeIndex/grammars.ts';
import { workedMs } from '../../../src/codeIndex/workedTime.ts';
import { grammarFolder } from '../codeIndex/openIndex.ts';

const NODE = path.resolve(import.meta.dirname, '../../../instrument/node');
const load = createRequire(import.meta.url);
const { tokensOf } = load(path.join(NODE, 'tokens.cjs')) as {
  tokensOf: (source: string) => readonly { readonly start: number }[];
};
const { findFunctions } = load(path.join(NODE, 'findFunction.cjs')) as {
  findFunctions: (tokens: readonly unknown[], name: string) => readonly { readonly at: number }[];
};

const reader = new CodeReader(new Grammars(grammarFolder), workedMs);

/** `name line` of each function as the editor lists it, and as a program that is told the name finds it. */
async function bothOf(file: string, source: string): Promise<readonly [readonly string[], readonly string[]]> {
  const listed = (await reader.traceableFunctions(file, source)) ?? [];
  const tokens = tokensOf(source);
  const lineOf = (name: string): number[] =>
    findFunctions(tokens, name).map(({ at }) => source.slice(0, tokens[at]?.start).split('\n').length);
  return [
    listed.map(({ name, line }) => `${name} ${String(line)}`),
    listed.map(({ name, line }) => `${name} ${String(lineOf(name).find((each) => each === line))}`),
  ];
}

const JAVASCRIPT = `
function plain() {}
async function* flow(x) { yield x; }
const arrow = async () => 1;
const short = x => x + 1;
export const old = function () {};
exports.sent = () => {};
class Box {
  constructor() { const inner = () => 1; }
  open(x) { return () => x; }
  static make() {}
  static async *many() {}
  #hidden() {}
  get() {}
  held = () => {};
}
const Other = class { run() {} };
const Named = class Inner { run() {} };
const api = { list() {}, async wait() {}, users: { find: () => 1, all: function () {} } };
app.handler = { serve() {} };
app.get('/x', (request) => { function late() {} });
module.exports = { bare() {}, given: async (x) => x };
function outer() { function inner() {} const deep = () => { const deeper = () => 1; }; }
let later;
later = () => 1;
Box.prototype.more = function () {};
export default { fetch(request) {} };
`;

const TYPESCRIPT = `
abstract class Base<T> {
  private held = async (x: T): Promise<T> => x;
  protected static readonly table: Map<string, T> = new Map();
  abstract missing(): void;
  run(x: T): T;
  run(x: T, y?: number): T { return x; }
  @logged() public async decorated<U extends { a: number }>(this: Base<T>, x: U = {} as U): Promise<void> {}
}
export const table = { find(x: string) { return x; } } satisfies Table;
export const typed: Record<string, () => void> = { go() {} };
export const generic = <T,>(x: T): x is T => true;
export const asserted = { go() {} } as const;
function over(a: string): void;
function over(a: unknown): void {}
namespace Space { export function within() {} }
enum Kind { A, B }
export default class Shop { serve(): void {} }
`;

describe('names of functions that the editor lists', () => {
  test('lead a Node program to the same functions in JavaScript', async () => {
    const [listed, found] = await bothOf('m.mjs', JAVASCRIPT);
    assert.ok(listed.length > 25, listed.join('\n'));
    assert.deepEqual(found, listed);
  });

  test('lead a Node program to the same functions in TypeScript', async () => {
    const [listed, found] = await bothOf('m.ts', TYPESCRIPT);
    assert.ok(listed.length > 8, listed.join('\n'));
    assert.deepEqual(found, listed);
  });
});
