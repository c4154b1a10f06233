import { connectHost, type Host } from '../../../webview/protocol/host.ts';
import { FakePanelHost, type FakeTrace } from '../../support/fakePanelHost.ts';

/** A fake host and the webview's end of the link to it, in one process; messages are cloned as on the real link. */
export function fakeHost(traces: readonly FakeTrace[]): { readonly host: Host; readonly fake: FakePanelHost } {
  const toHost: ((message: unknown) => void)[] = [];
  const toPage: ((message: unknown) => void)[] = [];
  const carry = (listeners: readonly ((message: unknown) => void)[], message: unknown): void => {
    const copy: unknown = structuredClone(message);
    queueMicrotask(() => {
      for (const listener of listeners) listener(copy);
    });
  };
  const fake = new FakePanelHost(
    {
      post: (message) => carry(toPage, message),
      onMessage: (listener) => toHost.push(listener),
      dispose: () => undefined,
    },
    {
      show: { traceId: '', spanId: '' },
      endpoint: 'http://localhost:4318',
      letterKeys: true,
      rows: { foldAlike: 0, messagesAsRows: true },
      listVisible: true,
      focus: false,
    },
    traces,
  );
  const host = connectHost({
    post: (message) => carry(toHost, message),
    onMessage: (listener) => toPage.push(listener),
    dispose: () => undefined,
  });
  return { host, fake };
}

/** Waits until a condition holds, looking after each turn of the event loop; rejects when it does not within 10 s. */
export async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`never came true: ${condition.toString()}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
