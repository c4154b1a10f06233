// First index of a workspace of 5,000 code files, one changed file, and resolving kinds of spans, in this process.
import { mkdir, mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { CodeIndex } from '../../src/codeIndex/codeIndex.ts';
import { nodeFileSystem } from '../../src/codeIndex/fileSystem.ts';
import { machinePathRules } from '../../src/codeIndex/machinePathRules.ts';
import { workedMs } from '../../src/codeIndex/workedTime.ts';
import type { SourceHints } from '../../src/core/model/source.ts';

const FILES = 5_000;
const FIRST_INDEX_MS = 20_000;
const SECOND_INDEX_MS = 2_000;
const CHANGED_FILE_MS = 100;
const RESOLVE_MS = 20;
const MESSAGE_WAIT_MS = 50;
const grammarFolder = path.resolve(import.meta.dirname, '../../node_modules/@vscode/tree-sitter-wasm/wasm');

/** About 250 lines of Python or TypeScript; four files in five hold a call that sounds like starting a span. */
function sourceOf(index: number): { extension: string; text: string } {
  const spans = index % 5 !== 0;
  const blocks: string[] = [];
  if (index % 2 === 0) {
    for (let i = 0; i < 30; i++) {
      const start =
        spans && i % 6 === 0
          ? `    with tracer.start_as_current_span("step.${String(index)}.${String(i)}"):\n`
          : '    if x:\n';
      blocks.push(
        `def handle_${String(i)}(x, y=None):\n    """Does a thing."""\n    total = sum(v * 2 for v in x)\n${start}        y = {"a": total, "b": [1, 2, 3]}\n        log(y, total)\n    return y\n\n`,
      );
    }
    return { extension: 'py', text: blocks.join('\n') };
  }
  for (let i = 0; i < 30; i++) {
    const start =
      spans && i % 6 === 0
        ? `  return tracer.startActiveSpan('step.${String(index)}.${String(i)}', (span) => {\n`
        : '  return run(() => {\n';
    blocks.push(
      `export function handle${String(i)}(x: readonly number[], y?: Thing): number {\n  const total = x.map((v) => v * 2).reduce((a, b) => a + b, 0);\n${start}    const z = { a: total, b: [1, 2, 3], ...y };\n    log(z);\n    return z.a;\n  });\n}\n`,
    );
  }
  return { extension: 'ts', text: blocks.join('\n') };
}

function print(name: string, ms: number, budget: number, detail: string): void {
  const value = Math.round(ms * 100) / 100;
  console.log(JSON.stringify({ name, value, unit: 'ms', budget: `${String(budget)} ms`, ok: value <= budget, detail }));
}

const folder = await mkdtemp(path.join(tmpdir(), 'spanline-bench-'));
try {
  let bytes = 0;
  for (let i = 0; i < FILES; i++) {
    const directory = path.join(folder, `package${String(i % 50)}`, `module${String(i % 250)}`);
    const { extension, text } = sourceOf(i);
    bytes += text.length;
    await mkdir(directory, { recursive: true });
    const file = path.join(directory, `file${String(i)}.${extension}`);
    await writeFile(file, text);
    // What changed a moment ago is not kept.
    await utimes(file, 1, 1);
  }
  const deps = {
    fileSystem: nodeFileSystem,
    rules: machinePathRules(),
    onStatus: () => undefined,
    log: (level: string, message: string) => {
      if (level !== 'debug') console.log(message);
    },
    yieldToMessages: () => setImmediate(),
    build: 'bench',
    now: () => performance.now(),
    worked: workedMs,
  };
  const index = new CodeIndex(deps);
  const cacheFile = path.join(folder, '.git/codeIndex.gz');
  const config = {
    folders: [{ path: folder, name: 'bench' }],
    pathMappings: [],
    excludes: [],
    grammarFolder,
    cacheFile,
  };

  const gaps: number[] = [];
  let tick = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    gaps.push(now - tick);
    tick = now;
  }, 1);
  const before = performance.now();
  index.configure(config);
  await index.settled();
  const first = performance.now() - before;
  clearInterval(timer);
  const heap = Math.round(process.memoryUsage().rss / 1e6);
  const { filesIndexed, failedFiles } = index.status();
  const size = `${String(filesIndexed)} files, ${(bytes / 1e6).toFixed(1)} MB, ${String(failedFiles)} failed, rss ${String(heap)} MB`;
  print('first index of 5,000 files', first, FIRST_INDEX_MS, size);
  gaps.sort((a, b) => a - b);
  const worst = `gaps between 1 ms timers, longest ${String(Math.round(gaps.at(-1) ?? 0))} ms`;
  print(
    'wait of a message while indexing, 99th percentile',
    gaps[Math.floor(gaps.length * 0.99)] ?? 0,
    MESSAGE_WAIT_MS,
    worst,
  );

  await index.saved();
  const again = new CodeIndex(deps);
  const restart = performance.now();
  again.configure(config);
  await again.settled();
  const second = performance.now() - restart;
  const kept = `${(second / first).toFixed(2)} of the first; ${((await stat(cacheFile)).size / 1e6).toFixed(1)} MB on disk`;
  print('second index of 5,000 files, kept on disk', second, SECOND_INDEX_MS, kept);

  const changed = path.join(folder, 'package1/module1/file1.ts');
  const big = `${sourceOf(1).text}\n`.repeat(8);
  const took: number[] = [];
  for (let i = 0; i < 20; i++) {
    await writeFile(changed, big + `tracer.startSpan('fresh.${String(i)}');\n`);
    const start = performance.now();
    await index.filesChanged([changed], []);
    took.push(performance.now() - start);
  }
  const lines = String(big.split('\n').length);
  print('one changed file', Math.max(...took), CHANGED_FILE_MS, `slowest of 20, ${lines} lines`);

  const resolved: number[] = [];
  for (let i = 0; i < 500; i++) {
    const hints: SourceHints = {
      serviceName: 'bench',
      spanName: `step.${String(i * 7)}.6`,
      scopeName: '',
      language: '',
      code: { keys: ['code.file.path'], filePath: `/app/module${String(i % 250)}/file${String(i)}.py`, line: '3' },
      baseDirectories: ['/app'],
      stackTraces: [],
    };
    const start = performance.now();
    await index.resolve(hints);
    resolved.push(performance.now() - start);
  }
  resolved.sort((a, b) => a - b);
  print(
    'resolving a kind of span, 95th percentile',
    resolved[Math.floor(resolved.length * 0.95)] ?? 0,
    RESOLVE_MS,
    '500 kinds, none cached',
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
