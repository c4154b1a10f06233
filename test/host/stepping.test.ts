import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { answering } from '../support/hostAnswers.ts';
import { nodeConfiguration } from '../support/nodeDebug.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'spanline-stepping-'));
const program = path.join(folder, 'shop.cjs');
/** More than it takes to be inside of a processor. */
const STEPS = 5;

/** An SDK of its own, as long as a page: what calls us is one step away. Its second kind of span makes us throw inside. */
const PROGRAM = (api: string): string => `'use strict';
const { trace } = require(${JSON.stringify(api)});
class Span {
  constructor(attributes) { this.attributes = attributes; this.kind = 0; this.name = 'order'; }
  setAttribute(name, value) { this.attributes[name] = value; }
  end() {}
}
class BasicTracerProvider {
  processors = [];
  addSpanProcessor(processor) { this.processors.push(processor); }
  forceFlush() { return Promise.resolve(); }
  getTracer() {
    return { startSpan: (attributes) => {
      const span = new Span(attributes);
      debugger;
      for (const processor of this.processors) processor.onStart(span); // our frames are below this line
      return span;
    } };
  }
}
const provider = new BasicTracerProvider();
trace.setGlobalTracerProvider(provider);
if (provider.processors.length === 0) throw new Error('nothing was attached');
const tracer = provider.getTracer();
tracer.startSpan({}).end();
tracer.startSpan(null).end();
try {
  throw new Error('own');
} catch {
  // The debugger shows that it stops at exceptions that are caught.
}
`;

/** From 1. */
function lineOf(text: string): number {
  return (
    PROGRAM('')
      .split('\n')
      .findIndex((line) => line.includes(text)) + 1
  );
}

interface Stop {
  readonly reason: string;
  readonly file: string;
  readonly line: number;
}

/** Debugs the program, steps into whatever each of its pauses is before, and tells where it stopped. */
async function stops(name: string, skipFiles: readonly string[] | undefined): Promise<readonly Stop[]> {
  const found: Stop[] = [];
  let steps = 0;
  const drive = async (session: vscode.DebugSession, threadId: number, reason: string): Promise<void> => {
    if (found.length === 0) await session.customRequest('setExceptionBreakpoints', { filters: ['all', 'uncaught'] });
    const { stackFrames } = (await session.customRequest('stackTrace', { threadId, startFrame: 0, levels: 1 })) as {
      readonly stackFrames: readonly {
        readonly line: number;
        readonly source?: { readonly path?: string; readonly name?: string };
      }[];
    };
    const [top] = stackFrames;
    found.push({ reason, file: top?.source?.path ?? top?.source?.name ?? '', line: top?.line ?? 0 });
    // From each pause of the program's own to the line behind the call, or far enough to have been inside it.
    steps = reason === 'step' ? steps + 1 : 0;
    const there = reason === 'exception' || steps === STEPS || top?.line === lineOf('return span;');
    await session.customRequest(there ? 'continue' : 'stepIn', { threadId });
  };
  const tracker = vscode.debug.registerDebugAdapterTrackerFactory('*', {
    createDebugAdapterTracker: (session) => ({
      onDidSendMessage: (message: { event?: string; body?: { threadId: number; reason: string } }) => {
        const { event, body } = message;
        // A session that ended meanwhile answers no more.
        if (event === 'stopped' && body) drive(session, body.threadId, body.reason).catch(() => undefined);
      },
    }),
  });
  const ended = new Promise<void>((resolve) => {
    const listener = vscode.debug.onDidTerminateDebugSession(({ parentSession }) => {
      if (parentSession) return;
      listener.dispose();
      resolve();
    });
  });
  try {
    const started = await vscode.debug.startDebugging(undefined, {
      ...nodeConfiguration(name, program),
      ...(skipFiles && { skipFiles }),
    });
    assert.ok(started);
    await ended;
  } finally {
    tracker.dispose();
  }
  return found;
}

const isOurs = ({ file }: Stop): boolean => /instrument[\\/]node|internal[\\/]spanline/.test(file);

function assertNeverInOurs(found: readonly Stop[]): void {
  const said = found.map(({ reason, file, line }) => `${reason} ${path.basename(file)}:${line}`).join('\n');
  assert.deepEqual(found.filter(isOurs), [], said);
  const inProgram = found.filter(({ file }) => path.basename(file) === 'shop.cjs');
  // The line that calls us was stepped into more than once.
  const calls = inProgram.filter(({ reason, line }) => reason === 'step' && line === lineOf('processor.onStart(span)'));
  assert.ok(calls.length >= 2, said);
  assert.ok(
    inProgram.some(({ reason, line }) => reason === 'exception' && line === lineOf("Error('own')")),
    said,
  );
}

suite('stepping in a program that is traced', () => {
  suiteSetup(async () => {
    const root = vscode.extensions.getExtension('spanline.spanline')?.extensionPath ?? '';
    const api = createRequire(path.join(root, 'package.json')).resolve('@opentelemetry/api');
    // Names an SDK: no other is offered.
    const manifest = JSON.stringify({ dependencies: { '@opentelemetry/sdk-trace': '2' } });
    writeFileSync(path.join(folder, 'package.json'), manifest);
    writeFileSync(program, PROGRAM(api));
    await vscode.commands.executeCommand('spanline.startReceiver');
    const launch = vscode.workspace.getConfiguration('spanline.launch');
    await launch.update('inject', 'debugSessions', vscode.ConfigurationTarget.Global);
  });
  suiteTeardown(async () => {
    const launch = vscode.workspace.getConfiguration('spanline.launch');
    await launch.update('inject', undefined, vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('spanline.stopReceiver');
    rmSync(folder, { recursive: true, force: true });
  });

  test('never lands in our files, and exceptions inside them do not stop it', async () => {
    await answering([], undefined, async () => assertNeverInOurs(await stops('Default', undefined)));
  }).timeout(60_000);

  test('nor where the configuration steps into what is skipped by default', async () => {
    await answering([], undefined, async () => assertNeverInOurs(await stops('All', [])));
  }).timeout(60_000);
});
