import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  commandsForFile,
  isServer,
  packageScripts,
  packageScriptText,
  type ProgramFile,
} from '../../../../src/core/launch/programCommands.ts';

const lines = (path: string, text = '', more: Partial<ProgramFile> = {}): string[] =>
  commandsForFile({ path, text, python: 'py', ...more }).map(({ program, args }) => [program, ...args].join(' '));

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

  test('an application that a function makes is served, in the file of the function or in another', () => {
    const factory = 'from fastapi import FastAPI\ndef create_app():\n    return FastAPI()\n';
    assert.equal(lines('shop/factory.py', factory)[0], 'py -m uvicorn shop.factory:create_app --factory');
    const made = 'from .factory import create_app\n\napp = create_app()\n';
    assert.equal(lines('shop/main.py', made, { imports: ['fastapi'] })[0], 'py -m uvicorn shop.main:app');
    assert.equal(lines('shop/main.py', made, { imports: ['flask'] })[0], 'py -m flask --app shop.main:app run');
    assert.deepEqual(lines('shop/main.py', made), ['py shop/main.py'], 'nobody knows of what');
    const flask = 'from flask import Flask\ndef create_app():\n    return Flask(__name__)\n';
    assert.equal(lines('shop/__init__.py', flask)[0], 'py -m flask --app shop:create_app run');
  });

  test('imports start from the folder that they start from in the project', () => {
    const app = 'from fastapi import FastAPI\napp = FastAPI()\n';
    assert.equal(lines('src/shop/api.py', app, { importsFrom: 'src' })[0], 'py -m uvicorn shop.api:app --app-dir src');
    const web = 'web = Flask(__name__)';
    assert.equal(lines('src/shop/api.py', web, { importsFrom: 'src' })[0], 'py -m flask --app src/shop/api:web run');
  });

  test('the files by which Django is deployed are served or left alone', () => {
    const asgi = 'application = get_asgi_application()';
    assert.equal(lines('site/asgi.py', asgi)[0], 'py -m uvicorn site.asgi:application');
    assert.deepEqual(lines('site/wsgi.py', 'application = get_wsgi_application()'), []);
  });

  test('TypeScript runs with what the project has for it', () => {
    assert.deepEqual(lines('server.ts', '', { typeScript: 'tsx' }), ['npx tsx server.ts']);
    assert.deepEqual(lines('server.js', '', { typeScript: 'tsx' }), ['node server.js']);
  });

  test('a server is told from a file that is run', () => {
    const app = commandsForFile({ path: 'api.py', text: 'app = FastAPI()', python: 'py' });
    assert.deepEqual(app.map(isServer), [true, true, false]);
  });

  test('the text of a script is read, whatever the manifest holds', () => {
    assert.equal(packageScriptText('{"scripts": {"dev": "node x"}}', 'dev'), 'node x');
    for (const text of ['', '{', '{"scripts": {"dev": 3}}', '{"scripts": null}']) {
      assert.equal(packageScriptText(text, 'dev'), undefined, text);
    }
  });

  test('scripts of a package are read, whatever its manifest holds', () => {
    assert.deepEqual(packageScripts('{"scripts": {"dev": "x", "start": "y"}}'), ['dev', 'start']);
    for (const text of ['', '{', 'null', '{"scripts": 3}', '[]']) assert.deepEqual(packageScripts(text), []);
  });
});
