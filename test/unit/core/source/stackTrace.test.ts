import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseStackTrace } from '../../../../src/core/source/stackTrace.ts';

function brief(text: string): string[] {
  return parseStackTrace(text).map(
    ({ path, line, column, functionName }) => `${functionName}@${path}:${String(line)}:${String(column)}`,
  );
}

describe('parseStackTrace', () => {
  it('reads a Python traceback innermost first, without pseudo files', () => {
    const text = [
      'Traceback (most recent call last):',
      '  File "<frozen runpy>", line 198, in _run_module_as_main',
      '  File "/app/main.py", line 12, in <module>',
      '    serve()',
      '    ~~~~~^^',
      '  File "/app/model/predict.py", line 40, in Model.predict',
      '    return 1 / 0',
      'ZeroDivisionError: division by zero',
    ].join('\n');
    assert.deepEqual(brief(text), ['Model.predict@/app/model/predict.py:40:0', '<module>@/app/main.py:12:0']);
  });

  it('puts the frames of the error that was raised last first in a chained traceback', () => {
    const text = [
      'Traceback (most recent call last):',
      '  File "a.py", line 1, in cause',
      'KeyError',
      '',
      'During handling of the above exception, another exception occurred:',
      '',
      'Traceback (most recent call last):',
      '  File "b.py", line 2, in outer',
      '  File "b.py", line 3, in inner',
      'ValueError',
    ].join('\r\n');
    assert.deepEqual(brief(text), ['inner@b.py:3:0', 'outer@b.py:2:0', 'cause@a.py:1:0']);
  });

  it('reads the lines of a Python exception group behind their bars', () => {
    const text = '  + Exception Group Traceback (most recent call last):\n  |   File "C:\\app\\x.py", line 5, in f\n';
    assert.deepEqual(brief(text), ['f@C:\\app\\x.py:5:0']);
  });

  it('reads the shapes of V8 frames', () => {
    const text = [
      'TypeError: bad',
      'over two lines',
      '    at search (/app/src/retrieval.ts:79:10)',
      '    at async Promise.all (index 0)',
      '    at async handle (file:///app/my%20dir/x.mjs:3:4)',
      '    at new Store (C:\\app\\store.js:1:2)',
      '    at file:///C:/app/y.mjs:9:8',
      '    at async /app/z.js:7:6',
      '    at Object.run [as go] (/app/(odd)/q.js:5:5)',
      '    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
      '    at eval (eval at compile (/app/eval.js:11:12), <anonymous>:1:1)',
      '    at Array.map (<anonymous>)',
      '    at native',
    ].join('\n');
    assert.deepEqual(brief(text), [
      'search@/app/src/retrieval.ts:79:10',
      'handle@/app/my dir/x.mjs:3:4',
      'new Store@C:\\app\\store.js:1:2',
      '@C:/app/y.mjs:9:8',
      '@/app/z.js:7:6',
      'Object.run@/app/(odd)/q.js:5:5',
      'eval@/app/eval.js:11:12',
    ]);
  });

  it('reads Java frames with the package as the folder', () => {
    const text = [
      'java.lang.IllegalStateException: no',
      '\tat com.example.Svc.handle(Svc.java:13) ~[app.jar:1.0]',
      '\tat app//com.example.Main$Inner.run(Main.java:20)',
      '\tat java.base/java.lang.Thread.run(Thread.java:840)',
      '\tat com.example.Native.call(Native Method)',
      '\t... 12 more',
    ].join('\n');
    assert.deepEqual(brief(text), [
      'com.example.Svc.handle@com/example/Svc.java:13:0',
      'com.example.Main$Inner.run@com/example/Main.java:20:0',
      'java.lang.Thread.run@java/lang/Thread.java:840:0',
    ]);
  });

  it('reads Go and .NET frames', () => {
    const go =
      'goroutine 1 [running]:\nmain.handle(0x1, 0x2)\n\t/src/main.go:42 +0x1f\ncreated by main.run in goroutine 7\n\t/src/run.go:9\n';
    assert.deepEqual(brief(go), ['main.handle@/src/main.go:42:0', 'main.run@/src/run.go:9:0']);
    const dotnet = '   at Shop.Cart.Add(Int32 id) in /src/Cart.cs:line 42\n   at Shop.Main()\n';
    assert.deepEqual(brief(dotnet), ['Shop.Cart.Add@/src/Cart.cs:42:0']);
  });

  it('says where each frame stands in the text', () => {
    const text = 'Error: x\n    at f (/app/a.js:1:2)\n  File "/app/b.py", line 33, in g\n';
    const frames = parseStackTrace(text);
    assert.deepEqual(
      frames.map(({ textStart, textEnd }) => text.slice(textStart, textEnd)),
      ['/app/a.js:1:2', 'File "/app/b.py", line 33'],
    );
  });

  it('reads both ends of a text that is too long', () => {
    const text = `  File "first.py", line 1, in a\n${'x'.repeat(200_000)}\n  File "last.py", line 2, in b`;
    assert.deepEqual(
      parseStackTrace(text).map(({ path, textStart }) => [path, text.startsWith('File', textStart)]),
      [
        ['last.py', true],
        ['first.py', true],
      ],
    );
  });

  it('ends at once on hostile text', () => {
    const size = 64 * 1024;
    const hostile = [
      'at ' + '('.repeat(size),
      'at ' + ' ('.repeat(size / 2) + ')',
      '  File "' + '", line '.repeat(size / 8),
      'at x (' + ':1'.repeat(size / 2) + ')',
      '\t' + '.go:'.repeat(size / 4),
      'at a) in '.repeat(size / 9) + ':line ',
      'eval at ('.repeat(size / 9),
      '\n'.repeat(size),
      'at \n'.repeat(size / 4),
      `at f (x:${'9'.repeat(size)}:1)`,
      'at f (file:' + '%'.repeat(size) + ':1:1)',
      '\u0000\uD800at f (/a\u0000b:1:1)',
    ];
    for (const text of hostile) {
      for (const frame of parseStackTrace(text)) {
        assert.ok(frame.line >= 0 && frame.line < 1e9 && Number.isInteger(frame.line));
        assert.ok(frame.textStart >= 0 && frame.textEnd <= text.length && frame.textStart < frame.textEnd);
      }
    }
  });
});
