import * as vscode from 'vscode';
import { parseSpanId, parseTraceId, type SpanId, type TraceId } from '../core/model/ids.ts';
import type { SpanRef } from '../core/model/span.ts';
import type { PanelCommand } from '../protocol/panelApi.ts';
import { CallPeek } from './callPeek.ts';
import type { CodeIndexClient } from './codeIndexClient.ts';
import type { CodeInsights } from './codeInsights.ts';
import type { CommandId } from './contributions.ts';
import { askFilter, clearFilter } from './filterInput.ts';
import type { FilterKeeper } from './filterKeeper.ts';
import { setContextKey } from './contextKeys.ts';
import { findSimilarSpans, showFunctionSpans, spanReference } from './functionSpans.ts';
import type { ContentHiding } from './contentHiding.ts';
import type { EngineClient } from './engineClient.ts';
import type { LaunchFeatures } from './launch/launchFeatures.ts';
import type { LoadStarting } from './launch/loadStarting.ts';
import { deleteAllTraces, retryJournal } from './journalCommands.ts';
import { editNoiseRules, hideTracesLike } from './noiseRules.ts';
import { openTraceById } from './openTraceById.ts';
import { peekSource } from './peekSource.ts';
import type { ReceiverControl } from './receiverControl.ts';
import { runExample } from './runExample.ts';
import type { FunctionCommands } from './tracedFunctions/functionCommands.ts';
import type { TracedFunctions } from './tracedFunctions/tracedFunctions.ts';
import { errorText, sayNotFound, type SourceOpener } from './sourceOpener.ts';
import type { SpanBreakpoints } from './spanBreakpoints.ts';
import type { StatusItem } from './statusItem.ts';
import { showStatusMenu } from './statusMenu.ts';
import { TraceFiles } from './traceFiles.ts';
import type { TracePanels } from './tracePanels.ts';
import type { Subscriptions } from './subscriptions.ts';

export interface CommandParts {
  readonly extensionUri: vscode.Uri;
  readonly engine: EngineClient;
  readonly codeIndex: CodeIndexClient;
  readonly receiver: ReceiverControl;
  readonly panels: TracePanels;
  readonly source: SourceOpener;
  readonly status: StatusItem;
  readonly filters: FilterKeeper;
  readonly hiding: ContentHiding;
  readonly insights: CodeInsights;
  readonly launch: LaunchFeatures;
  readonly traced: TracedFunctions;
  readonly starting: LoadStarting;
  readonly log: vscode.LogOutputChannel;
}

/** `OTEL_BSP_SCHEDULE_DELAY` in milliseconds; SDKs wait 5000 by default. */
const SCHEDULE_DELAY = 'OTEL_BSP_SCHEDULE_DELAY=200';

interface Target {
  readonly traceId: TraceId;
  readonly spanId: SpanId | '';
}

/**
 * Ids in a command's argument: a tree item, a webview's context, a hover link or another extension gave them, so each is
 * checked. Undefined when there is no valid trace id.
 */
function targetOf(argument: unknown): Target | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  const holder =
    'trace' in argument && typeof argument.trace === 'object' && argument.trace !== null ? argument.trace : argument;
  const { traceId, spanId } = holder as { traceId?: unknown; spanId?: unknown };
  const trace = typeof traceId === 'string' ? parseTraceId(traceId) : undefined;
  if (!trace) return undefined;
  return { traceId: trace, spanId: (typeof spanId === 'string' && parseSpanId(spanId)) || '' };
}

/** What a panel's context menu was opened on, as the panel itself named it; empty without. */
function comparedOf(argument: unknown): string {
  const { compare } = (typeof argument === 'object' && argument !== null ? argument : {}) as { compare?: unknown };
  return typeof compare === 'string' ? compare : '';
}

