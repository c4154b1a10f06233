import * as vscode from 'vscode';
import type { ChangeMarker } from '../protocol/listApi.ts';
import type { EngineClient } from './engineClient.ts';
import type { Subscriptions } from './subscriptions.ts';

/** Changes kept for an engine that starts later or anew. */
const MOST_KEPT = 300;
/** Ends of a file's name that say nothing of a program. */
const NO_SOURCE = /\.(log|lock|tmp)$/i;

/**
 * Tells the engine what changed around the traces in this window: files saved, another commit checked out or made, pauses of
 * the debugger. Nothing is asked of the disk but what `.git/HEAD` and its log say when they change.
 */
export class ChangeWatch {
  readonly #engine: EngineClient;
  readonly #kept = new Map<string, ChangeMarker>();
  #count = 0;
  readonly #heads = new Map<string, string>();

  constructor(engine: EngineClient, subscriptions: Subscriptions) {
    this.#engine = engine;
    engine.onStart(() => {
      for (const marker of this.#kept.values()) this.#tell(marker);
    });
    subscriptions.push(
      vscode.workspace.onDidSaveTextDocument(({ uri }) => this.#saved(uri)),
      vscode.debug.registerDebugAdapterTrackerFactory('*', {
        createDebugAdapterTracker: (session) => this.#tracker(session),
      }),
    );
    for (const folder of vscode.workspace.workspaceFolders ?? []) this.#watchHead(folder, subscriptions);
  }

  #saved(uri: vscode.Uri): void {
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    if (uri.scheme !== 'file' || !folder || NO_SOURCE.test(uri.path)) return;
    const path = vscode.workspace.asRelativePath(uri, false);
    // Saving all at once is one change to each file, not several to one.
    this.#put({ id: `file ${path} ${String(Math.floor(Date.now() / 1000))}`, kind: 'file', label: path });
  }

  /** A commit, a checkout and a pull all add a line to HEAD's log. */
  #watchHead(folder: vscode.WorkspaceFolder, subscriptions: Subscriptions): void {
    if (folder.uri.scheme !== 'file') return;
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(folder, '.git/{HEAD,logs/HEAD}'),
    );
    const look = (): void => {
      void this.#readHead(folder.uri).then((head) => {
        const before = this.#heads.get(folder.name);
        if (head === undefined || head === before) return;
        this.#heads.set(folder.name, head);
        if (before !== undefined) this.#put({ id: `head ${String(++this.#count)}`, kind: 'head', label: head });
      });
    };
    look();
    subscriptions.push(watcher, watcher.onDidChange(look), watcher.onDidCreate(look));
  }

  /** Branch and commit, as `main 1a2b3c4`; undefined where there is no repository. */
  async #readHead(folder: vscode.Uri): Promise<string | undefined> {
    const read = async (name: string): Promise<string> => {
      const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, '.git', name));
      return new TextDecoder().decode(bytes).trim();
    };
    try {
      const head = await read('HEAD');
      const branch = /^ref: refs\/heads\/(.+)$/.exec(head)?.[1];
      if (branch === undefined) return head.slice(0, 7);
      // A ref that was packed has no file of its own; the branch alone is said then.
      const commit = await read(`refs/heads/${branch}`).catch(() => '');
      return `${branch} ${commit.slice(0, 7)}`.trim();
    } catch {
      return undefined;
    }
  }

  /** A session's stops and their ends, from the messages of its debug adapter. */
  #tracker(session: vscode.DebugSession): vscode.DebugAdapterTracker {
    let stopped: ChangeMarker | undefined;
    const end = (): void => {
      if (stopped) this.#put({ ...stopped, toMs: Date.now() });
      stopped = undefined;
    };
    return {
      onDidSendMessage: (message: unknown) => {
        const { type, event, command } = (message ?? {}) as { type?: unknown; event?: unknown; command?: unknown };
        if (type === 'event' && event === 'stopped') {
          stopped ??= this.#put({
            id: `pause ${session.id} ${String(++this.#count)}`,
            kind: 'pause',
            label: session.name,
            toMs: null,
          });
          // Adapters need not send `continued` for what a request made go on.
        } else if (type === 'event' && (event === 'continued' || event === 'terminated' || event === 'exited')) end();
        else if (
          type === 'response' &&
          /^(continue|next|stepIn|stepOut|stepBack|reverseContinue|goto)$/.test(String(command))
        )
          end();
      },
      onWillStopSession: end,
      onExit: end,
    };
  }

  #put(change: Pick<ChangeMarker, 'id' | 'kind' | 'label'> & Partial<ChangeMarker>): ChangeMarker {
    const atMs = change.atMs ?? Date.now();
    const marker: ChangeMarker = { toMs: atMs, ...change, atMs };
    this.#kept.set(marker.id, marker);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    // An engine that does not run yet is told when it starts.
    if (this.#engine.running) this.#tell(marker);
    return marker;
  }

  #tell(marker: ChangeMarker): void {
    this.#engine.request('markers/put', marker).catch(() => undefined);
  }
}
