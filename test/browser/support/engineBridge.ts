import { Channel, type Handlers } from '../../../src/protocol/channel.ts';
import { EMPTY_BOOK } from '../../../src/protocol/filterApi.ts';
import type { PanelEvents, PanelHostMethods } from '../../../src/protocol/panelApi.ts';
import { passOn } from '../../../src/protocol/panelEngine.ts';
import type { TestEngine } from '../../support/testEngine.ts';
import type { PageBridge } from './browserWindow.ts';

/** A host over a real engine, with the parts of the extension that need VS Code answered plainly. */
export function engineBridge(
  engine: TestEngine,
  instead: Partial<Handlers<PanelHostMethods>> = {},
): PageBridge & {
  /** Tells the page what only the extension tells. */
  readonly emit: <K extends keyof PanelEvents>(event: K, payload: PanelEvents[K]) => void;
} {
  let post: (message: unknown) => void = () => undefined;
  const listeners: ((message: unknown) => void)[] = [];
  const passed: Partial<Handlers<PanelHostMethods>> = {
    ...passOn((method, params) => engine.request(method, params)),
    'view/open': (params) => engine.request('view/open', params),
    'view/close': (params) => engine.request('view/close', params),
  };
  let book = EMPTY_BOOK;
  const own: Partial<Handlers<PanelHostMethods>> = {
    'panel/ready': () => ({
      show: { traceId: '', spanId: '' },
      endpoint: `http://localhost:${engine.httpPort}`,
      letterKeys: true,
      rows: { foldAlike: 20, messagesAsRows: false },
      listVisible: true,
      focus: false,
    }),
    'panel/selected': () => undefined,
    'filter/book': () => book,
    'looks/keep': () => undefined,
    'filter/keep': (kept) => {
      book = kept;
    },
    'clipboard/write': () => undefined,
    'value/save': () => ({ saved: '' }),
    'content/turnOn': () => ({ copied: false }),
    'panel/action': async ({ action }) => {
      if (action === 'clear') await engine.request('traces/clear', {});
      if (action === 'hideContent' || action === 'showContent')
        await engine.request('engine/hideContent', { hidden: action === 'hideContent' });
      if (action === 'undoClear') await engine.request('traces/undoClear', {});
      if (action === 'pause' || action === 'resume')
        await engine.request('engine/pause', { paused: action === 'pause' });
    },
    'source/resolve': () => ({ candidates: [], ambiguous: false, tried: ['No workspace is open.'] }),
  };
  const channel = new Channel<object, PanelHostMethods, object, PanelEvents>(
    {
      post: (message) => post(message),
      onMessage: (listener) => listeners.push(listener),
      dispose: () => undefined,
    },
    { ...passed, ...own, ...instead } as unknown as Handlers<PanelHostMethods>,
    { set: (callback, ms) => setTimeout(callback, ms), clear: (handle) => clearTimeout(handle as NodeJS.Timeout) },
  );
  for (const event of ['status/changed', 'traces/changed', 'view/changed', 'pauses/changed'] as const) {
    engine.on(event, (payload) => channel.emit(event, payload as never));
  }
  return {
    emit: (event, payload) => channel.emit(event, payload),
    connect: (send) => {
      post = send;
    },
    receive: (message) => {
      for (const listener of listeners) listener(message);
    },
  };
}
