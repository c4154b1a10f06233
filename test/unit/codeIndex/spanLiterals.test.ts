import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { brief, fixtures, hints, lineOf, openIndex } from './openIndex.ts';

/** Span name → [text on the expected line, expected function, expected confidence]. */
type Expected = Readonly<Record<string, readonly [string, string, 'exact' | 'likely']>>;

function check(folder: string, file: string, expected: Expected): void {
  const { index } = openIndex([path.join(fixtures, folder)]);
  const source = readFileSync(path.join(fixtures, folder, file), 'utf8');
  for (const [spanName, [text, functionName, confidence]] of Object.entries(expected)) {
    it(`finds ${JSON.stringify(spanName)}`, async () => {
      const { candidates, ambiguous } = await index.resolve(hints({ spanName }));
      const place = `${confidence} ${file}:${String(lineOf(source, text))}${functionName === '' ? '' : ` ${functionName}`}`;
      assert.deepEqual(brief(candidates), [place]);
      assert.equal(ambiguous, false);
    });
  }
}

function checkAbsent(folder: string, names: readonly string[]): void {
  const { index } = openIndex([path.join(fixtures, folder)]);
  for (const spanName of names) {
    it(`finds nothing for ${JSON.stringify(spanName.slice(0, 40))}`, async () => {
      assert.deepEqual(brief((await index.resolve(hints({ spanName }))).candidates), []);
    });
  }
}

describe('span-starting literals in Python', () => {
  check('python', 'model/predict.py', {
    fetch_features: ['start_as_current_span(FEATURES)', 'fetch', 'exact'],
    model_predict: ['@tracer.start_as_current_span("model_predict")', 'Model.predict', 'exact'],
    'score.batch': ['Names.SCORE)', 'Model.score', 'exact'],
    'model.label': ['self.label', 'Model.score', 'exact'],
    "chat 'gpt-5' now": ['f"chat', 'Model.score', 'likely'],
    'embed ada of 3': ['embed %s', 'Model.score', 'likely'],
    'rank 5 by x': ['"rank {}', 'Model.score', 'likely'],
    'load big model': ['"load " + model', 'Model.score', 'likely'],
    'über die Straße 🚗': ['über', 'Model.score', 'exact'],
    'sending {count} mails': ['logfire.span', 'Model.score', 'exact'],
    'sending 2 mails': ['logfire.span', 'Model.score', 'likely'],
    'two lines': ['            tracer.start_as_current_span(', 'Model.score', 'exact'],
    yes: ['"yes" if items', 'Model.score', 'exact'],
    no: ['"yes" if items', 'Model.score', 'exact'],
    'going in circles': ['"going " + ROUND', '', 'likely'],
    'observed step': ['@observe', 'observed', 'likely'],
  });
  checkAbsent('python', ['commented out', 'in a string', 'one', 'two', 'not a span name', '', 'x'.repeat(1_000_000)]);
});

describe('span-starting literals in TypeScript', () => {
  check('node', 'src/retrieval.ts', {
    'retrieval.search': ['startActiveSpan(NAMES.search', 'search', 'exact'],
    'index.load': ['Spans.Load,', 'Store.load', 'exact'],
    'model gpt run': ['`model ${model} run`', 'Store.run', 'likely'],
    'load gpt': ["'load ' + model", 'Store.run', 'likely'],
    quick: ["'quick'", 'Store.run', 'exact'],
    slow: ["'quick'", 'Store.run', 'exact'],
    chained: ['      .startSpan(', 'Store.run', 'exact'],
    'café\n': ['caf', 'Store.run', 'exact'],
    'wrapped.step': ['wrapped.step', '', 'likely'],
    'sentry step': ['sentry step', '', 'exact'],
  });
  checkAbsent('node', ['not a span name', 'retrieval.rerank', 'query', 'a b', '__proto__', 'constructor']);
});

describe('span-starting literals in JavaScript and TSX', () => {
  check('node', 'lib/worker.js', {
    'job.run': ['startActiveSpan(JOB', 'run', 'exact'],
    handler: ["startActiveSpan('handler'", '', 'exact'],
  });
  check('node', 'src/panel.tsx', { 'panel.render': ['panel.render', 'Panel', 'exact'] });
});

describe('line context', () => {
  it('names the function and the spans that cover a line', async () => {
    const folder = path.join(fixtures, 'python');
    const file = path.join(folder, 'model/predict.py');
    const source = readFileSync(file, 'utf8');
    const { index } = openIndex([folder]);
    const inside = await index.lineContext(file, lineOf(source, 'set_attribute'));
    assert.equal(inside.functionName, 'fetch');
    assert.equal(inside.functionStart, lineOf(source, 'def fetch'));
    assert.deepEqual(
      inside.spanNames.map(({ name }) => name),
      ['fetch_features'],
    );
    const body = await index.lineContext(file, lineOf(source, 'return x'));
    assert.equal(body.functionName, 'Model.predict');
    assert.deepEqual(
      body.spanNames.map(({ name }) => name),
      ['model_predict'],
    );
  });

  it('covers the callback of a JavaScript span and nothing behind it', async () => {
    const folder = path.join(fixtures, 'node');
    const file = path.join(folder, 'src/retrieval.ts');
    const source = readFileSync(file, 'utf8');
    const { index } = openIndex([folder]);
    const covering = async (line: number): Promise<string[]> =>
      (await index.lineContext(file, line)).spanNames.map(({ name }) => name);
    assert.deepEqual(await covering(lineOf(source, "span.setAttribute('query'")), ['retrieval.search']);
    assert.deepEqual(await covering(lineOf(source, 'export class Store')), []);
  });

  it('knows nothing of a file outside the workspace', async () => {
    const { index } = openIndex([path.join(fixtures, 'python')]);
    const context = await index.lineContext(path.join(fixtures, 'node/src/retrieval.ts'), 10);
    assert.deepEqual(context, { functionName: '', functionStart: 0, functionEnd: 0, spanNames: [] });
  });
});
