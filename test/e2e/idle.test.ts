import assert from 'node:assert/strict';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import { test } from 'node:test';
import workerThreads from 'node:worker_threads';

const BUNDLE = path.resolve(import.meta.dirname, '../../dist/extension.cjs');

/** Answers any property, call and construction with itself, but for what `over` holds. */
function anything(over: Readonly<Record<string, unknown>> = {}): unknown {
  const proxy: object = new Proxy(Object, {
    get: (_, key): unknown => {
      if (typeof key === 'string' && Object.hasOwn(over, key)) return over[key];
      return key === 'then' || key === Symbol.iterator ? undefined : proxy;
    },
    // The bundle reads a module through an object that inherits from it.
    getPrototypeOf: () => proxy,
    set: () => true,
    apply: () => proxy,
    construct: () => proxy,
  });
  return proxy;
}

let started: string[] = [];
let whenSearched = (): void => undefined;

class NotStarted {
  readonly stdout = anything();
  readonly stderr = anything();
  readonly on = (): undefined => undefined;
  readonly postMessage = this.on;
  readonly terminate = this.on;
  constructor(file: string) {
    started.push(path.basename(file));
  }
}

class Emitter {
  readonly event = (): undefined => undefined;
  readonly fire = this.event;
}

/** As much of VS Code as activating touches, in a window without folders or settings. */
const vscode = anything({
  EventEmitter: Emitter,
  l10n: { t: (text: string) => text },
  Uri: { joinPath: (_: unknown, ...parts: string[]) => ({ fsPath: parts.join('/') }) },
  window: anything({ createTreeView: () => ({ visible: false, onDidChangeVisibility: () => undefined }) }),
  workspace: anything({
    workspaceFolders: undefined,
    getConfiguration: () => ({ get: () => undefined }),
    findFiles: () => {
      whenSearched();
      return Promise.resolve([]);
    },
  }),
});

/** Activates the bundle outside VS Code and answers the workers it started, once its search for manifests has ended. */
async function activate(receivedBefore: boolean): Promise<readonly string[]> {
  started = [];
  const searched = new Promise<void>((resolve) => (whenSearched = resolve));
  const replaced: Readonly<Record<string, unknown>> = {
    vscode,
    'node:worker_threads': { ...workerThreads, Worker: NotStarted },
  };
  const loader = Module as unknown as { _load: (request: string, ...rest: unknown[]) => unknown };
  const original = loader._load;
  loader._load = (request, ...rest) => replaced[request] ?? original(request, ...rest);
  try {
    const extension = createRequire(import.meta.url)(BUNDLE) as { readonly activate: (context: unknown) => void };
    extension.activate({
      subscriptions: [],
      environmentVariableCollection: anything(),
      extensionUri: {},
      extension: { packageJSON: { version: '0.0.0' } },
      globalStorageUri: { scheme: 'file', fsPath: 'nowhere' },
      globalState: { get: () => undefined, update: () => Promise.resolve() },
      workspaceState: { get: () => receivedBefore, update: () => Promise.resolve() },
    });
  } finally {
    loader._load = original;
  }
  if (!receivedBefore) await searched;
  await new Promise(setImmediate); // what follows from the search has been done
  return started;
}

test('an idle window in a workspace without OpenTelemetry starts no worker and leaves no timer', async () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length;
  const before = timers();
  assert.deepEqual(await activate(false), []);
  assert.equal(timers(), before);
});

test('a workspace that received before starts the engine alone', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] }); // nobody answers the engine's requests, and nobody waits for them
  assert.deepEqual(await activate(true), ['engine.cjs']);
});
