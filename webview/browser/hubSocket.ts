import { decodeMessage, encodeMessage } from '../../src/protocol/wireCodec.ts';

/** An open, proven connection to `spanline serve`. */
export interface HubSocket {
  send(message: unknown): void;
}

export interface HubSocketEvents {
  readonly onMessage: (message: unknown) => void;
  /** The server's own words: `session` is a secret for the next connection of this tab. */
  readonly onWord: (word: Readonly<Record<string, unknown>>) => void;
  readonly onClose: () => void;
}

const HEX = /^[0-9a-f]{64}$/;

/** A secret as the server gives it: 64 hex digits. */
export function isSecret(value: unknown): value is string {
  return typeof value === 'string' && HEX.test(value);
}

/**
 * Connects and goes through the challenge of src/engine/hub/challenge.ts: both ends prove that they know the secret, which
 * is never sent. Rejects when the server does not know it (any more), is none of ours, or is not there.
 */
export async function connectHub(secret: string, version: string, events: HubSocketEvents): Promise<HubSocket> {
  const key = await crypto.subtle.importKey('raw', bytesOf(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret)));
  const socket = new WebSocket(`ws://${location.host}/hub`, `spanline-${hexOf(digest).slice(0, 32)}`);
  socket.binaryType = 'arraybuffer';
  const client = hexOf(crypto.getRandomValues(new Uint8Array(32)));
  const proof = async (role: 'client' | 'server', server: string): Promise<string> => {
    const said = JSON.stringify(['spanline hub', role, client, server, version, version]);
    return hexOf(new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(said))));
  };
  await new Promise<void>((resolve, reject) => {
    const fail = (): void => reject(new Error('the server refused this page'));
    socket.addEventListener('open', () => {
      socket.send(JSON.stringify({ hello: client, version }));
    });
    socket.addEventListener('close', fail);
    let step = 0;
    const answer = async (event: MessageEvent<unknown>): Promise<void> => {
      const fields = wordOf(event.data);
      step++;
      if (step === 1) {
        const server = fields['hello'];
        if (!isSecret(server) || fields['proof'] !== (await proof('server', server))) throw new Error('not our server');
        socket.send(JSON.stringify({ proof: await proof('client', server) }));
      } else if (fields['welcome'] === true) {
        socket.removeEventListener('message', onMessage);
        socket.removeEventListener('close', fail);
        resolve();
      } else {
        throw new Error('no welcome');
      }
    };
    const onMessage = (event: MessageEvent<unknown>): void => {
      answer(event).catch(() => {
        socket.close();
        fail();
      });
    };
    socket.addEventListener('message', onMessage);
  });
  socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (data instanceof ArrayBuffer) events.onMessage(decodeMessage(new Uint8Array(data)));
    else events.onWord(wordOf(data));
  });
  socket.addEventListener('close', events.onClose);
  return {
    send: (message) => {
      socket.send(new Uint8Array(encodeMessage(message)));
    },
  };
}

function wordOf(data: unknown): Readonly<Record<string, unknown>> {
  const value: unknown = typeof data === 'string' ? JSON.parse(data) : undefined;
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}

function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
