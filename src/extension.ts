import * as vscode from 'vscode';
import { ChangeWatch } from './vscode/changeWatch.ts';
import { createCodeIndexClient } from './vscode/codeIndexClient.ts';
import { CodeInsights } from './vscode/codeInsights.ts';
import { registerCommands } from './vscode/commands.ts';
import { EditorReveal } from './vscode/editorReveal.ts';
import { ContentHiding } from './vscode/contentHiding.ts';
import { createEngineClient } from './vscode/engineClient.ts';
import { showIndexProgress } from './vscode/indexProgress.ts';
import { followNoiseRules } from './vscode/noiseRules.ts';
import { followRedactSettings } from './vscode/redaction.ts';
import { FilterKeeper } from './vscode/filterKeeper.ts';
import { InsightLens } from './vscode/insightLens.ts';
import { InsightLine } from './vscode/insightLine.ts';
import { LaunchFeatures } from './vscode/launch/launchFeatures.ts';
import { startingLoader } from './vscode/launch/loadStarting.ts';
import { ReceiverControl } from './vscode/receiverControl.ts';
import { SourceHover } from './vscode/sourceHover.ts';
import { SourceMemoryKeeper } from './vscode/sourceMemoryKeeper.ts';
import { SourceOpener } from './vscode/sourceOpener.ts';
import { StatusItem } from './vscode/statusItem.ts';
import { FunctionLens } from './vscode/tracedFunctions/functionLens.ts';
import { FunctionMarks } from './vscode/tracedFunctions/functionMarks.ts';
import { TracedFunctions } from './vscode/tracedFunctions/tracedFunctions.ts';
import { TracePanels } from './vscode/tracePanels.ts';
import { TracesView } from './vscode/tracesView.ts';

/**
 * Builds the parts, registers them, returns. Workers start on first use: an idle window without OpenTelemetry costs a
 * status item and a few registrations.
 */
export function activate(context: vscode.ExtensionContext): void {
  const { subscriptions, extensionUri } = context;
  const dist = (name: string): string => vscode.Uri.joinPath(extensionUri, 'dist', name).fsPath;
  const log = vscode.window.createOutputChannel('Spanline', { log: true });
  subscriptions.push(log);

  const engine = createEngineClient(dist('engine.cjs'), context, log);
  const hiding = new ContentHiding(engine, context.globalState, subscriptions);
  followRedactSettings(engine, log, subscriptions);
  followNoiseRules(engine, log, subscriptions);
  new ChangeWatch(engine, subscriptions);
  const codeIndex = createCodeIndexClient(
    dist('codeIndex.cjs'),
    dist('grammars'),
    context.storageUri,
    log,
    subscriptions,
  );
  showIndexProgress(codeIndex, subscriptions);
  const receiver = new ReceiverControl(engine, context, log);
  const memory = new SourceMemoryKeeper(codeIndex, context.workspaceState, log);
  const source = new SourceOpener(engine, codeIndex, new EditorReveal(subscriptions), memory);
  const status = new StatusItem(engine, receiver, subscriptions);
  const filters = new FilterKeeper(context.workspaceState, subscriptions);
  const traces = new TracesView(engine, receiver, filters, subscriptions);
  const traced = new TracedFunctions(codeIndex, subscriptions);
  const starting = startingLoader(dist('starting.cjs'));
  const launch = new LaunchFeatures(context, {
    engine,
    receiver,
    traced,
    starting,
    log,
    showTrace: ({ traceId, rootSpanId }) => {
      if (!panels.active) panels.show(traceId, rootSpanId, { preserveFocus: true });
    },
    showSilent: (row) => traces.showSilent(row),
  });
  const panels = new TracePanels(
    {
      extensionUri,
      engine,
      codeIndex,
      receiver,
      source,
      filters,
      log,
      turnOnContent: (ref, library) => launch.turnOnContent(ref, library),
      treeVisible: () => traces.visible,
      onSelected: ({ traceId }) => {
        // The tree may be refreshing: the selection follows at the next change.
        traces.reveal(traceId).catch(() => undefined);
      },
    },
    subscriptions,
  );
  subscriptions.push(vscode.workspace.onDidGrantWorkspaceTrust(() => void receiver.autostart()));
  const insights = new CodeInsights(engine, codeIndex, subscriptions);
  registerCommands(
    {
      extensionUri,
      engine,
      codeIndex,
      receiver,
      panels,
      source,
      status,
      filters,
      hiding,
      insights,
      launch,
      traced,
      starting,
      log,
    },
    subscriptions,
  );
  new SourceHover(engine, insights, subscriptions);
  // Of what stands in one row, the editor shows last what was registered first.
  new FunctionLens(traced, insights, subscriptions);
  new InsightLens(insights, subscriptions);
  new InsightLine(insights, engine, hiding, subscriptions);
  new FunctionMarks(traced, extensionUri, subscriptions);

  receiver.autostart().catch((error: unknown) => log.error(`autostart: ${String(error)}`));
}
