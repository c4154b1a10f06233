// Runs in the page before the webview: a host in the same window, reached as VS Code's would be.
import { FakePanelHost, fakeSpanId, fakeTraceId } from '../../support/fakePanelHost.ts';
import { hostileTrace, manySpans, olderTraces, TRIAGE } from './scenarios.ts';

/** What a test can reach from `page.evaluate`. */
export interface FakePage {
  readonly host: FakePanelHost;
  readonly fakeSpanId: typeof fakeSpanId;
  readonly fakeTraceId: typeof fakeTraceId;
  readonly triage: typeof TRIAGE;
}

declare global {
  interface Window {
    fake: FakePage;
    acquireVsCodeApi: () => unknown;
    pwned?: number;
  }
}

function tracesOf(scenario: string | null) {
  switch (scenario) {
    case 'empty':
      return [];
    case 'many':
      return [manySpans(100_000)];
    case 'hostile':
      return [hostileTrace()];
    default:
      return [TRIAGE, ...olderTraces(60)];
  }
}

const query = new URLSearchParams(location.search);
const listeners: ((message: unknown) => void)[] = [];
const STATE_KEY = 'state';
/** One way, as over a remote link. */
const latencyMs = Number(query.get('latency') ?? '0');

/** As from the tree: a new panel that shows a span and takes the keyboard. */
const shown = query.get('focus') === 'on' ? TRIAGE.traceId : '';

const host = new FakePanelHost(
  {
    post: (message) => window.postMessage(message, window.origin),
    onMessage: (listener) => listeners.push(listener),
    dispose: () => undefined,
  },
  {
    show: { traceId: shown, spanId: shown === '' ? '' : fakeSpanId(6) },
    endpoint: 'http://localhost:4318',
    letterKeys: query.get('letters') !== 'off',
    rows: { foldAlike: 0, messagesAsRows: true },
    listVisible: query.get('list') === 'on',
    focus: query.get('focus') === 'on',
    palette: query.get('palette') === 'colorBlind' ? 'colorBlind' : 'theme',
  },
  tracesOf(query.get('scenario')),
);

/** Set by a test that serves the host itself, from Node. */
const elsewhere =
  query.get('host') === 'elsewhere' ? (window as { toHost?: (message: unknown) => void }).toHost : undefined;

window.fake = { host, fakeSpanId, fakeTraceId, triage: TRIAGE };
window.acquireVsCodeApi = () => ({
  postMessage: (message: unknown) => {
    if (elsewhere) {
      elsewhere(message);
      return;
    }
    const copy: unknown = structuredClone(message);
    setTimeout(() => {
      for (const listener of listeners) listener(copy);
    }, latencyMs);
  },
  getState: () => JSON.parse(sessionStorage.getItem(STATE_KEY) ?? 'null') as unknown,
  setState: (state: unknown) => sessionStorage.setItem(STATE_KEY, JSON.stringify(state)),
});
