import { hasArrived, runQuestion } from '../protocol/runArrival.ts';
import type { EngineChannel } from './ownerLink.ts';
import type { Terminal } from './terminal.ts';

/** What was sent as the last is here by then. */
const LOOKS = 5;
const LOOK_MS = 200;

/** Says of a program that ended well that no span of it arrived, with what that may be. Nothing where it is not known. */
export async function sayIfSilent(channel: EngineChannel, runId: string, terminal: Terminal): Promise<void> {
  for (let look = 0; look < LOOKS; look++) {
    if (look > 0) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    if ((await arrived(channel, runId)) !== false) return;
  }
  terminal.err(
    'spanline: it ended, and no span of it arrived. Either nothing that it did is traced (--trace-function traces what you choose), or its own code sets where spans go.',
  );
}

async function arrived(channel: EngineChannel, runId: string): Promise<boolean | undefined> {
  try {
    return hasArrived(await channel.request('traces/page', runQuestion(runId)));
  } catch {
    return undefined;
  }
}
