import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { transformSync } from 'esbuild';
import { brief, hints, lineOf, openIndex, RecordingFileSystem, workspaceOf } from './openIndex.ts';

const SOURCE = `interface Order {
  readonly id: number;
}

export function load(order: Order): void {
  tracer.startActiveSpan('load order', (span) => {
    throw new Error(String(order.id));
  });
}
`;
const THROWS = lineOf(SOURCE, 'throw');

function compiled(sourcefile: string, sourcemap: 'inline' | 'external'): { code: string; map: string; line: number } {
  const { code, map } = transformSync(SOURCE, { loader: 'ts', sourcefile, sourcemap });
  return { code, map, line: lineOf(code, 'throw') };
}

async function open(test: TestContext, files: Readonly<Record<string, string>>) {
  const folder = await workspaceOf(test, files);
  const fileSystem = new RecordingFileSystem();
  const { index } = openIndex([folder], {}, fileSystem);
  test.after(() => index.dispose());
  return { index, folder, fileSystem };
}

const stackOf = (file: string, line: number) =>
  hints({ language: 'nodejs', stackTraces: [`Error: 1\n    at load (${file}:${String(line)}:11)`] });

describe('compiled JavaScript', () => {
  it('leads to its source by an inline map, also where the build is ignored', async (test) => {
    const { code, line } = compiled('../src/load.ts', 'inline');
    const { index, folder } = await open(test, { 'src/load.ts': SOURCE, 'dist/load.js': code, '.gitignore': 'dist\n' });
    const { candidates } = await index.resolve(stackOf(path.join(folder, 'dist/load.js'), line));
    assert.deepEqual(brief(candidates), [`likely src/load.ts:${String(THROWS)} load`]);
  });

  it('leads to its source by a map beside it, in a container', async (test) => {
    const { code, map, line } = compiled('webpack://app/./src/load.ts', 'external');
    const { index } = await open(test, {
      'api/src/load.ts': SOURCE,
      'api/dist/load.js': `${code}//# sourceMappingURL=load.js.map\n`,
      'api/dist/load.js.map': map,
      'compose.yaml': 'services:\n  api:\n    volumes: ["./api:/srv"]\n',
      '.gitignore': 'dist\n',
    });
    const given = { ...stackOf('/srv/dist/load.js', line), serviceName: 'api' };
    assert.deepEqual(brief((await index.resolve(given)).candidates), [`likely api/src/load.ts:${String(THROWS)} load`]);
  });

  describe('in a container that nothing here describes, its build ignored', () => {
    const { code, line } = compiled('../src/load.ts', 'inline');
    const packageOf = (name: string) => ({
      [`${name}package.json`]: '{}',
      [`${name}src/load.ts`]: SOURCE,
      [`${name}dist/load.js`]: code,
    });
    const placesOf = async (test: TestContext, files: Readonly<Record<string, string>>, serviceName = '') => {
      const { index } = await open(test, { ...files, '.gitignore': 'dist\n' });
      const file = '/usr/src/app/dist/load.js';
      const frame = await index.resolve({ ...stackOf(file, line), serviceName });
      const keys = ['code.file.path', 'code.line.number'];
      const named = await index.resolve(
        hints({ language: 'nodejs', serviceName, code: { keys, filePath: file, line: String(line) } }),
      );
      return [frame.candidates, named.candidates].map((candidates) => brief(candidates));
    };

    it('leads to its source', async (test) => {
      const [frame, named] = await placesOf(test, packageOf(''));
      assert.deepEqual(frame, [`likely src/load.ts:${String(THROWS)} load`]);
      assert.deepEqual(named, [`exact src/load.ts:${String(THROWS)} load`]);
    });

    it('leads to its source in a package', async (test) => {
      const [frame, named] = await placesOf(test, packageOf('services/api/'));
      assert.deepEqual(frame, [`likely services/api/src/load.ts:${String(THROWS)} load`]);
      assert.deepEqual(named, [`likely services/api/src/load.ts:${String(THROWS)} load`]);
    });

    it('leads to the package named as the service, where several have such a file', async (test) => {
      const [, named] = await placesOf(test, { ...packageOf('api/'), ...packageOf('web/') }, 'web');
      assert.equal(named?.[0], `likely web/src/load.ts:${String(THROWS)} load`);
    });

    it('is not looked for outside of packages, nor as a library', async (test) => {
      const { index, fileSystem } = await open(test, { 'package.json': '{}', 'a.ts': SOURCE });
      await index.resolve(stackOf('/usr/src/app/node_modules/x/dist/load.js', line));
      assert.deepEqual(
        fileSystem.touched.filter((at) => at.includes('load.js')),
        [],
      );
    });
  });

  it('leads to its source from a frame that is opened', async (test) => {
    const { code, line } = compiled('../src/load.ts', 'inline');
    const { index, folder } = await open(test, { 'src/load.ts': SOURCE, 'dist/load.js': code, '.gitignore': 'dist\n' });
    const frame = { path: path.join(folder, 'dist/load.js'), line, column: 11 };
    const { candidates } = await index.resolveFrame(frame, { serviceName: '', baseDirectories: [] });
    assert.deepEqual(brief(candidates), [`exact src/load.ts:${String(THROWS)} load`]);
  });

  it('is no second place beside its source', async (test) => {
    const { code } = compiled('../src/load.ts', 'inline');
    const { index } = await open(test, { 'src/load.ts': SOURCE, 'dist/load.js': code });
    const { candidates, ambiguous } = await index.resolve(hints({ spanName: 'load order', language: 'nodejs' }));
    assert.deepEqual(brief(candidates), [`likely src/load.ts:${String(lineOf(SOURCE, 'load order'))} load`]);
    assert.equal(ambiguous, false);
  });

  it('stays as it is when its map is broken, leads out of the workspace or is not there', async (test) => {
    const { code, line } = compiled('../src/load.ts', 'external');
    const urls = [
      '../../outside.map',
      '/etc/passwd',
      'https://x/y.map',
      'no.map',
      'bad.map',
      'data:application/json;base64,e30=',
    ];
    for (const url of urls) {
      const { index, folder, fileSystem } = await open(test, {
        'src/load.ts': SOURCE,
        'out/load.js': `${code}//# sourceMappingURL=${url}\n`,
        'out/bad.map': '{"version":3,"sources":["../src/load.ts"],"mappings":";;;;!!"}',
      });
      const { candidates } = await index.resolve(stackOf(path.join(folder, 'out/load.js'), line));
      assert.equal(brief(candidates)[0], `likely out/load.js:${String(line)} load`, url);
      assert.deepEqual(
        fileSystem.touched.filter((touched) => touched !== folder && !touched.startsWith(folder + path.sep)),
        [],
      );
    }
  });
});
