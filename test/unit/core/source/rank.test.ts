import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FileList } from '../../../../src/core/source/fileList.ts';
import type { PathRules } from '../../../../src/core/source/plainPath.ts';
import { resolveFrame, resolveSource, type SourceLookups } from '../../../../src/core/source/rank.ts';

const POSIX: PathRules = { style: 'posix', caseSensitive: true };

function recording(files: readonly string[]): { lookups: SourceLookups; asked: string[] } {
  const asked: string[] = [];
  const list = new FileList(POSIX);
  for (const file of files) list.add(file);
  const ask = <T>(path: string, answer: T): Promise<T> => {
    asked.push(path);
    return Promise.resolve(answer);
  };
  const lookups: SourceLookups = {
    context: {
      rules: POSIX,
      folders: [{ path: '/ws', name: 'ws' }],
      mappings: [{ from: '/m', to: '/etc' }],
      files: list,
    },
    codeFiles: 1,
    crossesLink: (path) => ask(path, false),
    lineCount: (path) => ask(path, 10),
    functionAt: (path) => ask(path, ''),
    functionLine: (path) => ask(path, 1),
    spanStarts: () => [],
    spanStartsIn: () => [],
    symbols: () => [],
    definitionsIn: () => [],
    routes: () => [],
    routesForPath: () => [],
    rpcs: () => [],
    tasks: () => [],
    calls: (path) => ask(path, []),
  };
  return { lookups, asked };
}

it('asks nothing about a path outside the workspace', async () => {
  const { lookups, asked } = recording(['/ws/a.py']);
  for (const filePath of ['/etc/passwd', '/m/passwd', '/ws/../etc/passwd', 'file:///etc/passwd', '../x', '/ws']) {
    for (const line of ['1', undefined]) {
      await resolveSource(
        {
          serviceName: '',
          spanName: 'n',
          scopeName: '',
          language: '',
          code: { keys: ['code.file.path'], filePath, functionName: 'f', ...(line === undefined ? {} : { line }) },
          baseDirectories: ['/etc', '/m'],
          stackTraces: [`Error\n    at f (${filePath}:1:1)`],
        },
        lookups,
      );
    }
    await resolveFrame({ path: filePath, line: 1, column: 1 }, { serviceName: '', baseDirectories: ['/etc'] }, lookups);
  }
  assert.deepEqual(
    asked.filter((path) => !path.startsWith('/ws/')),
    [],
  );
  await resolveFrame({ path: '/ws/a.py', line: 1, column: 1 }, { serviceName: '', baseDirectories: [] }, lookups);
  assert.ok(asked.includes('/ws/a.py'));
});
