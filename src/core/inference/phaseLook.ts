/** How a phase is drawn: `wait` nothing is computed, `prepare` before the work that makes the answer, `work` that work. */
export type PhaseLook = 'wait' | 'prepare' | 'work';

const WAITS: ReadonlySet<string> = new Set([
  'admission',
  'queue',
  'validation',
  'finish',
  'receive',
  'respond',
  'send',
  'to first byte',
  'to first token',
  'to first chunk',
  'after the last byte',
]);
const PREPARES: ReadonlySet<string> = new Set([
  'prefill',
  'preprocess',
  'postprocess',
  'compute input',
  'compute output',
  'validate arguments',
]);

/** The look of a phase by its name; names of senders are work, unless they speak of a queue or of waiting. */
export function phaseLook(name: string): PhaseLook {
  if (WAITS.has(name)) return 'wait';
  if (PREPARES.has(name)) return 'prepare';
  return /queue|wait/i.test(name) ? 'wait' : 'work';
}