/** Registers every command of the manifest; the record's type makes a forgotten one a compile error. */
export function registerCommands(parts: CommandParts, subscriptions: Subscriptions): void {
  const { engine, receiver, panels, source } = parts;

  const files = new TraceFiles(engine, panels, parts.log);
  const calls = new CallPeek(engine, source, parts.hiding, subscriptions);
  const spanOf = (argument: unknown): SpanRef | undefined => {
    const target = targetOf(argument);
    return target && target.spanId !== '' ? { traceId: target.traceId, spanId: target.spanId } : panels.selectedSpan;
  };
  const withSpan =
    (act: (ref: SpanRef) => Promise<void>) =>
    async (argument: unknown): Promise<void> => {
      const ref = spanOf(argument);
      if (ref) await act(ref);
      else void vscode.window.showInformationMessage(vscode.l10n.t('Select a span in the trace panel first.'));
    };
  let heldFunctions: FunctionCommands | undefined;
  const functions = (): FunctionCommands =>
    (heldFunctions ??= new (parts.starting().FunctionCommands)(parts.traced, parts.launch.runs));
  const breakpoints = (): SpanBreakpoints => new (parts.starting().SpanBreakpoints)(engine, parts.codeIndex, source);
  const goToSource = async (argument: unknown, toSide: boolean): Promise<void> => {
    const ref = spanOf(argument);
    if (!ref) {
      void vscode.window.showInformationMessage(vscode.l10n.t('Select a span in the trace panel first.'));
      return;
    }
    await sayNotFound(await source.open(ref, { candidate: -1, toSide, panelColumn: panels.active?.column }));
  };
  const pin = async (argument: unknown, pinned: boolean): Promise<void> => {
    const traceId = targetOf(argument)?.traceId ?? panels.selectedSpan?.traceId;
    if (traceId) await engine.request('traces/pin', { traceId, pinned });
  };
  const toPanel = (command: PanelCommand) => () => panels.active?.emit('panel/command', { command });
  const findInPanel = (command: 'find' | 'findNext' | 'findPrevious') => () => {
    // The keyboard goes where is typed.
    if (command === 'find') panels.active?.reveal(false);
    toPanel(command)();
  };
  const copy = async (text: string | undefined): Promise<void> => {
    if (text !== undefined && text !== '') await vscode.env.clipboard.writeText(text);
  };

  const handlers: Record<CommandId, (argument: unknown) => unknown> = {
    'spanline.openPanel': () => void panels.open(),
    'spanline.showLog': () => {
      parts.log.show();
    },
    'spanline.startReceiver': () => receiver.start(true),
    'spanline.stopReceiver': () => receiver.stop(),
    'spanline.pause': () => engine.request('engine/pause', { paused: true }),
    'spanline.resume': () => engine.request('engine/pause', { paused: false }),
    'spanline.hideContent': () => parts.hiding.set(true),
    'spanline.showContent': () => parts.hiding.set(false),
    'spanline.filter': () => askFilter(engine, parts.filters),
    'spanline.clearFilter': () => {
      clearFilter(parts.filters);
    },
    'spanline.clear': async () => {
      await engine.request('traces/clear', {});
      setContextKey('spanline.cleared', true);
    },
    'spanline.undoClear': () => engine.request('traces/undoClear', {}),
    'spanline.deleteAll': () => deleteAllTraces(engine),
    'spanline.retryJournal': () => retryJournal(engine),
    'spanline.openTraceById': () => openTraceById(engine, panels),
    'spanline.openTraceFile': (argument) => files.open(argument instanceof vscode.Uri ? [argument] : undefined),
    'spanline.exportTraces': () => files.export(undefined),
    'spanline.exportTrace': (argument) => files.export(targetOf(argument)?.traceId ?? panels.selectedSpan?.traceId),
    'spanline.openTrace': (argument) => {
      const target = targetOf(argument);
      if (target) panels.show(target.traceId, target.spanId);
    },
    'spanline.openTraceToSide': (argument) => {
      const target = targetOf(argument);
      if (target) panels.show(target.traceId, target.spanId, { toSide: true });
    },
    'spanline.copyTraceId': (argument) => copy(targetOf(argument)?.traceId ?? panels.selectedSpan?.traceId),
    'spanline.pinTrace': (argument) => pin(argument, true),
    'spanline.unpinTrace': (argument) => pin(argument, false),
    'spanline.hideTracesLikeThis': (argument) => {
      const traceId = targetOf(argument)?.traceId ?? panels.selectedSpan?.traceId;
      return traceId && hideTracesLike(engine, traceId);
    },
    'spanline.whyThese': (argument) => {
      panels.active?.reveal(false);
      panels.active?.emit('panel/why', { of: comparedOf(argument) });
    },
    'spanline.editNoiseRules': () => editNoiseRules(),
    'spanline.copySpanId': (argument) => copy(spanOf(argument)?.spanId),
    'spanline.copySpanName': async (argument) => {
      const ref = spanOf(argument);
      if (ref) await copy((await engine.request('span/details', ref)).name);
    },
    'spanline.goToSource': (argument) => goToSource(argument, false),
    'spanline.goToSourceToSide': (argument) => goToSource(argument, true),
    'spanline.peekSource': withSpan((ref) => peekSource(ref, source, panels.active?.column)),
    'spanline.peekCall': withSpan((ref) => calls.peek(ref, panels.active?.column)),
    'spanline.breakHere': withSpan((ref) => breakpoints().breakHere(ref)),
    'spanline.logHere': withSpan((ref) => breakpoints().log(ref)),
    'spanline.copyReference': withSpan(async (ref) => copy(await spanReference(ref, source))),
    'spanline.findSimilar': withSpan((ref) => findSimilarSpans(ref, engine, parts.filters, panels)),
    'spanline.showFunctionSpans': (argument) => showFunctionSpans(argument, parts.insights, parts.filters, panels),
    'spanline.focusSpan': () => {
      panels.active?.reveal(false);
      toPanel('focusTree')();
    },
    'spanline.nextError': toPanel('nextError'),
    'spanline.previousError': toPanel('previousError'),
    'spanline.find': findInPanel('find'),
    'spanline.findNext': findInPanel('findNext'),
    'spanline.findPrevious': findInPanel('findPrevious'),
    'spanline.expandAll': toPanel('expandAll'),
    'spanline.collapseAll': toPanel('collapseAll'),
    'spanline.followValue': toPanel('followValue'),
    'spanline.zoomToSpan': toPanel('zoomToSpan'),
    'spanline.zoomToFit': toPanel('zoomFit'),
    'spanline.copyEndpoint': async () => {
      await vscode.env.clipboard.writeText(receiver.endpoint);
      void vscode.window.setStatusBarMessage(vscode.l10n.t('Copied {0}', receiver.endpoint), 3000);
    },
    'spanline.copyScheduleDelay': async () => {
      await vscode.env.clipboard.writeText(SCHEDULE_DELAY);
      void vscode.window.setStatusBarMessage(vscode.l10n.t('Copied {0}', SCHEDULE_DELAY), 3000);
    },
    'spanline.runWithTracing': () => parts.launch.pick(),
    'spanline.explainSilentRun': () => parts.launch.explainSilentRun(),
    'spanline.traceFunction': (argument) => functions().trace(argument),
    'spanline.stopTracingFunction': (argument) => functions().stop(argument),
    'spanline.tracedFunctions': () => parts.starting().showTracedFunctions(parts.traced),
    'spanline.runService': () => parts.launch.runService(),
    'spanline.runFile': (argument) =>
      parts.launch.runFile(argument instanceof vscode.Uri ? argument : vscode.window.activeTextEditor?.document.uri),
    'spanline.addToEnvFile': () => parts.launch.addToEnvFile(),
    'spanline.connectCompose': () => parts.launch.connectCompose(),
    'spanline.contentRecording': () => parts.launch.pickContent(),
    'spanline.removeSdks': () => parts.launch.removeSdks(),
    'spanline.runExample': () => runExample(parts.extensionUri),
    'spanline.showStatusMenu': () => showStatusMenu(receiver, parts.status),
    'spanline.restartEngine': () => {
      engine.restart();
    },
    'spanline.restartCodeIndex': () => {
      parts.codeIndex.restart();
    },
    'spanline.stopCodeIndex': async () => {
      if (parts.codeIndex.running) await parts.codeIndex.request('index/stop', {});
    },
  };
  for (const [id, handler] of Object.entries(handlers)) {
    const run = async (argument: unknown): Promise<void> => {
      try {
        await handler(argument);
      } catch (error) {
        parts.log.error(`${id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        void vscode.window.showErrorMessage(errorText(error));
      }
    };
    subscriptions.push(vscode.commands.registerCommand(id, run));
  }
}
