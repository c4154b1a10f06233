import { randomBytes } from 'node:crypto';
import { open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

/**
 * The file that opens the page: only its user can read it, and the one-time code in it stands in the address's fragment,
 * which no server, log or history of others sees. Written anew, with a new code, after each use.
 */
export class OpenFile {
  readonly #path: string;

  constructor(storage: string) {
    this.#path = path.join(storage, `open-${process.pid}.html`);
  }

  /** Address for a browser. */
  get url(): string {
    return pathToFileURL(this.#path).href;
  }

  /** Removes what processes that were killed left behind; their codes open nothing any more. */
  async removeStale(): Promise<void> {
    const folder = path.dirname(this.#path);
    for (const name of await readdir(folder)) {
      const pid = /^open-(\d+)\.html/.exec(name)?.[1];
      if (pid !== undefined && !isAlive(Number(pid))) await rm(path.join(folder, name), { force: true });
    }
  }

  async write(port: number, code: string): Promise<void> {
    const address = `http://127.0.0.1:${port}/#${code}`;
    const html = `<!DOCTYPE html><meta charset="UTF-8"><meta name="referrer" content="no-referrer"><title>Spanline</title><meta http-equiv="refresh" content="0;url=${address}"><a href="${address}">Open Spanline</a>\n`;
    const partial = `${this.#path}.${randomBytes(4).toString('hex')}`;
    const file = await open(partial, 'wx', 0o600);
    try {
      await file.writeFile(html);
    } finally {
      await file.close();
    }
    await rename(partial, this.#path);
  }

  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process exists, too; only ESRCH says that there is none.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
