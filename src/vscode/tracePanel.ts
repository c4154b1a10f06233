import * as vscode from 'vscode';
import { parseSpanId, parseTraceId } from '../core/model/ids.ts';
import type { SpanRef } from '../core/model/span.ts';
import { Channel, type Handlers } from '../protocol/channel.ts';
import type { CodeIndexEvents, CodeIndexMethods } from '../protocol/codeIndexApi.ts';
import type { ViewInfo } from '../protocol/viewApi.ts';
import { ProtocolError } from '../protocol/errors.ts';
import { type HostAction, type PanelEvents, type PanelHostMethods, type PanelState } from '../protocol/panelApi.ts';
import { checkedPrices, type PriceTable } from '../core/inference/callPrice.ts';
import type { PaletteChoice } from '../protocol/looksApi.ts';
import { passOn } from '../protocol/panelEngine.ts';
import type { CommandId } from './contributions.ts';
import type { EngineClient } from './engineClient.ts';
import { hideTracesLike } from './noiseRules.ts';
import type { FilterKeeper } from './filterKeeper.ts';
import { panelHtml } from './panelHtml.ts';
import { plainLine } from './plainText.ts';
import type { ReceiverControl } from './receiverControl.ts';
import type { RestartableWorker } from './restartableWorker.ts';
import { saveValue } from './saveValue.ts';
import { readSetting } from './settings.ts';
import type { SourceOpener } from './sourceOpener.ts';

/** What a panel needs of the rest of the extension. */
export interface PanelParts {
  readonly extensionUri: vscode.Uri;
  readonly engine: EngineClient;
  readonly codeIndex: RestartableWorker<CodeIndexMethods, CodeIndexEvents>;
  readonly receiver: ReceiverControl;
  readonly source: SourceOpener;
  readonly filters: FilterKeeper;
  readonly log: vscode.LogOutputChannel;
  /** Checks the library's id. */
  readonly turnOnContent: (ref: SpanRef, library: string) => Promise<void>;
  readonly treeVisible: () => boolean;
  readonly onSelected: (state: PanelState) => void;
}

/** Fixed actions of the page, each mapped to one command: nothing from a message names a command. */
const ACTIONS: Record<Exclude<HostAction, 'openPathMappings'>, CommandId> = {
  clear: 'spanline.clear',
  undoClear: 'spanline.undoClear',
  pause: 'spanline.pause',
  resume: 'spanline.resume',
  hideContent: 'spanline.hideContent',
  showContent: 'spanline.showContent',
  startReceiver: 'spanline.startReceiver',
  copyEndpoint: 'spanline.copyEndpoint',
  copyScheduleDelay: 'spanline.copyScheduleDelay',
  showLog: 'spanline.showLog',
  showStatusMenu: 'spanline.showStatusMenu',
  openTraceById: 'spanline.openTraceById',
  runExample: 'spanline.runExample',
};

const MAX_CLIPBOARD_CHARACTERS = 64 * 1024 * 1024;

/** The ids of a message from the page, checked again: the page shows hostile text and is not trusted with paths. */
function checkedRef(params: { readonly traceId: string; readonly spanId: string }): SpanRef {
  const traceId = parseTraceId(params.traceId);
  const spanId = parseSpanId(params.spanId);
  if (!traceId || !spanId) throw new ProtocolError('invalid', 'not a span id');
  return { traceId, spanId };
}

/** State as a page, or VS Code for a page of an earlier run, gives it back: only ids count, whatever else it holds. */
export function checkedState(state: unknown): PanelState {
  const { traceId, spanId } = (typeof state === 'object' && state !== null ? state : {}) as Partial<
    Record<keyof PanelState, unknown>
  >;
  return {
    traceId: (typeof traceId === 'string' && parseTraceId(traceId)) || '',
    spanId: (typeof spanId === 'string' && parseSpanId(spanId)) || '',
  };
}

/** What models cost, as the setting says. */
export function modelPrices(): PriceTable {
  return checkedPrices(readSetting('spanline.prices'));
}

