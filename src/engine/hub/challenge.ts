import { createHmac, timingSafeEqual } from 'node:crypto';
import { isRandomHex } from './ownerRecord.ts';

/*
 * Before anything else, both ends prove that they know the secret, by text frames:
 *   client: { hello: nonce, version }   server: { hello: nonce, version, proof }   client: { proof }   server: { welcome }
 * A proof is HMAC-SHA256 over the prover's role, both nonces and both versions: one role's proof is no use in the other,
 * and none is of use twice.
 */

/** Part of the version that both ends must have in common; grows when frames or the challenge change. */
const HUB_VERSION = 1;
/** A connection that has not finished the challenge by then is closed. */
export const CHALLENGE_MS = 2000;
/** No message of the challenge is longer. */
export const MAX_CHALLENGE_BYTES = 1024;
/** Close codes of the hub. */
export const CLOSE = { refused: 4001, otherVersion: 4002, notReading: 4003, malformed: 4004, ending: 4005 } as const;

export type Role = 'client' | 'server';

/** What both ends have said before the proofs. */
export interface Nonces {
  readonly client: string;
  readonly server: string;
  readonly clientVersion: string;
  readonly serverVersion: string;
}

/** The version ends tell each other, of the product's. */
export function hubVersion(product: string): string {
  return `${HUB_VERSION} ${product}`;
}

export function proofOf(secret: string, role: Role, nonces: Nonces): string {
  const said = ['spanline hub', role, nonces.client, nonces.server, nonces.clientVersion, nonces.serverVersion];
  return createHmac('sha256', Buffer.from(secret, 'hex')).update(JSON.stringify(said)).digest('hex');
}

/** Compares in constant time. */
export function isProof(proof: unknown, secret: string, role: Role, nonces: Nonces): boolean {
  if (!isRandomHex(proof)) return false;
  return timingSafeEqual(Buffer.from(proof, 'hex'), Buffer.from(proofOf(secret, role, nonces), 'hex'));
}

/** Fields of a message of the challenge; empty for what is none. */
export function challengeFields(data: unknown, isBinary: boolean): Readonly<Record<string, unknown>> {
  if (isBinary || !Buffer.isBuffer(data) || data.length > MAX_CHALLENGE_BYTES) return {};
  try {
    const value: unknown = JSON.parse(data.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
