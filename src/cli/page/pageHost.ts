import { parseSpanId, parseTraceId } from '../../core/model/ids.ts';
import type { SpanRef } from '../../core/model/span.ts';
import type { WsLink } from '../../engine/hub/wsLink.ts';
import { Channel, type Handlers } from '../../protocol/channel.ts';
import { EMPTY_BOOK } from '../../protocol/filterApi.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import type { HostAction, PanelEvents, PanelHostMethods, PanelState, SourceOpened } from '../../protocol/panelApi.ts';
import { passOn } from '../../protocol/panelEngine.ts';
import { timers, type EngineChannel } from '../ownerLink.ts';
import type { PageSource } from './pageSource.ts';

export interface PageHostParts {
  readonly engine: EngineChannel;
  readonly source: PageSource;
  readonly endpoint: string;
}

type PageHostChannel = Channel<object, PanelHostMethods, object, PanelEvents>;

/**
 * Answers one tab as the extension host answers a panel, without an editor: a place in the source is shown, not opened.
 * What belongs to the tab ends with its link.
 */
export function servePage(link: WsLink, { engine, source, endpoint }: PageHostParts): void {
  const views = new Set<number>();
  let closed = false;
  const closeView = (viewId: number): void => {
    engine.request('view/close', { viewId }).catch(() => undefined);
  };
  const handlers: Handlers<PanelHostMethods> = {
    ...passOn((method, params) => engine.request(method, params)),

    'view/open': async (params) => {
      const info = await engine.request('view/open', params);
      views.add(info.viewId);
      // The tab may have gone meanwhile: nobody would close this view.
      if (closed) closeView(info.viewId);
      return info;
    },
    'view/close': async (params) => {
      views.delete(params.viewId);
      await engine.request('view/close', params);
    },
    'panel/ready': ({ state }) => ({
      show: checkedState(state),
      endpoint,
      letterKeys: true,
      rows: { foldAlike: 20, messagesAsRows: false },
      listVisible: true,
      focus: false,
    }),
    'panel/selected': () => undefined,
    // A tab keeps its filters and how it looks itself, see webview/browser.
    'filter/book': () => EMPTY_BOOK,
    'filter/keep': () => undefined,
    'looks/keep': () => undefined,
    'panel/action': ({ action }) => act(engine, action),
    'list/hideLikeThis': () => {
      throw new ProtocolError('failed', 'Rules that fold traces are settings of VS Code.');
    },
    'clipboard/write': () => {
      throw new ProtocolError('failed', 'The clipboard is the browser’s.');
    },
    'content/turnOn': () => {
      throw new ProtocolError('failed', 'The clipboard is the browser’s.');
    },
    'value/save': () => {
      throw new ProtocolError('failed', 'Files are the browser’s.');
    },
    'source/resolve': (params) => source.resolve(checkedRef(params)),
    'source/open': async (params) => shown(await source.resolve(checkedRef(params)), params.candidate),
    'source/follow': () => {
      throw new ProtocolError('failed', 'There is no editor in a browser that could follow.');
    },
    'source/openFrame': async (params) =>
      shown(await source.resolveFrame(checkedRef(params), params.stack, params.textStart), -1),
    'source/openLog': async (params) => shown(await source.resolveLog(checkedRef(params), params.logIndex), -1),
    'source/prefer': (params) => source.prefer(checkedRef(params), params.candidate),
    'source/search': () => {
      throw new ProtocolError('failed', 'There is no workspace to search in a browser.');
    },
  };
  const channel: PageHostChannel = new Channel(link, handlers, timers);
  const stops = [
    engine.on('status/changed', (status) => channel.emit('status/changed', status)),
    engine.on('traces/changed', (change) => channel.emit('traces/changed', change)),
    engine.on('pauses/changed', (pauses) => channel.emit('pauses/changed', pauses)),
    // Another process serves now: what was open there is unknown to it.
    engine.on('engine/moved', () => {
      views.clear();
      channel.emit('engine/restarted', { moved: true });
    }),
    engine.on('view/changed', (info) => {
      if (views.has(info.viewId)) channel.emit('view/changed', info);
    }),
  ];
  link.onClose(() => {
    closed = true;
    for (const stop of stops) stop();
    for (const viewId of views) closeView(viewId);
    channel.dispose();
  });
}

async function act(engine: EngineChannel, action: HostAction): Promise<void> {
  switch (action) {
    case 'clear':
      await engine.request('traces/clear', {});
      return;
    case 'undoClear':
      await engine.request('traces/undoClear', {});
      return;
    case 'pause':
    case 'resume':
      await engine.request('engine/pause', { paused: action === 'pause' });
      return;
    case 'hideContent':
    case 'showContent':
      await engine.request('engine/hideContent', { hidden: action === 'hideContent' });
      return;
    default:
      throw new ProtocolError('failed', NOT_HERE[action] ?? 'This is not possible in a browser.');
  }
}

const NOT_HERE: Partial<Record<HostAction, string>> = {
  openTraceById: 'In a browser, find a trace in the list, or in a terminal by: spanline trace ID',
  showLog: 'The log is what spanline serve writes to its terminal.',
  showStatusMenu: 'In a terminal: spanline stats',
  startReceiver: 'Start spanline serve again to receive.',
  openPathMappings: 'Path mappings are settings of VS Code; here --source DIR names the folder to look in.',
  runExample: 'The example is in the folder examples/ticket-triage of Spanline.',
};

function shown(resolution: Awaited<ReturnType<PageSource['resolve']>>, candidate: number): SourceOpened {
  const place = resolution.candidates[Math.max(0, candidate)];
  if (place === undefined) return { result: 'notFound', tried: resolution.tried };
  return { result: 'shown', path: place.path, line: place.line };
}

/** The page shows hostile text: what it sends is checked like anything from outside. */
function checkedRef(params: { readonly traceId: unknown; readonly spanId: unknown }): SpanRef {
  const traceId = typeof params.traceId === 'string' ? parseTraceId(params.traceId) : undefined;
  const spanId = typeof params.spanId === 'string' ? parseSpanId(params.spanId) : undefined;
  if (!traceId || !spanId) throw new ProtocolError('invalid', 'not a span id');
  return { traceId, spanId };
}

function checkedState(state: unknown): PanelState {
  const { traceId, spanId } = (typeof state === 'object' && state !== null ? state : {}) as Partial<
    Record<keyof PanelState, unknown>
  >;
  return {
    traceId: (typeof traceId === 'string' && parseTraceId(traceId)) || '',
    spanId: (typeof spanId === 'string' && parseSpanId(spanId)) || '',
  };
}