/** As set; a word of another version is the theme's. */
export function paletteChoice(): PaletteChoice {
  return readSetting('spanline.panel.palette') === 'colorBlind' ? 'colorBlind' : 'theme';
}

/** One webview with a trace list and one open trace. It is not retained: a page that comes back asks for a snapshot. */
export class TracePanel {
  readonly #panel: vscode.WebviewPanel;
  readonly #parts: PanelParts;
  readonly #channel: Channel<object, PanelHostMethods, object, PanelEvents>;
  readonly #views = new Set<number>();
  #state: PanelState;
  /** The next page is to take the keyboard once its trace is shown. */
  #focusWanted = false;
  /** Counts the pages this panel has had, and its end. */
  #generation = 0;

  constructor(panel: vscode.WebviewPanel, state: PanelState, parts: PanelParts) {
    this.#panel = panel;
    this.#parts = parts;
    this.#state = state;
    const icon = (name: string): vscode.Uri => vscode.Uri.joinPath(parts.extensionUri, 'media', name);
    panel.iconPath = { light: icon('panel-light.svg'), dark: icon('panel-dark.svg') };
    panel.webview.options = {
      enableScripts: true,
      localResourceRoots: [vscode.Uri.joinPath(parts.extensionUri, 'dist')],
    };
    this.#channel = new Channel<object, PanelHostMethods, object, PanelEvents>(
      {
        post: (message) => void panel.webview.postMessage(message),
        onMessage: (listener) => void panel.webview.onDidReceiveMessage(listener),
        dispose: () => undefined,
      },
      this.#handlers(),
      { set: (callback, ms) => setTimeout(callback, ms), clear: (handle) => clearTimeout(handle as NodeJS.Timeout) },
    );
    panel.webview.html = panelHtml(panel.webview, parts.extensionUri);
    parts.receiver.viewOpened();
  }

  get state(): PanelState {
    return this.#state;
  }

  get column(): vscode.ViewColumn | undefined {
    return this.#panel.viewColumn;
  }

  ownsView(viewId: number): boolean {
    return this.#views.has(viewId);
  }

  reveal(preserveFocus: boolean): void {
    this.#panel.reveal(this.#panel.viewColumn, preserveFocus);
  }

  /** Shows a trace now when the page is there, else when it comes back. */
  show(state: PanelState, focus: boolean): void {
    this.#state = state;
    this.#focusWanted = focus && !this.#panel.visible;
    this.emit('panel/show', { ...state, focus });
  }

  /** The page that is being loaded takes the keyboard once its trace is shown. */
  focusWhenShown(): void {
    this.#focusWanted = true;
  }

  #takeFocusWanted(): boolean {
    const wanted = this.#focusWanted;
    this.#focusWanted = false;
    return wanted;
  }

  /** Sends an event to the page; a hidden page gets nothing and asks anew when it returns. */
  emit<K extends keyof PanelEvents>(event: K, payload: PanelEvents[K]): void {
    if (event === 'engine/restarted') this.#views.clear();
    if (this.#panel.visible) this.#channel.emit(event, payload);
  }

  dispose(): void {
    this.#generation++;
    this.#closeViews();
    this.#channel.dispose();
  }

  /** An open view of this panel changed: a trace gets its root's name only when the root arrives. */
  viewChanged(info: ViewInfo): void {
    this.#showTitle(info);
    this.emit('view/changed', info);
  }

  /** The tab is named for its trace, so that several panels can be told apart. */
  #showTitle({ summary }: ViewInfo): void {
    const title = plainLine(summary.name, 40) || 'Spanline';
    if (this.#panel.title !== title) this.#panel.title = title;
  }

  #closeViews(but?: number): void {
    for (const viewId of this.#views) {
      if (viewId === but) continue;
      this.#parts.engine.request('view/close', { viewId }).catch(() => undefined);
      this.#views.delete(viewId);
    }
  }

  #handlers(): Handlers<PanelHostMethods> {
    const { engine, receiver, source } = this.#parts;
    return {
      ...passOn((method, params) => engine.request(method, params)),
      // Its list is the window's own, with those of other windows folded, as in the tree.
      'traces/list': (params) => engine.request('traces/list', { scope: 'workspace', ...params }),
      'traces/page': (params) => engine.request('traces/page', { scope: 'workspace', ...params }),
      'traces/plot': (params) => engine.request('traces/plot', { scope: 'workspace', ...params }),
      'traces/near': (params) => engine.request('traces/near', { scope: 'workspace', ...params }),

      'panel/ready': ({ state, viewId }) => {
        // A page that was destroyed while hidden starts again: of what its predecessor had open it goes on with one view.
        this.#closeViews(viewId);
        this.#generation++;
        if (this.#state.traceId === '' && state) this.#state = checkedState(state);
        return {
          show: this.#state,
          endpoint: receiver.endpoint,
          letterKeys: readSetting('spanline.panel.letterKeys'),
          rows: {
            foldAlike: readSetting('spanline.waterfall.foldAlike'),
            messagesAsRows: readSetting('spanline.waterfall.asgiMessages') === 'rows',
          },
          listVisible: !this.#parts.treeVisible(),
          focus: this.#takeFocusWanted(),
          palette: paletteChoice(),
          prices: modelPrices(),
        };
      },
      'panel/selected': (state) => {
        this.#state = checkedState(state);
        this.#parts.onSelected(this.#state);
      },
      'filter/book': () => this.#parts.filters.book,
      // Themes are the editor's, and the palette is a setting.
      'looks/keep': () => undefined,
      'filter/keep': (book) => {
        this.#parts.filters.keep(book, this);
      },
      'panel/action': async ({ action }) => {
        if (action === 'openPathMappings') {
          await vscode.commands.executeCommand('workbench.action.openSettings', 'spanline.source.pathMappings');
        } else if (Object.hasOwn(ACTIONS, action)) await vscode.commands.executeCommand(ACTIONS[action]);
      },
      'list/hideLikeThis': async ({ traceId }) => {
        const checked = parseTraceId(traceId);
        if (checked) await hideTracesLike(engine, checked);
      },
      'clipboard/write': async ({ text }) => {
        await vscode.env.clipboard.writeText(text.slice(0, MAX_CLIPBOARD_CHARACTERS));
      },
      'content/turnOn': (params) => {
        // Not waited for: the answer to a question may take its time.
        void this.#parts.turnOnContent(checkedRef(params), params.library);
        return { copied: false };
      },
      'value/save': async ({ what, source: saved }) => ({ saved: await saveValue(engine, what, saved) }),
      'source/resolve': (params) => source.resolve(checkedRef(params)),
      'source/open': (params) =>
        source.open(checkedRef(params), {
          candidate: params.candidate,
          toSide: params.toSide,
          panelColumn: this.#panel.viewColumn,
        }),
      'source/follow': (params) => source.follow(checkedRef(params), this.#panel.viewColumn),
      'source/openFrame': (params) =>
        source.openFrame(checkedRef(params), params.stack, params.textStart, this.#panel.viewColumn),
      'source/openLog': (params) => source.openLog(checkedRef(params), params.logIndex, this.#panel.viewColumn),
      'source/prefer': (params) => source.prefer(checkedRef(params), params.candidate),
      'source/search': async (params) => {
        const { name } = await engine.request('span/details', checkedRef(params));
        await vscode.commands.executeCommand('workbench.action.findInFiles', {
          query: name,
          isRegex: false,
          triggerSearch: true,
        });
      },
      'view/open': async (params) => {
        const generation = this.#generation;
        const info = await engine.request('view/open', params);
        if (generation !== this.#generation) {
          // The page that asked is gone: nobody would close this view.
          await engine.request('view/close', { viewId: info.viewId });
          throw new ProtocolError('cancelled', 'the panel was closed');
        }
        this.#views.add(info.viewId);
        this.#showTitle(info);
        return info;
      },
      'view/close': async (params) => {
        this.#views.delete(params.viewId);
        await engine.request('view/close', params);
      },
    };
  }
}
