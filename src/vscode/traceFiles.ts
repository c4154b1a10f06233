import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { TraceId } from '../core/model/ids.ts';
import type { FileExported, FileOpened } from '../protocol/engineApi.ts';
import { ProtocolError } from '../protocol/errors.ts';
import type { EngineClient } from './engineClient.ts';
import { plainLine } from './plainText.ts';
import type { TracePanels } from './tracePanels.ts';

/** No request is abandoned for taking long: the user sees its progress and may cancel it. */
const TIMEOUT_MS = 24 * 3600 * 1000;
const NAME_LENGTH = 60;

/** Reading trace files into the engine, and writing them; the engine does both, this asks and tells. */
export class TraceFiles {
  readonly #engine: EngineClient;
  readonly #panels: TracePanels;
  readonly #log: vscode.LogOutputChannel;
  /** Shows a job's progress, by its number. */
  readonly #jobs = new Map<number, (done: number, total: number) => void>();
  #nextJob = 1;

  constructor(engine: EngineClient, panels: TracePanels, log: vscode.LogOutputChannel) {
    this.#engine = engine;
    this.#panels = panels;
    this.#log = log;
    engine.on('files/progress', ({ job, done, total }) => this.#jobs.get(job)?.(done, total));
  }

  /** Reads the files, or those that the user picks, and shows the first trace of the last. */
  async open(uris: readonly vscode.Uri[] | undefined): Promise<void> {
    const picked =
      uris ??
      (await vscode.window.showOpenDialog({
        canSelectMany: true,
        title: vscode.l10n.t('Open Trace File'),
        openLabel: vscode.l10n.t('Open Traces'),
        filters: {
          [vscode.l10n.t('Trace files')]: ['json', 'jsonl', 'ndjson', 'pb', 'binpb', 'gz', 'zst'],
          [vscode.l10n.t('All files')]: ['*'],
        },
      }));
    for (const uri of picked ?? []) {
      const name = plainLine(nameOf(uri), NAME_LENGTH);
      if (uri.scheme !== 'file') {
        void vscode.window.showWarningMessage(vscode.l10n.t('{0} is not on this machine and cannot be read.', name));
        continue;
      }
      const opened = await this.#run(vscode.l10n.t('Reading {0}', name), name, (job) =>
        this.#engine.request('files/open', { job, path: uri.fsPath }, { timeoutMs: TIMEOUT_MS }),
      );
      if (opened) this.#tellOpened(name, opened);
    }
  }

  /** Writes one trace, or all, to a file that the user names. */
  async export(traceId: TraceId | undefined): Promise<void> {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
    const file = `${traceId === undefined ? 'traces' : `trace-${traceId.slice(0, 8)}`}.json`;
    const uri = await vscode.window.showSaveDialog({
      title: traceId === undefined ? vscode.l10n.t('Export All Traces') : vscode.l10n.t('Export Trace'),
      saveLabel: vscode.l10n.t('Export'),
      defaultUri: vscode.Uri.joinPath(folder, file),
      filters: {
        [vscode.l10n.t('OTLP JSON')]: ['json', 'json.gz'],
        [vscode.l10n.t('OTLP JSON lines')]: ['jsonl', 'ndjson', 'jsonl.gz'],
        [vscode.l10n.t('OTLP protobuf (spans only)')]: ['pb', 'binpb', 'pb.gz'],
      },
    });
    if (!uri) return;
    const name = plainLine(nameOf(uri), NAME_LENGTH);
    const written = await this.#run(vscode.l10n.t('Writing {0}', name), name, (job) =>
      this.#engine.request(
        'files/export',
        { job, path: uri.fsPath, traceIds: traceId === undefined ? [] : [traceId] },
        { timeoutMs: TIMEOUT_MS },
      ),
    );
    if (written) this.#tellWritten(uri, name, written);
  }

  /** Runs a job with progress and a cancel button; undefined when it failed (said) or was cancelled. */
  async #run<T>(title: string, name: string, work: (job: number) => Promise<T>): Promise<T | undefined> {
    const job = this.#nextJob++;
    try {
      return await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title, cancellable: true },
        async (progress, token) => {
          let shown = 0;
          this.#jobs.set(job, (done, total) => {
            const percent = total > 0 ? Math.floor((100 * done) / total) : 0;
            progress.report({ increment: percent - shown, message: `${percent} %` });
            shown = percent;
          });
          token.onCancellationRequested(() => {
            this.#engine.request('files/cancel', { job }).catch(() => undefined);
          });
          return work(job);
        },
      );
    } catch (error) {
      if (error instanceof ProtocolError && error.code === 'cancelled') return undefined;
      const reason = plainLine(error instanceof Error ? error.message : String(error), 500);
      void vscode.window.showErrorMessage(`${name}: ${reason}`);
      return undefined;
    } finally {
      this.#jobs.delete(job);
    }
  }

  #tellOpened(name: string, opened: FileOpened): void {
    const { spans, logRecords, traceIds, problems, problemCount, rejected, rejectedMessage } = opened;
    const [first] = traceIds;
    if (first !== undefined) this.#panels.show(first, '');
    if (problemCount === 0 && rejected === 0) {
      const text = vscode.l10n.t(
        'Read {0} spans and {1} log records of {2} traces from {3}.',
        spans,
        logRecords,
        traceIds.length,
        name,
      );
      void vscode.window.setStatusBarMessage(text, 8000);
      return;
    }
    for (const problem of problems) this.#log.warn(`${name}: ${plainLine(problem, 500)}`);
    if (rejected > 0) this.#log.warn(`${name}: ${rejected} records were not kept: ${plainLine(rejectedMessage, 500)}`);
    const showLog = vscode.l10n.t('Show Log');
    const cause = plainLine(problems[0] ?? rejectedMessage, 300);
    void vscode.window
      .showWarningMessage(vscode.l10n.t('Read {0} spans from {1}, but not all of it: {2}', spans, name, cause), showLog)
      .then((choice) => {
        if (choice === showLog) this.#log.show();
      });
  }

  #tellWritten(uri: vscode.Uri, name: string, written: FileExported): void {
    const { traces, spans, logRecords, leftOut } = written;
    const text =
      leftOut > 0
        ? vscode.l10n.t(
            'Wrote {0} spans of {1} traces to {2}. {3} log records are left out: protobuf files hold spans only.',
            spans,
            traces,
            name,
            leftOut,
          )
        : vscode.l10n.t('Wrote {0} spans and {1} log records of {2} traces to {3}.', spans, logRecords, traces, name);
    const reveal = vscode.l10n.t('Reveal in File Manager');
    void vscode.window.showInformationMessage(text, reveal).then((choice) => {
      if (choice === reveal) void vscode.commands.executeCommand('revealFileInOS', uri);
    });
  }
}

function nameOf(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1);
}
