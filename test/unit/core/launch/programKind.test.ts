import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { scriptName, scriptStartsProgram } from '../../../../src/core/launch/nodeScript.ts';
import { programKind, programOfLine, shellWords } from '../../../../src/core/launch/programKind.ts';

const kind = (line: string): string => {
  const found = programOfLine(line);
  return found
    ? [found.language, found.program, found.manager, found.folder === '' ? undefined : `in ${found.folder}`]
        .filter((part) => part !== undefined)
        .join(' ')
    : 'none';
};

describe('what a command line starts', () => {
  test('is told by its program', () => {
    assert.equal(kind('python app.py'), 'python python');
    assert.equal(kind('/srv/.venv/bin/python3.12 -m shop'), 'python /srv/.venv/bin/python3.12');
    assert.equal(kind('uvicorn main:app --reload'), 'python uvicorn');
    assert.equal(kind('./manage.py runserver'), 'python ./manage.py');
    assert.equal(kind('node --watch server.js'), 'node node');
    assert.equal(kind('npm run dev'), 'node npm');
    assert.equal(kind('tsx server.ts'), 'node tsx');
    for (const other of ['go run .', 'make dev', 'docker compose up', 'bun run dev', 'echo python', '', '&& ;']) {
      assert.equal(kind(other), 'none', other);
    }
  });

  test('is none where a tool only builds or asks', () => {
    for (const line of [
      'python -m pip install x',
      'python -V',
      'node --version',
      'npm ci',
      'yarn install',
      'python -m venv .venv',
    ])
      assert.equal(kind(line), 'none', line);
  });

  test('is found behind variables, folders and other commands', () => {
    assert.equal(kind('cd services/api && PORT=8000 uvicorn main:app'), 'python uvicorn in services/api');
    assert.equal(kind('cd a; cd "b c"; node x.js'), 'node node in a/b c');
    assert.equal(kind('cd a && cd /srv && node x.js'), 'node node in /srv');
    assert.equal(kind('docker compose up -d db && npm start'), 'node npm');
    assert.equal(kind('env A=1 exec python app.py'), 'python python');
  });

  test('is found behind what manages its environment', () => {
    assert.equal(kind('uv run --no-sync uvicorn main:app'), 'python uv uv');
    assert.equal(kind('poetry run python -m shop'), 'python poetry poetry');
    assert.equal(kind('uv sync'), 'none');
    assert.equal(kind('poetry run ruff check'), 'none');
  });

  test('words keep what quotes hold together', () => {
    assert.deepEqual(shellWords(`node "a b"/c.js 'd e' f"g h"`), ['node', 'a b/c.js', 'd e', 'fg h']);
    assert.equal(programKind(['C:\\Python\\python.exe', 'app.py'])?.language, 'python');
  });
});

describe('a script of a package', () => {
  test('is named by what the package manager is told', () => {
    const of = (line: string): string | undefined => scriptName(line.split(' '));
    assert.equal(of('npm run dev'), 'dev');
    assert.equal(of('npm start'), 'start');
    assert.equal(of('npm --silent run dev'), 'dev');
    assert.equal(of('pnpm dev'), 'dev');
    assert.equal(of('npm audit'), undefined);
    assert.equal(of('node x.js'), undefined);
  });

  test('starts a program unless it is known for something else', () => {
    for (const script of [
      'node server.js',
      'cross-env A=1 nodemon x',
      'tsc && node dist/x.js',
      'nest start',
      'turbo run dev',
    ])
      assert.ok(scriptStartsProgram(script), script);
    for (const script of [
      'vite',
      'next dev',
      'tsc -w',
      'jest',
      'uvicorn main:app',
      'rm -rf dist',
      'npx playwright test',
    ])
      assert.ok(!scriptStartsProgram(script), script);
  });
});
