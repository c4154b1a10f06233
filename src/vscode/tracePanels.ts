import * as vscode from 'vscode';
import type { SpanId, TraceId } from '../core/model/ids.ts';
import type { SpanRef } from '../core/model/span.ts';
import type { PanelEvents, PanelState } from '../protocol/panelApi.ts';
import { PANEL_TYPE } from './contributions.ts';
import { setContextKey } from './contextKeys.ts';
import { onSettingChange } from './settings.ts';
import { TracePanel, checkedState, modelPrices, paletteChoice, type PanelParts } from './tracePanel.ts';
import type { Subscriptions } from './subscriptions.ts';

/** All trace panels of the window; commands act on the one used last. */
export class TracePanels {
  readonly #parts: PanelParts;
  readonly #panels: TracePanel[] = [];

  constructor(parts: PanelParts, subscriptions: Subscriptions) {
    this.#parts = parts;
    subscriptions.push(
      vscode.window.registerWebviewPanelSerializer(PANEL_TYPE, {
        deserializeWebviewPanel: (panel, state: unknown) => {
          this.#adopt(panel, checkedState(state));
          return Promise.resolve();
        },
      }),
    );
    parts.engine.onStart((restarted, moved) => {
      if (restarted) for (const panel of this.#panels) panel.emit('engine/restarted', { moved });
    });
    parts.engine.on('status/changed', (status) => this.#broadcast('status/changed', status));
    parts.engine.on('traces/changed', (change) => this.#broadcast('traces/changed', change));
    parts.engine.on('pauses/changed', (pauses) => this.#broadcast('pauses/changed', pauses));
    parts.engine.on('view/changed', (info) => {
      for (const panel of this.#panels) if (panel.ownsView(info.viewId)) panel.viewChanged(info);
    });
    subscriptions.push(
      onSettingChange(['spanline.prices'], () => this.#broadcast('panel/prices', { prices: modelPrices() })),
      onSettingChange(['spanline.panel.palette'], () => this.#broadcast('panel/palette', { palette: paletteChoice() })),
      parts.filters.onChange(({ book, by }) => {
        for (const panel of this.#panels) if (panel !== by) panel.emit('filter/changed', book);
      }),
    );
    parts.codeIndex.on('index/changed', () => this.#broadcast('source/indexChanged', {}));
  }

  /** The panel used last, if one is open. */
  get active(): TracePanel | undefined {
    return this.#panels.at(-1);
  }

  /** The span selected in the panel used last. */
  get selectedSpan(): SpanRef | undefined {
    const { traceId, spanId } = this.active?.state ?? { traceId: '', spanId: '' };
    return traceId !== '' && spanId !== '' ? { traceId, spanId } : undefined;
  }

  /** Shows the panel used last, or a new one, without changing what it shows. */
  open(): TracePanel {
    const panel = this.active ?? this.#create(vscode.ViewColumn.Active, { traceId: '', spanId: '' });
    panel.reveal(false);
    return panel;
  }

  /** Shows a trace (and span): in the panel used last, or a new one; `toSide` always makes a new one beside. */
  show(
    traceId: TraceId,
    spanId: SpanId | '',
    options: { readonly toSide?: boolean; readonly preserveFocus?: boolean } = {},
  ): void {
    const state = { traceId, spanId };
    const existing = options.toSide === true ? undefined : this.active;
    if (!existing) {
      const made = this.#create(options.toSide === true ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active, state);
      if (!(options.preserveFocus ?? false)) made.focusWhenShown();
      return;
    }
    existing.reveal(options.preserveFocus ?? false);
    existing.show(state, !(options.preserveFocus ?? false));
  }

  #create(column: vscode.ViewColumn, state: PanelState): TracePanel {
    const panel = vscode.window.createWebviewPanel(PANEL_TYPE, 'Spanline', column, { enableFindWidget: false });
    return this.#adopt(panel, state);
  }

  #adopt(webviewPanel: vscode.WebviewPanel, state: PanelState): TracePanel {
    const panel = new TracePanel(webviewPanel, state, this.#parts);
    this.#panels.push(panel);
    setContextKey('spanline.panelOpen', true);
    webviewPanel.onDidDispose(() => {
      this.#panels.splice(this.#panels.indexOf(panel), 1);
      panel.dispose();
      setContextKey('spanline.panelOpen', this.#panels.length > 0);
    });
    webviewPanel.onDidChangeViewState(() => {
      if (!webviewPanel.active) return;
      this.#panels.splice(this.#panels.indexOf(panel), 1);
      this.#panels.push(panel);
    });
    return panel;
  }

  #broadcast<K extends keyof PanelEvents>(event: K, payload: PanelEvents[K]): void {
    for (const panel of this.#panels) panel.emit(event, payload);
  }
}
