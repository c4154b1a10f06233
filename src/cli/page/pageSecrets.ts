import { createHash } from 'node:crypto';
import { isRandomHex, randomHex } from '../../engine/hub/ownerRecord.ts';

/** Tabs that may come back after a reload; of more, the oldest must be opened anew. */
const MAX_SESSIONS = 64;
const PROTOCOL = /^spanline-([0-9a-f]{32})$/;

/**
 * Secrets of pages, found by a part of their hash: codes are good for one connection, sessions for a tab's reloads. A
 * page names the secret it means as its WebSocket's protocol and then proves that it knows it.
 */
export class PageSecrets {
  readonly #codes = new Map<string, string>();
  readonly #sessions = new Map<string, string>();

  /** A new one-time code; the one before is void. */
  newCode(): string {
    this.#codes.clear();
    const code = randomHex();
    this.#codes.set(nameOf(code), code);
    return code;
  }

  newSession(): string {
    const session = randomHex();
    this.#sessions.set(nameOf(session), session);
    if (this.#sessions.size > MAX_SESSIONS) {
      const [oldest] = this.#sessions.keys();
      if (oldest !== undefined) this.#sessions.delete(oldest);
    }
    return session;
  }

  /** The secret that a `Sec-WebSocket-Protocol` header names; a code is void from here on. */
  take(protocol: string | undefined): { readonly secret: string; readonly wasCode: boolean } | undefined {
    const name = PROTOCOL.exec(protocol ?? '')?.[1];
    if (name === undefined) return undefined;
    const code = this.#codes.get(name);
    if (code !== undefined) {
      this.#codes.delete(name);
      return { secret: code, wasCode: true };
    }
    const secret = this.#sessions.get(name);
    return secret === undefined ? undefined : { secret, wasCode: false };
  }
}

/** How a page names its secret: nothing of it can be told from the name. */
function nameOf(secret: string): string {
  if (!isRandomHex(secret)) throw new Error('not a secret');
  return createHash('sha256').update(secret).digest('hex').slice(0, 32);
}
