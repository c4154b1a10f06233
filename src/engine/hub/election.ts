import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { hubVersion } from './challenge.ts';
import { knock } from './hubClient.ts';
import { HubServer } from './hubServer.ts';
import { beatAge, claimOwnership, claimStorage, readClaim, type Claim, type OwnerLock } from './ownerLock.ts';
import { randomHex, thisMachine, type OwnerRecord } from './ownerRecord.ts';
import type { WsLink } from './wsLink.ts';

export interface ElectionOptions {
  readonly storage: string;
  /** The product's; both ends of a link must have the same. */
  readonly version: string;
  /** Called for each client, should this be the owner; links keep what comes until somebody listens. */
  readonly onClient: (link: WsLink) => void;
  readonly log: (message: string) => void;
  /** How long an owner that neither answers nor beats is waited for; milliseconds. */
  readonly patienceMs?: number;
  /** How long one challenge may take, see `challenge.ts`. */
  readonly challengeMs?: number;
}

/** `alone`: there is an owner or a folder this one can do nothing with; the reason is for people. */
export type Election =
  | { readonly kind: 'owner'; readonly lock: OwnerLock; readonly hub: HubServer }
  | { readonly kind: 'client'; readonly link: WsLink }
  | { readonly kind: 'alone'; readonly reason: string };

/** The owner shows that it is at work this often. */
export const BEAT_MS = 5000;
/** Three heartbeats: an owner that misses them while it does not answer either is gone. */
const PATIENCE_MS = 3 * BEAT_MS;
const PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;
/** Races lost in a row; each was won by somebody, so this many mean that something else is wrong. */
const MAX_RACES = 50;

/**
 * Settles whether this process owns the store, or reaches the one that does. Of any number of processes that try at
 * once exactly one becomes the owner. Never rejects.
 */
export async function elect(options: ElectionOptions): Promise<Election> {
  let hub: HubServer | undefined;
  try {
    await claimStorage(options.storage);
    const secret = randomHex();
    const version = hubVersion(options.version);
    for (let race = 0; race < MAX_RACES; race++) {
      const claim = await readClaim(options.storage);
      const found = claim?.record ? await reach(claim, claim.record, options) : undefined;
      if (found) {
        await hub?.close();
        return found;
      }
      hub ??= await HubServer.listen({ ...options, secret, version });
      const record: OwnerRecord = {
        id: randomBytes(32).toString('hex'),
        pid: process.pid,
        machine: thisMachine(),
        port: hub.port,
        secret,
      };
      const lock = await claimOwnership(options.storage, claim?.generation ?? 0, record);
      if (lock) return { kind: 'owner', lock, hub };
    }
    await hub?.close();
    return { kind: 'alone', reason: 'the ownership of the store could not be settled' };
  } catch (error) {
    await hub?.close();
    return { kind: 'alone', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** A link to the owner of `claim`, or why there can be none; undefined when that owner is gone. */
async function reach(claim: Claim, record: OwnerRecord, options: ElectionOptions): Promise<Election | undefined> {
  const patience = options.patienceMs ?? PATIENCE_MS;
  const until = performance.now() + patience;
  const near = record.machine === thisMachine();
  for (let pause = PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    // Its 127.0.0.1 is not ours when it runs elsewhere (a container, a shared home folder): only its heartbeat tells.
    const answer = near
      ? await knock(record, hubVersion(options.version), options.challengeMs)
      : ({ kind: 'silent' } as const);
    switch (answer.kind) {
      case 'link':
        return { kind: 'client', link: answer.link };
      case 'gone':
        return undefined;
      case 'otherVersion':
        return {
          kind: 'alone',
          reason: `the window that holds the traces runs another version (${answer.version}); reload the older window`,
        };
      case 'silent':
    }
    const now = await readClaim(options.storage);
    if (now?.generation !== claim.generation) return undefined;
    if (!near && now.beat !== claim.beat) {
      return {
        kind: 'alone',
        reason: 'a program on another machine or in a container holds the traces of this folder',
      };
    }
    // Of an earlier start of this machine or container, say: nobody has to wait for what stopped long ago.
    if (((await beatAge(options.storage, claim.generation)) ?? Infinity) >= patience) return undefined;
    if (performance.now() >= until) {
      if (now.beat === claim.beat) return undefined;
      return { kind: 'alone', reason: `the process that holds the traces (pid ${record.pid}) does not answer` };
    }
    await wait(pause);
  }
}
