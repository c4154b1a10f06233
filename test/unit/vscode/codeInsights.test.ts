import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { CodePlace } from '../../../src/protocol/insightApi.ts';
import type { CodeInsights as Insights } from '../../../src/vscode/codeInsights.ts';
import { FIGURES } from '../../support/callFigures.ts';
import { fakeVscode } from '../../support/fakeVscode.ts';

// What imports vscode can be loaded only once the fake is there.
const { CodeInsights } = await import('../../../src/vscode/codeInsights.ts');
type Parts = ConstructorParameters<typeof CodeInsights>;

const PATH = '/w/a.py';
const FIRST = 'def predict():\n    span()\n';

const lineOf = (text: string): number => text.split('\n').findIndex((line) => line.includes('span()'));

/** One file: on disk, in an editor and in the code index, each as old as the test wants it. */
class World {
  disk = FIRST;
  mtime = 1;
  index = FIRST;
  readonly insights: Insights;
  /** Line of the lens as the editor last asked for it. */
  lens: number | undefined;
  #text = FIRST;
  #work: Promise<unknown> = Promise.resolve();
  readonly #indexListeners: ((status: { readonly state: 'ready' }) => void)[] = [];
  readonly #timers: TestContext['mock']['timers'];
  /** What the index answers next waits for. */
  hold: Promise<unknown> = Promise.resolve();
  readonly document = {
    uri: { scheme: 'file', fsPath: PATH },
    languageId: 'python',
    isDirty: false,
    getText: () => this.#text,
  };

  constructor(test: TestContext) {
    this.#timers = test.mock.timers;
    this.#timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
    fakeVscode.workspace.fs.stat = () => Promise.resolve({ mtime: this.mtime });
    fakeVscode.window.visibleTextEditors = [{ document: this.document }];
    const subscriptions: { dispose: () => unknown }[] = [];
    test.after(() => subscriptions.forEach((each) => void each.dispose()));
    const engine = {
      running: true,
      onStart: () => undefined,
      on: () => undefined,
      request: async (method: string, params: never): Promise<unknown> => {
        await turn();
        if (method === 'insight/figures') {
          const { groups } = params as { readonly groups: readonly unknown[] };
          return { figures: groups.map(() => FIGURES) };
        }
        const { after } = params as { readonly after: number };
        return { kinds: after > 0 ? [] : [{ id: 1, hints: { serviceName: 's', spanName: 'predict', scopeName: '' } }] };
      },
    };
    const codeIndex = {
      running: true,
      onStart: () => undefined,
      on: (_: string, listener: (status: { readonly state: 'ready' }) => void) => this.#indexListeners.push(listener),
      request: (method: string): Promise<unknown> => {
        if (method === 'index/filesChanged') return this.readFile();
        return this.#then(() => ({ places: [this.#place()] }));
      },
    };
    this.insights = new CodeInsights(engine as unknown as Parts[0], codeIndex as unknown as Parts[1], subscriptions);
    this.insights.onDidChange(() => this.askForLens());
    fakeVscode.fire('onDidChangeVisibleTextEditors', fakeVscode.window.visibleTextEditors);
  }

  write(text: string, mtime = this.mtime + 1): void {
    this.disk = text;
    this.mtime = mtime;
  }

