import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { askedFilter, checkedBook, EMPTY_BOOK, remembered, type FilterBook } from '../../../src/protocol/filterApi.ts';
import type { FilterSuggestions } from '../../../src/protocol/queryApi.ts';
import { FilterModel } from '../../../webview/filter/filterModel.ts';
import type { Host } from '../../../webview/protocol/host.ts';

/** A model with a host that remembers what it was given, and timers that run when told. */
function started(answer?: FilterSuggestions) {
  const kept: FilterBook[] = [];
  const due = new Set<() => void>();
  const request = (method: string, params: unknown): Promise<unknown> => {
    if (method === 'filter/keep') kept.push(params as FilterBook);
    if (method === 'query/complete') return Promise.resolve(answer ?? { from: 0, to: 0, suggestions: [] });
    return Promise.resolve({ problem: null });
  };
  const model = new FilterModel({
    host: { request: request as Host['request'] },
    timers: {
      set: (callback) => {
        due.add(callback);
        return callback;
      },
      clear: (handle) => due.delete(handle as () => void),
    },
  });
  const wait = (): void => {
    for (const run of [...due]) if (due.delete(run)) run();
  };
  return { model, kept, wait };
}

describe('the filter that is typed', () => {
  test('is asked of lists when the typing rests, and only when it can be read', () => {
    const { model, kept, wait } = started();
    model.type('dur>20', 6);
    const place = (): number | undefined => model.problem.value?.start;
    assert.equal(place(), undefined, 'nobody is told of mistakes while typing');
    wait();
    assert.deepEqual([model.asked.value, place()], ['', 4]);
    model.type('dur>200ms', 9);
    assert.equal(place(), undefined);
    wait();
    assert.equal(model.asked.value, 'dur>200ms');
    model.setErrorsOnly(true);
    assert.equal(model.asked.value, 'errors (dur>200ms)');
    assert.deepEqual(kept.at(-1), { filter: 'dur>200ms', errorsOnly: true, saved: [], history: [] });
    model.clear();
    assert.equal(model.asked.value, '');
    assert.deepEqual(kept.at(-1)?.history, ['dur>200ms']);
  });

  test('takes suggestions, and goes on to the values of a field', async () => {
    const { model } = started({ from: 2, to: 3, suggestions: [{ insert: 'service:', kind: 'field', detail: '' }] });
    model.type('a s', 3);
    await Promise.resolve();
    await Promise.resolve();
    assert.equal(model.completion.value?.active, -1);
    model.choose(1);
    assert.equal(model.completion.value.active, 0);
    model.choose(1);
    assert.equal(model.completion.value.active, -1);
    assert.equal(model.accept(0), 10);
    assert.equal(model.text.value, 'a service:');
  });

  test('a late answer about an earlier text is dropped', async () => {
    const { model } = started({ from: 0, to: 1, suggestions: [{ insert: 'name:', kind: 'field', detail: '' }] });
    model.type('n', 1);
    model.closeCompletion();
    await Promise.resolve();
    await Promise.resolve();
    assert.equal(model.completion.value, undefined);
  });

  test('what stands under the input fits the text at every moment, before the engine answers', async () => {
    const suggestions = ['service:', 'customer:', '"cust om":'].map((insert) => ({
      insert,
      kind: 'field' as const,
      detail: '',
    }));
    const { model } = started({ from: 0, to: 0, suggestions });
    const listed = () => model.completion.value?.suggestions.map(({ insert }) => insert);
    model.type('', 0);
    await Promise.resolve();
    await Promise.resolve();
    assert.equal(listed()?.length, 3);
    model.type('cust', 4);
    assert.deepEqual(listed(), ['customer:', '"cust om":']);
    assert.equal(model.accept(0), 9);
    assert.equal(model.text.value, 'customer:');

    model.complete(9);
    await Promise.resolve();
    await Promise.resolve();
    model.type('customer:A', 10);
    assert.equal(listed(), undefined, 'fields are no values');
  });

  test('another view’s filter takes its place; what is being typed stays when only its keeping changed', () => {
    const { model } = started();
    model.take({ ...EMPTY_BOOK, filter: 'service:a' });
    assert.deepEqual([model.text.value, model.asked.value], ['service:a', 'service:a']);
    model.type('service:ab', 10);
    model.take({ ...EMPTY_BOOK, filter: 'service:a', history: ['x'] });
    assert.equal(model.text.value, 'service:ab');
  });

  test('is saved under a name, renamed, deleted and brought back', () => {
    const { model } = started();
    model.use('errors');
    model.save(' mine ');
    model.use('service:b');
    model.save('other');
    model.rename('mine', 'other');
    assert.deepEqual(
      model.book.value.saved.map(({ name }) => name),
      ['mine', 'other'],
    );
    model.rename('mine', 'failed');
    const undo = model.remove('failed');
    assert.deepEqual(
      model.book.value.saved.map(({ name }) => name),
      ['other'],
    );
    undo();
    assert.deepEqual(model.book.value.saved[0], { name: 'failed', filter: 'errors' });
  });
});

describe('what is kept of filters', () => {
  test('errors only goes beside a filter without changing it', () => {
    assert.equal(askedFilter({ filter: ' ', errorsOnly: true }), 'errors');
    assert.equal(askedFilter({ filter: 'a or b', errorsOnly: true }), 'errors (a or b)');
  });

  test('the history has each once, newest first, at most fifty', () => {
    assert.deepEqual(remembered(['b', 'a'], ' a '), ['a', 'b']);
    assert.deepEqual(remembered(['a'], ''), ['a']);
    assert.equal(
      remembered(
        Array.from({ length: 60 }, (_, index) => `f${index}`),
        'new',
      ).length,
      50,
    );
  });

  test('whatever does not fit is left out', () => {
    assert.deepEqual(checkedBook(null), EMPTY_BOOK);
    assert.deepEqual(
      checkedBook({
        filter: 7,
        errorsOnly: 'x',
        saved: [{ name: '' }, { name: 'a', filter: 'b' }, 3],
        history: [1, 'h'],
      }),
      { filter: '', errorsOnly: false, saved: [{ name: 'a', filter: 'b' }], history: ['h'] },
    );
  });
});
