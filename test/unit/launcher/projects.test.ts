import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { after, describe, test } from 'node:test';
import { programOfLine } from '../../../src/core/launch/programKind.ts';
import { Launcher } from '../../../src/launcher/launcher.ts';
import { commandPython, projectPython } from '../../../src/launcher/projectPython.ts';

const onPosix = { skip: process.platform === 'win32' };
const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'projects-')));
after(() => rmSync(root, { recursive: true, force: true }));
const at = (...parts: string[]): string => path.join(root, ...parts);

/** A file with folders above it; `#!` makes it one that runs. */
function put(file: string, text = ''): string {
  mkdirSync(path.dirname(at(file)), { recursive: true });
  writeFileSync(at(file), text);
  if (text.startsWith('#!')) chmodSync(at(file), 0o755);
  return at(file);
}
const putAll = (files: Readonly<Record<string, string>>): void => {
  for (const [file, text] of Object.entries(files)) put(file, text);
};
const launcher = new Launcher(at('storage'), () => undefined);
const env = { PATH: at('tools') };

/** Answers as an interpreter without an SDK that has all it is asked for. */
const PYTHON = `#!${process.execPath}
const modules = process.argv.slice(5);
console.log(JSON.stringify({ executable: process.argv[1], version: [3, 12], sdk: false, pip: true, importable: modules, packages: {} }));
`;

describe('the interpreter of a project', onPosix, () => {
  putAll({
    'mono/.venv/bin/python': PYTHON,
    'mono/services/api/venv/bin/python': PYTHON,
    'mono/services/web/main.py': '',
    'poetry/pyproject.toml': '[tool.poetry]\nname = "x"\n',
    'elsewhere/bin/python': PYTHON,
    'elsewhere/bin/uvicorn': '#!/bin/sh\n',
    'pdm/.pdm-python': at('elsewhere/bin/python'),
    'plain/main.py': '',
    'tools/poetry': `#!/bin/sh\necho ${at('elsewhere/bin/python')}\n`,
    'tools/celery': `#!${at('elsewhere/bin/python')}\n`,
  });
  const of = (folder: string, more = {}): Promise<string> =>
    projectPython(at(folder), at(folder.split('/')[0] ?? ''), { ...env, ...more });

  test('is of the virtual environment in its folder, or of the nearest above it', async () => {
    assert.equal(await of('mono/services/api'), at('mono/services/api/venv/bin/python'));
    assert.equal(await of('mono/services/web'), at('mono/.venv/bin/python'));
  });

  test('is what Poetry and PDM keep for it elsewhere', async () => {
    assert.equal(await of('poetry'), at('elsewhere/bin/python'));
    assert.equal(await of('pdm'), at('elsewhere/bin/python'));
  });

  test('is the active one, else the system’s', async () => {
    assert.equal(await of('plain', { VIRTUAL_ENV: at('elsewhere') }), at('elsewhere/bin/python'));
    assert.equal(await of('plain'), 'python3');
  });

  test('is told by the command line that starts it', async () => {
    const by = (line: string, chosen?: string): Promise<string | undefined> => {
      const kind = programOfLine(line);
      assert.ok(kind, line);
      const place = { cwd: at('mono/services/web'), root: at('mono'), env };
      return commandPython(kind, chosen === undefined ? place : { ...place, chosen });
    };
    assert.equal(await by('../api/venv/bin/python main.py'), at('mono/services/api/venv/bin/python'));
    assert.equal(await by('uv run uvicorn main:app'), at('mono/.venv/bin/python'));
    assert.equal(await by('python main.py'), 'python');
    assert.equal(await by('python main.py', at('elsewhere/bin/python')), at('elsewhere/bin/python'));
    assert.equal(await by('uvicorn main:app', at('elsewhere/bin/python')), at('elsewhere/bin/python'));
    assert.equal(await by(`${at('elsewhere/bin/uvicorn')} main:app`), at('elsewhere/bin/python'));
    assert.equal(await by('celery worker'), at('elsewhere/bin/python'), 'by its first line');
    assert.equal(await by('gunicorn main:app'), undefined, 'there is none');
  });
});

