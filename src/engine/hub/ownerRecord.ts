import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import process from 'node:process';

/** Bytes of nonces and of the secret, as hex twice as many digits. */
const RANDOM_BYTES = 32;

/** Where the owner of a store is reached and how it is known; lies in a file that only its user can read. */
export interface OwnerRecord {
  /** Made anew for every claim. */
  readonly id: string;
  readonly pid: number;
  /** Equal for processes that share this boot and this loopback interface, see {@link thisMachine}. */
  readonly machine: string;
  /** The hub's port on 127.0.0.1. */
  readonly port: number;
  /** Hex; both ends prove that they know it, it is never sent. */
  readonly secret: string;
}

const HEX = new RegExp(`^[0-9a-f]{${2 * RANDOM_BYTES}}$`);

/** An unguessable value: a nonce, a secret. */
export function randomHex(): string {
  return randomBytes(RANDOM_BYTES).toString('hex');
}

export function isRandomHex(value: unknown): value is string {
  return typeof value === 'string' && HEX.test(value);
}

/** A record read from a file; undefined when it was torn or made by something else. */
export function parseOwnerRecord(text: string): OwnerRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { id, pid, machine, port, secret } = value as Readonly<Record<keyof OwnerRecord, unknown>>;
  if (!isRandomHex(id) || !isRandomHex(secret) || typeof machine !== 'string') return undefined;
  if (!Number.isSafeInteger(pid) || !Number.isSafeInteger(port)) return undefined;
  if ((port as number) < 1 || (port as number) > 65_535) return undefined;
  return { id, pid: pid as number, machine, port: port as number, secret };
}

let machine: string | undefined;

/**
 * Names this machine since its last start, and its loopback interface: two containers that share a folder have two. Where
 * the system has no such name it is the host's, which may change: then an owner is judged by its heartbeat.
 */
export function thisMachine(): string {
  machine ??= linuxMachine() ?? `${process.platform} ${hostname()}`;
  return machine;
}

function linuxMachine(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/net')}`;
  } catch {
    return undefined;
  }
}
