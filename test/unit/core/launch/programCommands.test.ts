import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { commandsForFile, packageScripts } from '../../../../src/core/launch/programCommands.ts';

const lines = (path: string, text = ''): string[] =>
  commandsForFile({ path, text, python: 'py' }).map(({ program, args }) => [program, ...args].join(' '));

describe('how a file is run', () => {
  test('by its language', () => {
    assert.deepEqual(lines('src/main.py'), ['py src/main.py']);
    assert.deepEqual(lines('server.mts'), ['node server.mts']);
    assert.deepEqual(lines('README.md'), []);
  });

  test('an application is served by its framework, unless the file does so itself', () => {
    const app = 'from fastapi import FastAPI\napp: FastAPI = FastAPI(title="x")\n';
    const served = ['py -m uvicorn shop.api:app', 'py -m uvicorn shop.api:app --reload'];
    assert.deepEqual(lines('shop/api.py', app), [...served, 'py shop/api.py']);
    assert.deepEqual(lines('shop/api.py', `${app}if __name__ == "__main__":\n`), ['py shop/api.py', ...served]);
    assert.deepEqual(lines('shop/__init__.py', 'web = Flask(__name__)'), [
      'py -m flask --app shop:web run',
      'py shop/__init__.py',
    ]);
    assert.deepEqual(lines('my-shop/api.py', app), ['py my-shop/api.py'], 'no module name');
    assert.deepEqual(lines('manage.py'), ['py manage.py runserver', 'py manage.py']);
  });

  test('scripts of a package are read, whatever its manifest holds', () => {
    assert.deepEqual(packageScripts('{"scripts": {"dev": "x", "start": "y"}}'), ['dev', 'start']);
    for (const text of ['', '{', 'null', '{"scripts": 3}', '[]']) assert.deepEqual(packageScripts(text), []);
  });
});
