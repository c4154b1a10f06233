import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import * as vscode from 'vscode';
import { answering, type Asked } from '../support/hostAnswers.ts';
import { nodeConfiguration } from '../support/nodeDebug.ts';

const temporary = mkdtempSync(path.join(tmpdir(), 'spanline-host-launch-'));
const program = path.join(temporary, 'environment.cjs');
const written = path.join(temporary, 'environment.json');
const workspaceFolder = (): vscode.WorkspaceFolder => {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder);
  return folder;
};
const inWorkspace = (name: string): vscode.Uri => vscode.Uri.joinPath(workspaceFolder().uri, name);

/** The environment that the program has when it is debugged. */
async function debugged(name: string): Promise<Record<string, string>> {
  await sessionsEnd(1, () => vscode.debug.startDebugging(workspaceFolder(), nodeConfiguration(name, program)));
  return environment();
}

function environment(): Record<string, string> {
  const env = JSON.parse(readFileSync(written, 'utf8')) as Record<string, string>;
  rmSync(written);
  return env;
}

/** Resolves when so many sessions, counted without those of the debugger's own below them, have ended since `start`. */
async function sessionsEnd(count: number, start: () => Thenable<unknown>): Promise<void> {
  let left = count;
  let listener: vscode.Disposable | undefined;
  const ended = new Promise<void>((resolve) => {
    listener = vscode.debug.onDidTerminateDebugSession(({ parentSession }) => {
      if (!parentSession && --left === 0) resolve();
    });
  });
  await start();
  await ended;
  listener?.dispose();
}

async function inject(value: string | undefined): Promise<void> {
  await vscode.workspace.getConfiguration('spanline.launch').update('inject', value, vscode.ConfigurationTarget.Global);
}

const openDiffs = (): readonly string[] =>
  vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .flatMap(({ input, label }) => (input instanceof vscode.TabInputTextDiff ? [label] : []));

