import type { Readable } from 'node:stream';
import type { ReceiverLimits } from './receiverLimits.ts';

/**
 * Drops what a refused sender still sends, until it ends, exceeds the limits or goes away; then calls `done` once.
 * Cutting at once could take the answer away from the sender before it read it.
 */
export function linger(
  body: Readable,
  limits: Pick<ReceiverLimits, 'lingerBytes' | 'lingerMs'>,
  done: (ended: boolean) => void,
): void {
  let left = limits.lingerBytes;
  const settle = (ended: boolean): void => {
    clearTimeout(timer);
    body.removeListener('data', onData);
    body.removeListener('end', onEnd);
    body.removeListener('close', onStop);
    done(ended);
  };
  const onEnd = (): void => settle(true);
  const onStop = (): void => settle(false);
  const onData = (chunk: Uint8Array): void => {
    left -= chunk.byteLength;
    if (left < 0) onStop();
  };
  const timer = setTimeout(onStop, limits.lingerMs);
  timer.unref();
  body.on('data', onData);
  body.once('end', onEnd);
  body.once('close', onStop);
}
