import assert from 'node:assert/strict';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';
import { nodeSdk } from '../../src/core/launch/sdkPackages.ts';
import { SdkInstaller } from '../../src/launcher/sdkInstaller.ts';
import { linesOf, runSpanline, startSpanline } from './support/runSpanline.ts';

const SERVICE = path.resolve(import.meta.dirname, '../fixtures/launch/service.cjs');
const folder = mkdtempSync(path.join(tmpdir(), 'spanline-run-'));
const running = new Set<ChildProcessWithoutNullStreams>();
after(async () => {
  for (const child of running) await end(child, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function nodeFolderName(packages: readonly string[]): string {
  return `node-${createHash('sha256').update(packages.join('\0')).digest('hex').slice(0, 12)}`;
}

async function serve(storage: string): Promise<{ child: ChildProcessWithoutNullStreams; http: string }> {
  const child = startSpanline(['serve', '--http', '0', '--grpc', '0', '--storage', storage, '--json']);
  running.add(child);
  const line = await linesOf(child).next();
  return { child, http: (JSON.parse(line.value as string) as { http: string }).http };
}

function end(child: ChildProcessWithoutNullStreams, signal: NodeJS.Signals): Promise<number | null> {
  running.delete(child);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.kill(signal);
  return ended;
}

describe('spanline run', () => {
  test('sends a program’s spans to the Spanline that runs, with the line that started them', async () => {
    const storage = path.join(folder, 'joined');
    const { child, http } = await serve(storage);
    const run = await runSpanline(['run', '--', process.execPath, SERVICE, 'exit', '7'], { storage });
    assert.equal(run.code, 7, run.err);
    assert.match(
      run.err,
      new RegExp(`^spanline: run \\S+ sends to http://127.0.0.1:${new URL(http).port}; lines captured`),
    );
    assert.equal(run.err.trimEnd().split('\n').length, 1, 'one line');
    const listed = await runSpanline(['traces', '--json', 'spanline.run.name="node service.cjs exit"'], { storage });
    const { traceId } = JSON.parse(listed.out) as { readonly traceId: string };
    const trace = await runSpanline(['trace', traceId, '--json'], { storage });
    assert.match(trace.out, /"code\.file\.path".*service\.cjs/s);
    assert.match(trace.out, /"code\.function\.name".*placeOrder/s);
    await end(child, 'SIGTERM');
  });

  test('receives itself where no Spanline runs, and keeps what came', async () => {
    const storage = path.join(folder, 'alone');
    const run = await runSpanline(['run', process.execPath, SERVICE, 'exit', '0'], { storage });
    assert.equal(run.code, 0, run.err);
    assert.match(run.err, /spanline serve shows it/);
    assert.doesNotMatch(run.err, /no span of it arrived/);
    const { child } = await serve(storage);
    assert.match((await runSpanline(['traces'], { storage })).out, /place order/);
    await end(child, 'SIGTERM');
  });

  test('says of a program that ended well that nothing of it arrived, and not of one that failed', async () => {
    const storage = path.join(folder, 'silent');
    const silent = async (...args: string[]): Promise<boolean> =>
      /no span of it arrived\./.test((await runSpanline(['run', ...args], { storage })).err);
    // What is no file of a project is not looked at for an SDK.
    assert.equal(await silent('true'), true);
    assert.equal(await silent('false'), false);
    assert.equal(await silent('-q', 'true'), false);
  });

  test('receives until programs that others run have ended, too', async () => {
    const storage = path.join(folder, 'shared');
    const waits = 'console.log("ready"); process.stdin.resume().on("end", () => undefined)';
    const first = startSpanline(['run', process.execPath, '-e', waits], { storage });
    running.add(first);
    const saysFirst = linesOf(first);
    assert.equal((await saysFirst.next()).value, 'ready');
    const second = startSpanline(['run', '-q', process.execPath, SERVICE, 'wait'], { storage });
    running.add(second);
    assert.equal((await linesOf(second).next()).value, 'ready');
    const firstEnded = new Promise<number | null>((resolve) => first.once('close', resolve));
    const told = new Promise<void>((resolve) => {
      let text = '';
      first.stderr.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes('receiving until they end')) resolve();
      });
    });
    first.stdin.end();
    await told;
    assert.equal(await end(second, 'SIGTERM'), 5);
    running.delete(first);
    assert.equal(await firstEnded, 0);
    const { child } = await serve(storage);
    assert.match((await runSpanline(['traces'], { storage })).out, /place order/);
    await end(child, 'SIGTERM');
  });

  test('hands on a signal, lets what ended before it arrive, and ends as the program does', async () => {
    const storage = path.join(folder, 'signal');
    const { child: server } = await serve(storage);
    const child = startSpanline(['run', '-q', process.execPath, SERVICE, 'wait'], { storage });
    running.add(child);
    assert.equal((await linesOf(child).next()).value, 'ready');
    assert.equal(await end(child, 'SIGTERM'), 5);
    assert.match((await runSpanline(['traces'], { storage })).out, /place order/);
    await end(server, 'SIGTERM');
  });

  test('gives the program what it got, and stays silent about what is not its own', async () => {
    const storage = path.join(folder, 'streams');
    const script =
      'process.stdin.pipe(process.stdout); console.error("own"); process.on("exit", () => process.kill(process.pid, "SIGKILL"))';
    const run = await runSpanline(['run', '-q', '--', process.execPath, '-e', script], { storage, input: 'typed' });
    assert.deepEqual([run.code, run.out, run.err], [128 + 9, 'typed', 'own\n']);
  });

  test('says which settings of the environment lead elsewhere', async () => {
    const options = { storage: path.join(folder, 'said'), env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://other:4318' } };
    const print = ['-p', 'process.env.OTEL_EXPORTER_OTLP_ENDPOINT'];
    const kept = await runSpanline(['run', process.execPath, ...print], options);
    assert.equal(kept.out, 'http://other:4318\n');
    assert.match(kept.err, /OTEL_EXPORTER_OTLP_ENDPOINT=http:\/\/other:4318 is kept, so spans go there; --replace/);
    const replaced = await runSpanline(['run', '--replace', process.execPath, ...print], options);
    assert.match(replaced.out, /^http:\/\/127\.0\.0\.1:\d+\n$/);
  });

  test('has model calls recorded when asked, in the values that the program’s own libraries read', async () => {
    const venv = path.join(folder, 'venv');
    mkdirSync(path.join(venv, 'lib/python3.12/site-packages/opentelemetry_util_genai-1.3b0.dist-info'), {
      recursive: true,
    });
    mkdirSync(path.join(venv, 'bin'));
    symlinkSync(process.execPath, path.join(venv, 'bin/python'));
    const name = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT';
    const print = ['-p', `[process.env.${name}, process.env.TRACELOOP_TRACE_CONTENT].join()`];
    const run = (env: Record<string, string>, ...args: string[]): ReturnType<typeof runSpanline> =>
      runSpanline(['run', ...args, ...print], { storage: path.join(folder, 'content'), env });
    const node = await run({ TRACELOOP_TRACE_CONTENT: 'false' }, '--content', process.execPath);
    assert.equal(node.out, 'true,false\n');
    assert.match(node.err, /content of model calls recorded by \d+ variables/);
    assert.match(node.err, /kept TRACELOOP_TRACE_CONTENT=false/);
    assert.equal((await run({ PATH: path.join(venv, 'bin') }, '--content', 'python')).out, 'SPAN_ONLY,true\n');
    const other = await run({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://other:4318' }, '--content', process.execPath);
    assert.equal(other.out, ',\n');
    assert.match(other.err, /content is not recorded, as it would go there/);
  });

  test('names the functions to trace, of its arguments and of the project’s settings, and says which are not there', async () => {
    const project = realpathSync(mkdtempSync(path.join(folder, 'project-')));
    const inner = path.join(project, 'src');
    for (const name of ['.vscode', '.git', 'src']) mkdirSync(path.join(project, name));
    writeFileSync(path.join(inner, 'model.py'), 'class Ranker:\n    def predict(self): ...\n');
    writeFileSync(path.join(inner, 'box.mjs'), 'const open = () => 1;\n');
    writeFileSync(
      path.join(project, '.vscode/settings.json'),
      '{\n  // by hand\n  "spanline.trace.functions": ["src/model.py#Ranker.predict", "src/gone.py#f", "nonsense", 7,],\n}\n',
    );
    const options = { storage: path.join(folder, 'traced'), cwd: inner };
    const print = [process.execPath, '-p', 'process.env.SPANLINE_TRACE_FUNCTIONS'];
    const asked = ['--trace-function', 'box.mjs#open', '--trace-function=box.mjs#shut'];
    const run = await runSpanline(['run', ...asked, ...print], options);
    assert.deepEqual(JSON.parse(run.out), [
      path.join(inner, 'box.mjs#open'),
      path.join(inner, 'box.mjs#shut'),
      path.join(inner, 'model.py#Ranker.predict'),
      path.join(inner, 'gone.py#f'),
    ]);
    assert.match(run.err, /; 4 functions traced/);
    assert.match(run.err, /^spanline: not found, so not traced: box\.mjs#shut, gone\.py#f$/m);
    const elsewhere = { ...options, env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://other:4318' } };
    const kept = await runSpanline(['run', ...print], elsewhere);
    assert.equal(kept.out, 'undefined\n');
    assert.match(kept.err, /no function is traced, as its arguments would go there/);
    const without = await runSpanline(['run', '--no-capture', ...print], options);
    assert.equal(without.out, 'undefined\n');
    for (const wrong of [
      ['--trace-function', 'model.py'],
      ['--no-capture', ...asked],
    ])
      assert.equal((await runSpanline(['run', ...wrong, ...print], options)).code, 2);
  });

  test('ends as shells do when there is no such program, or none is named', async () => {
    const storage = path.join(folder, 'none');
    const missing = await runSpanline(['run', '/nonexistent/program'], { storage });
    assert.equal(missing.code, 127);
    assert.match(missing.err, /spanline run: there is no program \/nonexistent\/program/);
    assert.equal((await runSpanline(['run', '--'], { storage })).code, 2);
  });

  describe('a program without OpenTelemetry', () => {
    const project = path.join(folder, 'my shop');
    const options = { storage: path.join(folder, 'sdk'), cwd: project };
    before(() => {
      mkdirSync(project);
      writeFileSync(path.join(project, 'package.json'), '{"dependencies": {"express": "5"}}');
      writeFileSync(path.join(project, 'server.js'), 'console.log(process.env.SPANLINE_NODE_PACKAGES ?? "none")');
    });

    test('runs, and is told with the command that installs an SDK for it', async () => {
      const run = await runSpanline(['run', '--', process.execPath, 'server.js', "it's"], options);
      assert.deepEqual([run.code, run.out], [0, 'none\n'], run.err);
      assert.match(run.err, /^spanline: my shop has no OpenTelemetry, so it sends no traces\. .*covers express/m);
      assert.match(run.err, / {4}spanline run --install-sdk -- \S*node server\.js 'it'\\''s'\n/);
      const quiet = await runSpanline(['run', '-q', '--', process.execPath, 'server.js'], options);
      assert.equal(quiet.err, '');
    });

    test('is not said to have its functions traced', async () => {
      const args = ['run', '--trace-function', 'server.js#f', '--', process.execPath, 'server.js'];
      const { err } = await runSpanline(args, options);
      assert.doesNotMatch(err, /1 function traced/);
      assert.match(err, /^spanline: 1 function on the list, but nothing known in the program makes spans of them/m);
    });

    test('is not installed for without a yes', async () => {
      const run = await runSpanline(['run', '--install-sdk', '--', process.execPath, 'server.js'], options);
      assert.deepEqual([run.code, run.out], [2, '']);
      assert.match(run.err, /^ {4}@opentelemetry\/instrumentation-express$/m);
      assert.match(run.err, /--yes installs without being asked/);
    });

    test('does not run when it is refused, which is said with the reason, and nothing is left', async () => {
      const env = { npm_config_registry: 'http://127.0.0.1:1/', npm_config_cache: path.join(folder, 'npm') };
      const args = ['run', '--install-sdk', '--yes', '--', process.execPath, 'server.js'];
      const run = await runSpanline(args, { ...options, env });
      assert.deepEqual([run.code, run.out], [1, ''], run.err);
      assert.match(run.err, /could not be installed for my shop: .*cannot be reached\. Check the network/);
      assert.ok(!existsSync(path.join(options.storage, 'packages')));
      const removed = await runSpanline(['run', '--remove-sdks'], options);
      assert.deepEqual([removed.code, /no SDK is installed/.test(removed.err)], [0, true]);
    });

    test('is run with what was installed before, until it is removed', async () => {
      const packages = path.join(options.storage, 'packages');
      // As installed: the folder's name is that of what the program needs.
      const installer = new SdkInstaller(options.storage, () => undefined);
      const wanted = nodeSdk(['{"dependencies": {"express": "5"}}']);
      const place = path.join(packages, nodeFolderName(wanted.packages));
      mkdirSync(place, { recursive: true });
      writeFileSync(path.join(place, 'complete'), '{}');
      assert.equal(await installer.nodeFolder(wanted), place);
      const run = await runSpanline(['run', '--', process.execPath, 'server.js'], options);
      assert.equal(run.out, `${place}\n`, run.err);
      assert.match(run.err, /the one installed for it is used/);
      await runSpanline(['run', '--remove-sdks'], options);
      assert.ok(!existsSync(packages));
    });
  });
});
