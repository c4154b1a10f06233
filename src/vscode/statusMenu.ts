import * as vscode from 'vscode';
import type { CommandId } from './contributions.ts';
import type { ReceiverControl } from './receiverControl.ts';
import type { StatusItem } from './statusItem.ts';

interface Entry extends vscode.QuickPickItem {
  readonly run: CommandId;
}

/** The quick pick behind the status item: what can be done now. */
export async function showStatusMenu(receiver: ReceiverControl, status: StatusItem): Promise<void> {
  const entries: Entry[] = [{ label: `$(list-tree) ${vscode.l10n.t('Open Trace Panel')}`, run: 'spanline.openPanel' }];
  if (receiver.state.kind === 'listening') {
    entries.push(
      {
        label: `$(copy) ${vscode.l10n.t('Copy Endpoint')}`,
        description: receiver.endpoint,
        run: 'spanline.copyEndpoint',
      },
      { label: `$(debug-stop) ${vscode.l10n.t('Stop Receiver and Release Ports')}`, run: 'spanline.stopReceiver' },
    );
  } else {
    entries.push({ label: `$(play) ${vscode.l10n.t('Start Receiver')}`, run: 'spanline.startReceiver' });
  }
  entries.push(
    status.paused
      ? { label: `$(debug-continue) ${vscode.l10n.t('Resume Live Updates')}`, run: 'spanline.resume' }
      : { label: `$(debug-pause) ${vscode.l10n.t('Pause Live Updates')}`, run: 'spanline.pause' },
    status.contentHidden
      ? { label: `$(eye) ${vscode.l10n.t('Show Content')}`, run: 'spanline.showContent' }
      : { label: `$(eye-closed) ${vscode.l10n.t('Hide Content')}`, run: 'spanline.hideContent' },
    { label: `$(search) ${vscode.l10n.t('Open Trace by ID…')}`, run: 'spanline.openTraceById' },
    { label: `$(clear-all) ${vscode.l10n.t('Clear Traces')}`, run: 'spanline.clear' },
    { label: `$(trash) ${vscode.l10n.t('Delete All Traces…')}`, run: 'spanline.deleteAll' },
    ...(vscode.workspace.isTrusted
      ? [
          { label: `$(run) ${vscode.l10n.t('Run with Tracing…')}`, run: 'spanline.runWithTracing' } as const,
          { label: `$(symbol-method) ${vscode.l10n.t('Traced Functions…')}`, run: 'spanline.tracedFunctions' } as const,
        ]
      : []),
    { label: `$(beaker) ${vscode.l10n.t('Run Example…')}`, run: 'spanline.runExample' },
    {
      label: `$(output) ${vscode.l10n.t('Show Log')}`,
      ...(status.problems.length > 0 && { description: vscode.l10n.t('{0} problems', status.problems.length) }),
      run: 'spanline.showLog',
    },
  );
  if (status.journalFailed) {
    entries.unshift({
      label: `$(refresh) ${vscode.l10n.t('Retry Writing Traces to Disk')}`,
      run: 'spanline.retryJournal',
    });
  }
  const picked = await vscode.window.showQuickPick(entries, { title: 'Spanline' });
  if (picked) await vscode.commands.executeCommand(picked.run);
}
