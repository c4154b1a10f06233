import { hubVersion } from '../engine/hub/challenge.ts';
import { knock } from '../engine/hub/hubClient.ts';
import { readClaim } from '../engine/hub/ownerLock.ts';
import { Channel, type Timers } from '../protocol/channel.ts';
import type { EngineEvents, EngineMethods } from '../protocol/engineApi.ts';
import { CommandError } from './exitCodes.ts';
import type { ParsedArgs } from './options.ts';
import { storageFolders } from './storageFolders.ts';
import type { Terminal } from './terminal.ts';

export const STORAGE_OPTION = {
  name: 'storage',
  value: 'DIR',
  help: 'the storage folder of the Spanline to talk to (default: the first that runs)',
} as const;

export type EngineChannel = Channel<EngineMethods, object, EngineEvents, object>;

/** A link to the Spanline that holds the traces. */
export interface OwnerLink {
  readonly channel: EngineChannel;
  readonly storage: string;
  /** Resolves, with the reason, when the other end is gone. */
  readonly closed: Promise<string>;
}

export const timers: Timers = {
  set: (callback, ms) => setTimeout(callback, ms),
  clear: (handle) => clearTimeout(handle as NodeJS.Timeout),
};

/**
 * Connects to the running Spanline: a window of VS Code, or `spanline serve`.
 * @throws CommandError that says how to start one when there is none.
 */
export async function connectOwner(terminal: Terminal, args: ParsedArgs, version: string): Promise<OwnerLink> {
  const found = await findOwner(terminal, args, version);
  if (found.link !== undefined) return found.link;
  if (found.trouble !== '') throw new CommandError(found.trouble);
  const given = args.values.get(STORAGE_OPTION.name);
  throw new CommandError(
    `no Spanline is running${given === undefined ? '' : ` with its storage in ${given}`}. Start one: open the Spanline view in VS Code, or run\n    spanline serve`,
  );
}

/** The running Spanline, or why one that seems to run cannot be talked to; empty when there is none. */
export async function findOwner(
  terminal: Terminal,
  args: ParsedArgs,
  version: string,
): Promise<{ readonly link: OwnerLink } | { readonly link: undefined; readonly trouble: string }> {
  const given = args.values.get(STORAGE_OPTION.name);
  const folders = given === undefined ? storageFolders(terminal.env) : [given];
  let trouble = '';
  for (const storage of folders) {
    const { record } = (await claimIn(storage)) ?? {};
    if (record === undefined) continue;
    const answer = await knock(record, hubVersion(version));
    if (answer.kind === 'link') {
      const closed = new Promise<string>((resolve) => answer.link.onClose(resolve));
      return { link: { channel: new Channel(answer.link, {}, timers), storage, closed } };
    }
    if (answer.kind === 'otherVersion') {
      trouble = `the Spanline in ${storage} has another version (${answer.version}); this command is ${hubVersion(version)}`;
    } else if (answer.kind === 'silent') {
      trouble = `the Spanline in ${storage} (pid ${record.pid}) does not answer`;
    }
  }
  return { link: undefined, trouble };
}

/** A folder that cannot be read is one without an owner. */
async function claimIn(storage: string): Promise<Awaited<ReturnType<typeof readClaim>>> {
  try {
    return await readClaim(storage);
  } catch {
    return undefined;
  }
}
