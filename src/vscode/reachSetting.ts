import type { ReceiverReach } from '../protocol/engineApi.ts';

/** `spanline.receiver.reach` as it is written: `thisMachine`, `containers`, or IP addresses with commas or spaces between. */
export function parseReach(setting: string): ReceiverReach {
  const words = setting.split(/[\s,]+/).filter((word) => word !== '');
  if (words.length === 0) return 'thisMachine';
  const [only] = words;
  return words.length === 1 && (only === 'thisMachine' || only === 'containers') ? only : words;
}