describe('how a file of a project is run', () => {
  putAll({
    'shop/pyproject.toml': '',
    'shop/src/shop/__init__.py': '',
    'shop/src/shop/api.py': '',
    'repo/services/api/requirements.txt': '',
    'repo/services/api/app/main.py': '',
    'repo/services/api/app/db.py': '',
    'repo/tool.py': '',
  });
  const APP = 'from fastapi import FastAPI\napp = FastAPI()\n';
  const of = async (file: string, text: string): Promise<string> => {
    const python = (): Promise<string> => Promise.resolve('py');
    const { cwd, commands, serves } = await launcher.filePrograms(at(file), at(file.split('/')[0] ?? ''), text, python);
    const [first] = commands;
    return `${path.relative(root, cwd)}: ${[first?.program, ...(first?.args ?? [])].join(' ')}${serves ? ' (serves)' : ''}`;
  };

  test('is in the project’s folder, with imports from where they start', async () => {
    assert.equal(await of('shop/src/shop/api.py', APP), 'shop: py -m uvicorn shop.api:app --app-dir src (serves)');
    assert.equal(
      await of('repo/services/api/app/main.py', APP),
      'repo/services/api: py -m uvicorn app.main:app (serves)',
    );
    const neighbour = `import db\n${APP}`;
    assert.equal(
      await of('repo/services/api/app/main.py', neighbour),
      'repo/services/api: py -m uvicorn main:app --app-dir app (serves)',
    );
    assert.equal(await of('repo/tool.py', ''), 'repo: py tool.py');
  });

  test('a package starts with its script, else with its main file, and only where it serves', () => {
    put('node/index.js');
    const start = (manifest: object): unknown => launcher.packageStart(JSON.stringify(manifest), at('node'));
    const dependencies = { express: '5' };
    assert.deepEqual(start({ dependencies, scripts: { start: 'node a.js', dev: 'nodemon a.js' } }), { script: 'dev' });
    assert.deepEqual(start({ dependencies, scripts: { dev: 'vite', start: 'node a.js' } }), { script: 'start' });
    assert.deepEqual(start({ dependencies, scripts: { test: 'jest' } }), { file: at('node/index.js') });
    assert.equal(start({ dependencies: { react: '19' }, scripts: { start: 'node a.js' } }), undefined);
  });
});

