import * as vscode from 'vscode';
import type { EngineStatus, ReceiverState } from '../protocol/engineApi.ts';
import type { CommandId } from './contributions.ts';
import type { EngineClient } from './engineClient.ts';
import { journalLines } from './journalText.ts';
import { plainLine } from './plainText.ts';
import { type ReceiverControl, holderText } from './receiverControl.ts';
import { readSetting } from './settings.ts';
import type { Subscriptions } from './subscriptions.ts';

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1']);

/** `$(pulse) 128 traces`: state at a glance, everything else in the hover, what can be done on click. */
export class StatusItem {
  readonly #item: vscode.StatusBarItem;
  #status: EngineStatus | undefined;

  constructor(engine: EngineClient, receiver: ReceiverControl, subscriptions: Subscriptions) {
    this.#item = vscode.window.createStatusBarItem('spanline.status', vscode.StatusBarAlignment.Right, 90);
    this.#item.name = 'Spanline';
    this.#item.command = 'spanline.showStatusMenu' satisfies CommandId;
    subscriptions.push(this.#item);
    engine.on('status/changed', (status) => {
      this.#status = status;
      this.#render(receiver.state);
    });
    subscriptions.push(receiver.onDidChange((state) => this.#render(state)));
    this.#render(receiver.state);
    this.#item.show();
  }

  /** What the hover lists, also offered by the status menu. */
  get problems(): EngineStatus['problems'] {
    return this.#status?.problems ?? [];
  }

  /** Traces cannot be written to disk. */
  get journalFailed(): boolean {
    return this.#status?.journal.state === 'failed';
  }

  get contentHidden(): boolean {
    return this.#status?.contentHidden ?? false;
  }

  get paused(): boolean {
    return this.#status?.paused ?? false;
  }

  #render(state: ReceiverState): void {
    const traces = this.#status?.traces ?? 0;
    this.#item.text = this.#text(state, traces);
    this.#item.accessibilityInformation = {
      label: `Spanline: ${this.#stateText(state)}, ${vscode.l10n.t('{0} traces', traces)}`,
    };
    const warn = state.kind === 'portTaken' || state.kind === 'failed';
    this.#item.backgroundColor = warn ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.#item.tooltip = this.#tooltip(state);
  }

  #text(state: ReceiverState, traces: number): string {
    if (state.kind === 'portTaken') return `$(pulse) ${vscode.l10n.t('port taken')}`;
    if (state.kind === 'failed') return `$(pulse) ${vscode.l10n.t('receiver failed')}`;
    if (state.kind === 'stopped' && traces === 0) return `$(pulse) Spanline`;
    const count = traces === 1 ? vscode.l10n.t('1 trace') : vscode.l10n.t('{0} traces', traces);
    const wait = this.#status?.pressure === undefined ? '' : ' $(watch)';
    const usual = state.kind !== 'listening' || state.httpPort === readSetting('spanline.receiver.httpPort');
    return `$(pulse) ${count}${usual ? '' : ` :${state.httpPort}`}${this.#status?.paused === true ? ' $(debug-pause)' : ''}${this.#status?.contentHidden === true ? ' $(eye-closed)' : ''}${wait}`;
  }

  #stateText(state: ReceiverState): string {
    switch (state.kind) {
      case 'stopped':
        return vscode.l10n.t('receiver stopped');
      case 'starting':
        return vscode.l10n.t('receiver starting');
      case 'listening':
        return vscode.l10n.t('receiving OTLP on ports {0} and {1}', state.httpPort, state.grpcPort);
      case 'portTaken':
        return state.holders
          .map((holder) => vscode.l10n.t('port {0} is held by {1}', holder.port, holderText(holder)))
          .join(', ');
      case 'failed':
        return vscode.l10n.t('receiver failed: {0}', plainLine(state.message));
    }
  }

  /** A string, not Markdown: even escaped text of a sender becomes a link there when it looks like an address. */
  #tooltip(state: ReceiverState): string {
    const lines = [`Spanline: ${this.#stateText(state)}`];
    const line = (text: string): unknown => lines.push(text);
    const reached = state.kind === 'listening' ? state.hosts.filter((host) => !LOOPBACK.has(host)) : [];
    if (reached.length > 0) line(vscode.l10n.t('Also reachable at {0}', reached.join(', ')));
    const status = this.#status;
    if (status) {
      line(
        vscode.l10n.t(
          '{0} traces, {1} spans, {2} log records held ({3} MiB)',
          status.traces,
          status.spans,
          status.logs,
          (status.heldBytes / 1048576).toFixed(1),
        ),
      );
      if (status.contentHidden === true) line(vscode.l10n.t('Content is hidden'));
      if (status.role === 'client') line(vscode.l10n.t('Shared with another window, which receives for both'));
      if (status.role === 'alone') {
        line(
          vscode.l10n.t(
            'Not shared with other windows and kept in memory only: {0}',
            plainLine(status.roleReason, 300),
          ),
        );
      }
      if (status.role !== 'alone') for (const text of journalLines(status.journal)) line(text);
      if (status.metricPoints > 0) {
        line(
          vscode.l10n.t('{0} metric points received, {1} series held', status.metricPoints, status.metricSeries ?? 0),
        );
      }
      if (status.redactedValues > 0) line(vscode.l10n.t('{0} values masked on arrival', status.redactedValues));
      if (status.evictedSpans > 0) line(vscode.l10n.t('{0} spans dropped to make room', status.evictedSpans));
      if (status.rejectedSpans > 0) line(vscode.l10n.t('{0} spans rejected', status.rejectedSpans));
      if (status.refusedRequests > 0) line(vscode.l10n.t('{0} requests refused', status.refusedRequests));
      if (status.pressure !== undefined) line(vscode.l10n.t('Senders are being asked to wait'));
      for (const problem of status.problems.slice(0, 3)) {
        line(`⚠ ${plainLine(problem.message, 400)}${problem.count > 1 ? ` (×${problem.count})` : ''}`);
      }
    }
    return lines.join('\n');
  }
}
