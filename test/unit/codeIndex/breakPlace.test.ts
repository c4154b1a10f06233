import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import treeSitter from '@vscode/tree-sitter-wasm';
import { breakPlaceAt } from '../../../src/codeIndex/breakPlace.ts';
import { grammarFolder, openIndex, workspaceOf } from './openIndex.ts';

await treeSitter.Parser.init({ locateFile: (file) => path.join(grammarFolder, file) });
const wasm = path.resolve(import.meta.dirname, '../../../node_modules/@vscode/tree-sitter-wasm/wasm');

/** Line and names for a breakpoint at the line with `marker` in it. */
async function placeOf(grammar: string, source: string, marker: string): Promise<[string, string]> {
  const parser = new treeSitter.Parser();
  parser.setLanguage(await treeSitter.Language.load(path.join(wasm, `tree-sitter-${grammar}.wasm`)));
  const tree = parser.parse(source);
  assert.ok(tree);
  try {
    const lines = source.split('\n');
    const line = lines.findIndex((text) => text.includes(marker)) + 1;
    assert.ok(line > 0, marker);
    const found = breakPlaceAt(tree.rootNode, line, grammar !== 'python');
    return [lines[found.line - 1]?.trim() ?? '', [...found.names].sort().join(' ')];
  } finally {
    tree.delete();
  }
}

const PYTHON = `
@app.post("/triage")
async def triage(ticket: Ticket, limit: int = 3, *rest, **more):
    """Says what a ticket is about."""
    first, second = split(ticket)
    for word in first:
        seen = word
    with tracer.start_as_current_span("model.predict") as span:
        label = predict(first)
    later = 1
    return label
`;

const JAVASCRIPT = `
app.post('/triage', async (request, { limit = 3, deep: inner }) => {
  const [first, ...rest] = request.items;
  if (first) {
    const gone = 1;
  }
  function other(hidden) { const no = 1; }
  tracer.startActiveSpan('model.predict', (span) => {
    const label = predict(first);
    span.end();
  });
});
`;

describe('where a breakpoint of a span belongs', () => {
  it('is the first statement for the decorator or head of a Python function, with its parameters', async () => {
    const names = 'limit more rest ticket';
    const first = 'first, second = split(ticket)';
    assert.deepEqual(await placeOf('python', PYTHON, '@app.post'), [first, names]);
    assert.deepEqual(await placeOf('python', PYTHON, 'async def'), [first, names]);
  });

  it('is the line itself inside a function, with what has a value by then', async () => {
    assert.deepEqual(await placeOf('python', PYTHON, 'start_as_current_span'), [
      'with tracer.start_as_current_span("model.predict") as span:',
      'first limit more rest second seen ticket word',
    ]);
  });

  it('is the first statement of a callback that begins on the line, with what is around it', async () => {
    assert.deepEqual(await placeOf('javascript', JAVASCRIPT, 'app.post'), [
      'const [first, ...rest] = request.items;',
      'inner limit request',
    ]);
    assert.deepEqual(await placeOf('javascript', JAVASCRIPT, 'startActiveSpan'), [
      'const label = predict(first);',
      'first inner limit request rest span',
    ]);
  });

  it('knows names in TypeScript, Go, Java, Rust and C#', async () => {
    assert.deepEqual(
      await placeOf('typescript', 'function f(a: A, b?: B) {\n  const c: C = g(a);\n  span(c);\n}', 'span('),
      ['span(c);', 'a b c'],
    );
    const go = 'package m\nfunc (s *S) F(ctx context.Context, a, b int) {\n\tc, d := g(a)\n\tvar e = 1\n\tspan(c)\n}';
    assert.deepEqual(await placeOf('go', go, 'span('), ['span(c)', 'a b c ctx d e']);
    const java = 'class S {\n  @WithSpan\n  int f(String a, int b) {\n    int c = g(a), d = 2;\n    span(c);\n  }\n}';
    assert.deepEqual(await placeOf('java', java, 'span('), ['span(c);', 'a b c d']);
    assert.deepEqual(await placeOf('java', java, '@WithSpan'), ['int c = g(a), d = 2;', 'a b']);
    const rust = '#[tracing::instrument]\nfn f(a: &str, mut b: i32) {\n    let (c, d) = g(a);\n    span(c);\n}';
    assert.deepEqual(await placeOf('rust', rust, 'span('), ['span(c);', 'a b c d']);
    const csharp = 'class S {\n  int F(string a, int b) {\n    var c = G(a);\n    Span(c);\n  }\n}';
    assert.deepEqual(await placeOf('c-sharp', csharp, 'Span('), ['Span(c);', 'a b c']);
  });

  it('is the line itself outside of functions and in broken code', async () => {
    assert.deepEqual(await placeOf('python', 'x = 1\nspan(x)\n', 'span('), ['span(x)', '']);
    assert.deepEqual((await placeOf('javascript', 'function f(a {{\n  span(\n', 'span('))[0], 'span(');
  });

  it('is in the cell of a notebook, in its lines', async (test) => {
    const cell = (...lines: string[]) => ({ cell_type: 'code', source: lines.join('\n') });
    const notebook = JSON.stringify({
      nbformat: 4,
      metadata: { kernelspec: { language: 'python' } },
      cells: [
        cell('%matplotlib inline', 'import x'),
        { cell_type: 'markdown', source: 'Words' },
        cell('%%bash', 'ls'),
        cell('import y', 'def train(rows):', '    """Doc."""', '    found = y.fit(rows)', '    return found'),
      ],
    });
    const folder = await workspaceOf(test, { 'work.ipynb': notebook });
    const { index } = openIndex([folder]);
    test.after(() => index.dispose());
    const file = path.join(folder, 'work.ipynb');
    assert.deepEqual(await index.breakPlace(file, 2, 3), { line: 4, names: ['rows'], language: 'python' });
    assert.deepEqual(await index.breakPlace(file, 5, 3), { line: 5, names: ['rows', 'found'], language: 'python' });
    for (const [line, at] of [
      [2, 1],
      [2, 2],
      [9, 3],
      [1, 99],
    ] as const) {
      assert.deepEqual(await index.breakPlace(file, line, at), { line, names: [], language: '' });
    }
  });
});