describe('what a program lacks', onPosix, () => {
  const look = async (command: readonly string[] | string, cwd: string, more: object = {}): Promise<string> => {
    const missing = await launcher.missingSdk({
      command,
      cwd: at(cwd),
      root: at(cwd.split('/')[0] ?? ''),
      env: { ...env, ...more },
    });
    return missing
      ? `${missing.service}: ${missing.language} ${missing.wanted.covered.join(' ')}`.trimEnd()
      : 'nothing';
  };
  putAll({
    'one/main.py': 'from shop import create_app\n',
    'one/shop/__init__.py': 'from fastapi import FastAPI\n',
    'one/shop/deep/db.py': 'import redis\n',
    'one/.venv/bin/python': PYTHON,
    'one/.venv/lib/x.py': 'import flask\n',
    'one/own/pyvenv.cfg': '',
    'one/own/x.py': 'import flask\n',
    'two/package.json': '{"workspaces": ["p/*"], "scripts": {"dev": "npm run dev -w api"}}',
    'two/p/api/package.json': '{"dependencies": {"fastify": "5"}, "scripts": {"dev": "tsx a.ts"}}',
    'two/p/api/server.js': '',
    'two/p/web/package.json': '{"scripts": {"dev": "vite"}}',
    'has/package.json': '{"dependencies": {"express": "5", "@opentelemetry/sdk-trace": "3"}}',
    'has/node_modules/@opentelemetry/sdk-trace/package.json': '{}',
    'bare/server.js': '',
  });

  test('is told by the imports of all its files but installed ones', async () => {
    assert.equal(await look([at('one/.venv/bin/python'), 'main.py'], 'one'), 'one: python fastapi redis');
    assert.equal(await look('cd .. && cd one && uv run uvicorn main:app', 'one'), 'one: python fastapi redis');
  });

  test('is told by the dependencies of a package, of all where several are started at once', async () => {
    assert.equal(await look(['npm', 'run', 'dev'], 'two'), 'two: node fastify');
    assert.equal(await look(['npm', 'run', 'dev'], 'two/p/api'), 'api: node fastify');
    assert.equal(await look(['node', 'p/api/server.js'], 'two'), 'api: node fastify');
    assert.equal(await look(['node', 'server.js'], 'bare'), 'bare: node');
  });

  test('is nothing for a script that starts no program, one with an SDK, and what nobody knows', async () => {
    assert.equal(await look(['npm', 'run', 'dev'], 'two/p/web'), 'nothing');
    assert.equal(await look(['npm', 'start'], 'has'), 'nothing');
    assert.equal(await look('make dev', 'one'), 'nothing');
    assert.equal(await look(['/nonexistent/python', 'main.py'], 'one'), 'nothing');
  });

  test('is what sets an SDK up that only a library brought, unless its code or command does', async () => {
    const withSdk = PYTHON.replace('sdk: false', 'sdk: true');
    const APP = 'import chromadb\nfrom fastapi import FastAPI\n';
    const missing = async (name: string, code: string, words: readonly string[] = ['main.py'], more = {}) => {
      putAll({ [`${name}/main.py`]: code, [`${name}/.venv/bin/python`]: withSdk });
      const command = [at(name, '.venv/bin/python'), ...words];
      return launcher.missingSdk({ command, cwd: at(name), root: at(name), env: { ...env, ...more } });
    };
    const memory = 'from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter\n';
    putAll({ 'unset/tests/spans.py': memory, 'unset/shop/test_app.py': memory, 'unset/conftest.py': memory });
    const unset = await missing('unset', `${APP}from opentelemetry import trace\n`);
    assert.deepEqual([unset?.unset, unset?.wanted.covered], [true, ['fastapi']]);
    assert.deepEqual(unset?.variables('/p'), {
      SPANLINE_PYTHON_PACKAGES: '/p',
      SPANLINE_PYTHON_UNSET_SDK: at('unset/.venv/bin'),
      OTEL_SERVICE_NAME: 'unset',
    });
    assert.equal(await missing('own', `${APP}import logfire\n`), undefined);
    assert.equal(await missing('wrapped', APP, ['-m', 'logfire', 'run', 'main.py']), undefined);
    assert.equal(await missing('named', APP, ['main.py'], { OTEL_PYTHON_TRACER_PROVIDER: 'own' }), undefined);
    const without = await launcher.missingSdk({
      command: 'python main.py',
      cwd: at('one'),
      root: at('one'),
      env: { PATH: at('one/.venv/bin') },
    });
    assert.equal(without?.unset, false);
  });

  test('is offered to a Node program with one that no package of its names, and that makes spans by instrumentations alone', async () => {
    const missing = (cwd: string): ReturnType<typeof launcher.missingSdk> =>
      launcher.missingSdk({ command: ['node', 'server.js'], cwd: at(cwd), root: at(cwd), env });
    putAll({
      'brought/package.json': '{"dependencies": {"express": "5", "@opentelemetry/api": "1"}}',
      'brought/node_modules/@opentelemetry/sdk-trace-base/package.json': '{}',
      'brought/node_modules/@opentelemetry/exporter-trace-otlp-http/package.json': '{}',
      'whole/package.json': '{"dependencies": {"a-library": "5"}}',
      'whole/node_modules/@opentelemetry/sdk-trace-base/package.json': '{}',
      'whole/node_modules/@opentelemetry/exporter-trace-otlp-http/package.json': '{}',
      'owns/package.json': '{"dependencies": {"express": "5", "@langfuse/otel": "4"}}',
      'owns/node_modules/@opentelemetry/sdk-trace-base/package.json': '{}',
      'parts/package.json': '{"dependencies": {"express": "5", "@opentelemetry/exporter-trace-otlp-http": "1"}}',
      'parts/node_modules/@opentelemetry/sdk-trace-base/package.json': '{}',
    });
    const brought = await missing('brought');
    assert.deepEqual([brought?.unset, brought?.wanted.covered], [true, ['express']]);
    assert.deepEqual(brought?.variables('/p'), {
      SPANLINE_NODE_PACKAGES: '/p',
      SPANLINE_NODE_UNSET_SDK: at('brought'),
      OTEL_SERVICE_NAME: 'brought',
    });
    // What uses the API there is seen without.
    assert.equal(await missing('whole'), undefined);
    assert.equal(await missing('owns'), undefined);
    assert.equal(await missing('parts'), undefined);
  });

  test('names the service, unless the environment does', async () => {
    const started = { command: ['node', 'server.js'], cwd: at('bare'), root: at('bare') };
    const own = await launcher.missingSdk({ ...started, env });
    assert.deepEqual(own?.variables('/p'), { SPANLINE_NODE_PACKAGES: '/p', OTEL_SERVICE_NAME: 'bare' });
    const named = await launcher.missingSdk({ ...started, env: { ...env, OTEL_SERVICE_NAME: 'x' } });
    assert.deepEqual(named?.variables('/p'), { SPANLINE_NODE_PACKAGES: '/p' });
  });
});
