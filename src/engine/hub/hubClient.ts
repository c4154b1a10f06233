import { WebSocket } from 'ws';
import { CHALLENGE_MS, challengeFields, isProof, MAX_CHALLENGE_BYTES, proofOf, type Nonces } from './challenge.ts';
import { HUB_NAME, HUB_PATH } from './hubServer.ts';
import { isRandomHex, randomHex, type OwnerRecord } from './ownerRecord.ts';
import { MAX_MESSAGE_BYTES, WsLink } from './wsLink.ts';

/**
 * What answered at an owner's address. `gone`: nobody, or a stranger. `silent`: something that may be the owner, too busy
 * or stopped. `otherVersion`: the owner, of a version this one cannot talk to.
 */
export type Knock =
  | { readonly kind: 'link'; readonly link: WsLink }
  | { readonly kind: 'gone' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'otherVersion'; readonly version: string };

/** Connects to the hub of `record` and goes through the challenge. Never rejects. */
export function knock(
  record: Pick<OwnerRecord, 'port' | 'secret'>,
  version: string,
  challengeMs = CHALLENGE_MS,
): Promise<Knock> {
  const socket = new WebSocket(`ws://127.0.0.1:${record.port}${HUB_PATH}`, {
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    skipUTF8Validation: false,
  });
  return new Promise((resolve) => {
    let said: Pick<Nonces, 'client'> | Nonces = { client: randomHex() };
    let settled = false;
    const settle = (answer: Knock): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      socket.removeListener('message', onMessage);
      if (answer.kind !== 'link') socket.terminate();
      resolve(answer);
    };
    const timer = setTimeout(() => settle({ kind: 'silent' }), challengeMs);
    const onMessage = (data: unknown, isBinary: boolean): void => {
      const fields = challengeFields(data, isBinary);
      if (!('server' in said)) {
        const { hello, version: serverVersion, proof } = fields;
        if (!isRandomHex(hello) || typeof serverVersion !== 'string') {
          settle({ kind: 'gone' });
          return;
        }
        said = { client: said.client, server: hello, clientVersion: version, serverVersion };
        if (!isProof(proof, record.secret, 'server', said)) {
          settle({ kind: 'gone' });
          return;
        }
        if (serverVersion !== version) {
          settle({ kind: 'otherVersion', version: serverVersion });
          return;
        }
        socket.send(JSON.stringify({ proof: proofOf(record.secret, 'client', said) }));
        return;
      }
      if (fields['welcome'] !== true) {
        settle({ kind: 'silent' });
        return;
      }
      settle({ kind: 'link', link: new WsLink(socket) });
    };
    socket.on('open', () => {
      socket.send(JSON.stringify({ hello: said.client, version }));
    });
    socket.on('message', onMessage);
    // A stranger's handshake message would be larger than any of ours long before it is whole.
    socket.on('upgrade', (response) => {
      response.socket.on('data', () => {
        if (!settled && response.socket.bytesRead > 8 * MAX_CHALLENGE_BYTES) settle({ kind: 'gone' });
      });
    });
    socket.on('unexpected-response', (_request, response) => {
      settle({ kind: response.headers['server'] === HUB_NAME ? 'silent' : 'gone' });
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // Refused: nobody listens. A connection that broke may be an owner that is just ending: asking again tells.
      settle({ kind: error.code === 'ECONNREFUSED' ? 'gone' : 'silent' });
    });
    socket.on('close', () => settle({ kind: 'silent' }));
  });
}
