import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { plainText } from './senderName.ts';

/** An end of a TCP connection in `/proc/net/tcp`: who listens on a port, or who holds the far end of a connection. */
export type SocketQuery =
  { readonly listeningOn: number } | { readonly localPort: number; readonly remotePort: number };

const LISTEN = '0A';
/** Bounds the work on machines with very many processes. */
const MAX_PROCESSES = 5000;
const INTERPRETERS = /^(python|node|deno|bun|java|ruby|php|dotnet)/;

/**
 * The process behind a socket as `command (pid 123)`, read from `/proc`; undefined on other systems, for other users'
 * processes, and when it takes longer than `timeoutMs`. Asynchronous throughout and never throws.
 */
export async function findProcess(query: SocketQuery, timeoutMs: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  try {
    const inodes = await socketInodes(query);
    return inodes.size === 0 ? undefined : await ownerOf(inodes, abort.signal);
  } catch {
    // Best effort: /proc may be hidden, restricted or changing under us.
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

async function socketInodes(query: SocketQuery): Promise<Set<string>> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'latin1').catch(() => '')),
  );
  const inodes = new Set<string>();
  for (const line of tables.join('\n').split('\n')) {
    const [, local, remote, state, , , , , , inode] = line.trim().split(/\s+/);
    if (local === undefined || remote === undefined || inode === undefined || inode === '0') continue;
    const wanted =
      'listeningOn' in query
        ? state === LISTEN && portOf(local) === query.listeningOn
        : portOf(local) === query.localPort && portOf(remote) === query.remotePort;
    if (wanted) inodes.add(`socket:[${inode}]`);
  }
  return inodes;
}

/** Of `0100007F:10DE`. */
function portOf(address: string): number {
  return Number.parseInt(address.slice(address.indexOf(':') + 1), 16);
}

async function ownerOf(inodes: ReadonlySet<string>, signal: AbortSignal): Promise<string | undefined> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).slice(-MAX_PROCESSES);
  // The newest first: what just connected was rarely started at boot.
  for (const pid of pids.sort((a, b) => Number(b) - Number(a))) {
    if (signal.aborted) return undefined;
    const fds = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const fd of fds) {
      const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '');
      if (inodes.has(target)) return describe(pid);
    }
  }
  return undefined;
}

/** The command's name, for an interpreter with its script's. Never the arguments: they may hold secrets. */
async function describe(pid: string): Promise<string> {
  const args = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
  const comm = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim();
  const command = args[0] === undefined || args[0] === '' ? comm : basename(args[0]);
  const script = args[1];
  const named =
    INTERPRETERS.test(command) && script !== undefined && /^[^-].*\.\w+$/.test(script)
      ? `${command} ${basename(script)}`
      : command;
  return `${plainText(named, 60)} (pid ${pid})`;
}