  /** The index is told of a change by its watcher. */
  readFile(): Promise<unknown> {
    return this.#then(() => {
      this.index = this.disk;
      for (const listener of this.#indexListeners) listener({ state: 'ready' });
    });
  }

  /** The editor takes what is on disk. */
  reload(): void {
    if (this.#text === this.disk) return;
    const more = lineOf(this.disk) - lineOf(this.#text);
    this.#text = this.disk;
    const at = { line: 0, character: 0 };
    const change =
      more > 0
        ? { range: { start: at, end: at }, text: '\n'.repeat(more) }
        : { range: { start: at, end: { line: -more, character: 0 } }, text: '' };
    fakeVscode.fire('onDidChangeTextDocument', { document: this.document, contentChanges: [change] });
    this.askForLens();
  }

  askForLens(): void {
    this.lens = this.line;
  }

  get line(): number | undefined {
    return this.insights.of(this.document as never)[0]?.line;
  }

  /** Where the lens belongs. */
  get right(): number {
    return lineOf(this.#text);
  }

  hover(): Promise<unknown> {
    return this.insights.look(this.document as never);
  }

  async pass(ms: number): Promise<void> {
    for (let at = 0; at < ms; at += 50) {
      this.#timers.tick(50);
      for (let i = 0; i < 12; i++) await turn();
    }
  }

  async #then<T>(job: () => T): Promise<T> {
    const done = this.#work.then(async () => {
      await this.hold;
      await turn();
      return job();
    });
    this.#work = done.catch(() => undefined);
    return done;
  }

  #place(): CodePlace {
    const line = lineOf(this.index) + 1;
    return {
      path: PATH,
      line,
      role: 'own',
      inner: false,
      functionName: 'predict',
      functionLine: line - 1,
      functionEndLine: line,
    };
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function shown(test: TestContext): Promise<World> {
  const world = new World(test);
  await world.pass(3000);
  assert.equal(world.lens, 1);
  return world;
}

describe('what the editor says of a file that another program writes', () => {
  it('moves with the index where the editor knew of the text before it', async (test) => {
    const world = await shown(test);
    let go = (): void => undefined;
    world.write(`\n${FIRST}`);
    void world.readFile();
    await world.pass(200);
    world.hold = new Promise<void>((resolve) => (go = resolve));
    world.reload();
    await world.pass(2000);
    go();
    await world.pass(3000);
    assert.deepEqual([world.line, world.lens], [2, 2]);
  });

  it('stands right after a second write with the time of the first', async (test) => {
    const world = await shown(test);
    world.write(`\n${FIRST}`, 7);
    void world.readFile();
    world.reload();
    await world.pass(3000);
    world.write(`\n\n${FIRST}`, 7);
    world.reload();
    void world.readFile();
    await world.pass(3000);
    assert.deepEqual([world.line, world.lens], [3, 3]);
  });

  it('follows the index though a hover asks when the file is looked at again', async (test) => {
    const world = await shown(test);
    world.write(`\n${FIRST}`);
    world.reload();
    let go = (): void => undefined;
    world.hold = new Promise<void>((resolve) => (go = resolve));
    void world.hover();
    void world.readFile();
    await world.pass(1500);
    go();
    world.hold = Promise.resolve();
    await world.pass(3000);
    assert.deepEqual([world.line, world.lens], [2, 2]);
  });

  it('is of the text that the editor shows once all is quiet, whatever came first', async (test) => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 16) % below;
    };
    const wrong: string[] = [];
    const world = await shown(test);
    for (let round = 0; round < 60; round++) {
      const steps: string[] = [];
      for (let writes = 2; writes > 0;) {
        const step = (['write', 'watcher', 'reload', 'hover', 'time', 'time'] as const)[random(6)]!;
        steps.push(step);
        if (step === 'write') {
          writes--;
          world.write(`${'\n'.repeat(random(4))}${FIRST}`, world.mtime + random(2));
        } else if (step === 'watcher') void world.readFile();
        else if (step === 'reload') world.reload();
        else if (step === 'hover') void world.hover();
        else await world.pass(50 * (1 + random(8)));
      }
      // The watcher tells both in the end, in whatever order.
      const last = [() => void world.readFile(), () => world.reload()];
      if (random(2) === 0) last.reverse();
      last[0]!();
      await world.pass(50 * random(8));
      last[1]!();
      await world.pass(2500);
      if (world.line !== world.right || world.lens !== world.right)
        wrong.push(`${String(round)}: ${steps.join(' ')}: ${[world.line, world.lens, world.right].join(' ')}`);
    }
    assert.deepEqual(wrong, []);
  });
});
