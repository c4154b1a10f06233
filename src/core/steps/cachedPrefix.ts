import type { TokenCounts } from '../model/modelCall.ts';
import type { MessageTable } from './messageTable.ts';

/** Where the part of a prompt ends that the provider had from before. */
export interface CachedPrefix {
  /** Input messages wholly in it; all of them when `isAll`. */
  readonly messages: number;
  readonly isAll: boolean;
  /** Tokens read from the cache, of those of the whole prompt; 0 of 0 when the sender told none. */
  readonly tokens: number;
  readonly ofTokens: number;
  /** It ends at a mark of the request; else it was estimated from the lengths of the messages. */
  readonly exact: boolean;
  /** Where the next calls may read from, by a mark, when it is told but not used: messages up to the last mark. */
  readonly marked: number;
}

/** So much of a prompt is all of it: the last block is never cached whole. */
const ALL = 0.985;
/** A mark this near to what the lengths say is where it ends. */
const NEAR = 0.1;

/**
 * Where the cached prefix of a prompt ends. Tools come first, then the messages, as providers put prompts together. Tokens are
 * laid on the messages by their lengths, so without a mark of the request it is an estimate. Undefined when nothing is told.
 */
export function cachedPrefix(
  inputs: Uint32Array,
  toolChars: number,
  tokens: TokenCounts | undefined,
  table: MessageTable,
): CachedPrefix | undefined {
  const marks: number[] = [];
  const ends: number[] = [];
  let chars = toolChars;
  inputs.forEach((number, at) => {
    const message = table.at(number);
    chars += message.chars;
    ends.push(chars);
    if (message.cacheMark) marks.push(at + 1);
  });
  const marked = marks.at(-1) ?? 0;
  const cached = tokens?.cachedInput;
  if (cached === undefined) {
    return marked === 0 ? undefined : { messages: 0, isAll: false, tokens: 0, ofTokens: 0, exact: false, marked };
  }
  // Anthropic's own count of input tokens leaves cached ones out; the conventions count them in.
  const input = tokens?.input ?? 0;
  const ofTokens = cached > input ? input + cached + (tokens?.cacheWrite ?? 0) : input;
  const share = ofTokens === 0 ? 0 : cached / ofTokens;
  const told = { tokens: cached, ofTokens, marked };
  if (cached === 0) return { ...told, messages: 0, isAll: false, exact: true };
  if (share >= ALL) return { ...told, messages: inputs.length, isAll: true, exact: true };
  const end = share * chars;
  const shareAt = (messages: number): number =>
    chars === 0 ? 0 : (messages === 0 ? toolChars : (ends[messages - 1] ?? 0)) / chars;
  const near = marks.map((at) => ({ at, off: Math.abs(shareAt(at) - share) })).sort((a, b) => a.off - b.off)[0];
  if (near && near.off <= NEAR) return { ...told, messages: near.at, isAll: false, exact: true };
  let messages = 0;
  while (messages < ends.length && (ends[messages] ?? Infinity) <= end) messages++;
  return { ...told, messages, isAll: false, exact: false };
}
