// `vscode` for unit tests of what imports it: the few parts that they touch, and events that tests fire.
import { registerHooks } from 'node:module';

type Listener = (event: never) => void;

class FakeEmitter {
  readonly #listeners = new Set<Listener>();
  readonly event = (listener: Listener): { dispose: () => void } => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };
  fire(event: unknown): void {
    for (const listener of this.#listeners) listener(event as never);
  }
  dispose(): void {
    this.#listeners.clear();
  }
}

const events = {
  onDidChangeVisibleTextEditors: new FakeEmitter(),
  onDidChangeTextDocument: new FakeEmitter(),
  onDidSaveTextDocument: new FakeEmitter(),
  onDidGrantWorkspaceTrust: new FakeEmitter(),
  onDidChangeConfiguration: new FakeEmitter(),
};

export const fakeVscode = {
  EventEmitter: FakeEmitter,
  window: {
    visibleTextEditors: [] as { readonly document: unknown }[],
    onDidChangeVisibleTextEditors: events.onDidChangeVisibleTextEditors.event,
  },
  workspace: {
    isTrusted: true,
    getConfiguration: () => ({ get: () => true }),
    onDidChangeTextDocument: events.onDidChangeTextDocument.event,
    onDidSaveTextDocument: events.onDidSaveTextDocument.event,
    onDidGrantWorkspaceTrust: events.onDidGrantWorkspaceTrust.event,
    onDidChangeConfiguration: events.onDidChangeConfiguration.event,
    fs: { stat: (): Promise<{ readonly mtime: number }> => Promise.resolve({ mtime: 1 }) },
  },
  fire: (name: keyof typeof events, event: unknown): void => events[name].fire(event),
};

(globalThis as Record<string, unknown>)['fakeVscode'] = fakeVscode;
const names = Object.keys(fakeVscode).map((name) => `export const ${name} = globalThis.fakeVscode.${name};`);
const module = `data:text/javascript,${encodeURIComponent(names.join(''))}`;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'vscode' ? { url: module, shortCircuit: true } : next(specifier, context),
});