suite('launching with tracing', () => {
  suiteSetup(async () => {
    const save = `require('node:fs').writeFileSync(${JSON.stringify(written)}, JSON.stringify(process.env));\n`;
    // Until it is started again with tracing.
    const wait = `if (process.argv[2] && !process.env.OTEL_BSP_SCHEDULE_DELAY) setInterval(() => undefined, 60_000);\n`;
    // Names an SDK: no other is offered.
    const manifest = JSON.stringify({ dependencies: { '@opentelemetry/sdk-trace': '2' } });
    writeFileSync(path.join(temporary, 'package.json'), manifest);
    writeFileSync(program, save + wait);
    await vscode.commands.executeCommand('spanline.startReceiver');
  });
  suiteTeardown(async () => {
    await inject(undefined);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('spanline.stopReceiver');
    rmSync(temporary, { recursive: true, force: true });
  });

  test('a debug session is asked about once it runs, once, and the answer holds for the next', async () => {
    const asked: Asked[] = [];
    const begun = new Promise<void>((resolve) => {
      const listener = vscode.debug.onDidChangeActiveDebugSession((session) => {
        if (session === undefined) return;
        listener.dispose();
        resolve();
      });
    });
    const act = async (): Promise<void> => {
      // The one that was asked about, and the same again with tracing.
      const first = { ...nodeConfiguration('First', program), args: ['wait'] };
      await sessionsEnd(2, () => vscode.debug.startDebugging(workspaceFolder(), first));
      const traced = environment();
      assert.match(traced['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '', /^http:\/\/127\.0\.0\.1:\d+$/);
      assert.match(traced['OTEL_RESOURCE_ATTRIBUTES'] ?? '', /spanline\.run\.name=First/);
      assert.equal((await debugged('Second'))['OTEL_BSP_SCHEDULE_DELAY'], '200');
    };
    await answering(asked, 'Always in This Workspace', act, () => begun);
    assert.equal(asked.filter(({ text }) => text.startsWith('Trace debug sessions')).length, 1);
  });

  test('what the setting says decides without a question', async () => {
    const asked: Asked[] = [];
    await answering(asked, undefined, async () => {
      await inject('off');
      assert.equal((await debugged('Off'))['OTEL_EXPORTER_OTLP_ENDPOINT'], undefined);
      await inject('debugSessions');
      const env = await debugged('On');
      assert.ok(env['OTEL_EXPORTER_OTLP_ENDPOINT']);
      // Debuggers have their own there, which must stay in front.
      assert.match(env['NODE_OPTIONS'] ?? '', /instrument.node.register\.cjs/);
    });
    assert.deepEqual(asked, []);
  });

  test('a new terminal has the environment where that was chosen, and content that was turned on', async () => {
    const run = async (): Promise<Record<string, string>> => {
      const terminal = vscode.window.createTerminal({
        shellPath: process.execPath,
        shellArgs: [program],
        env: { ELECTRON_RUN_AS_NODE: '1' },
      });
      await new Promise<void>((resolve) => {
        const listener = vscode.window.onDidCloseTerminal((closed) => {
          if (closed !== terminal) return;
          listener.dispose();
          resolve();
        });
      });
      return environment();
    };
    await vscode.commands.executeCommand('workbench.action.closePanel');
    assert.equal((await run())['OTEL_BSP_SCHEDULE_DELAY'], undefined);
    await inject('terminals');
    const picked: Asked[] = [];
    await answering(picked, ['Anthropic SDK', 'Semantic Kernel'], () =>
      vscode.commands.executeCommand('spanline.contentRecording'),
    );
    assert.ok(picked[0]?.options.includes('OpenTelemetry GenAI (Node.js)'), picked[0]?.options.join());
    // The collection reaches the terminals' side in its own time.
    let env = await run();
    for (const until = Date.now() + 15_000; Date.now() < until && !env['ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE'];)
      env = await run();
    assert.equal(env['OTEL_BSP_SCHEDULE_DELAY'], '200');
    assert.equal(env['ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE'], 'content');
    assert.equal(env['SEMANTICKERNEL_EXPERIMENTAL_GENAI_ENABLE_OTEL_DIAGNOSTICS_SENSITIVE'], 'true');
    await inject(undefined);
    await answering([], [], () => vscode.commands.executeCommand('spanline.contentRecording'));
    assert.equal((await debugged('Without'))['ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE'], undefined);
  });

  test('a .env file is shown as it would be, written when agreed, and put back when that is undone', async () => {
    const file = inWorkspace('.env');
    const before = 'MODE=test\n';
    await vscode.workspace.fs.writeFile(file, Buffer.from(before));
    try {
      const asked: (Asked & { readonly diffs?: readonly string[] })[] = [];
      await answering(asked, undefined, () => vscode.commands.executeCommand('spanline.addToEnvFile'));
      assert.deepEqual(openDiffs(), ['.env: as proposed']);
      assert.equal(readFileSync(file.fsPath, 'utf8'), before);
      let after = '';
      await answering(
        asked,
        ['Write .env', 'Undo'],
        () => vscode.commands.executeCommand('spanline.addToEnvFile'),
        () => {
          if (asked.at(-1)?.options.includes('Undo')) after = readFileSync(file.fsPath, 'utf8');
        },
      );
      assert.match(
        after,
        /^MODE=test\n\n# Sends traces to Spanline\nOTEL_EXPORTER_OTLP_ENDPOINT=http:\/\/127\.0\.0\.1:\d+\n/,
      );
      assert.doesNotMatch(after, /NODE_OPTIONS|PYTHONPATH|run\.id/);
      // Nobody waits for what is undone.
      while (readFileSync(file.fsPath, 'utf8') !== before) await new Promise((resolve) => setTimeout(resolve, 10));
    } finally {
      rmSync(file.fsPath, { force: true });
    }
  });

  test('a .env file that changed while it was shown is left alone', async () => {
    const file = inWorkspace('.env');
    try {
      const asked: Asked[] = [];
      await answering(
        asked,
        'Write .env',
        () => vscode.commands.executeCommand('spanline.addToEnvFile'),
        () => {
          if (asked.length === 1) writeFileSync(file.fsPath, 'SECRET=1\n');
        },
      );
      assert.equal(readFileSync(file.fsPath, 'utf8'), 'SECRET=1\n');
      assert.match(asked.at(-1)?.text ?? '', /changed/);
    } finally {
      rmSync(file.fsPath, { force: true });
    }
  });

  test('services of Docker Compose are connected by a file of their own, shown before it is written', async () => {
    const compose = inWorkspace('compose.yaml');
    const override = inWorkspace('compose.spanline.yaml');
    const text =
      'services:\n  api:\n    build: .\n    environment:\n      - OTEL_SERVICE_NAME=shop\n  db:\n    image: postgres\n';
    await vscode.workspace.fs.writeFile(compose, Buffer.from(text));
    try {
      const asked: Asked[] = [];
      const shown: string[] = [];
      await answering(
        asked,
        [['api'], 'Traces only', 'Write File', 'Copy Command'].flat(),
        () => vscode.commands.executeCommand('spanline.connectCompose'),
        () => {
          if (!asked.at(-1)?.options.includes('Write File')) return;
          assert.equal(existsSync(override.fsPath), false);
          shown.push(...openDiffs());
        },
      );
      assert.deepEqual(shown, ['compose.spanline.yaml: new file']);
      assert.equal(readFileSync(compose.fsPath, 'utf8'), text);
      const yaml = readFileSync(override.fsPath, 'utf8');
      assert.match(
        yaml,
        /^ {2}api:\n {4}environment:\n {6}OTEL_EXPORTER_OTLP_ENDPOINT: "http:\/\/host\.docker\.internal:\d+"$/m,
      );
      assert.doesNotMatch(yaml, /db:|OTEL_SERVICE_NAME/);
      const command = 'docker compose -f compose.yaml -f compose.spanline.yaml up';
      assert.equal(await vscode.env.clipboard.readText(), command);
      assert.ok(asked.some(({ text: said }) => said.includes(command)));
    } finally {
      for (const { fsPath } of [compose, override]) rmSync(fsPath, { force: true });
    }
  });
});
