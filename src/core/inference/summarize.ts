import type { ModelCall, ModelItem } from '../model/modelCall.ts';
import { UNSEEN } from '../text/visibleText.ts';
import { beginning } from './itemList.ts';
import { recordedForm } from './recordedForm.ts';
import { parseJson } from './valueDecoder.ts';

/** Longest JSON looked at for one line. */
const LOOKED_AT = 16 * 1024;
const MAX_ENTRIES = 8;
const PLAIN_KEY = /^[A-Za-z_][\w.-]{0,40}$/;

/**
 * One side of a call in one line of at most `maxChars` UTF-16 units, for a hover or a label: `{tenure: 3.2, spend: 40}`,
 * `refund 0.83`, `user: Where is my parcel?`. Of a conversation the last message. What does not fit ends with `…`;
 * line breaks become spaces, other unseen and direction-changing characters U+FFFD. Empty when that side is empty.
 */
export function summarize(call: ModelCall, side: 'inputs' | 'outputs', maxChars: number): string {
  const items = call[side].filter(({ part }) => part !== 'toolDefinition' && part !== 'outputSchema');
  const messages = items.filter((item) => item.role !== '');
  const shown = messages.length > 0 ? messages.slice(-1) : items.slice(0, MAX_ENTRIES);
  const parts = shown.map((item) => named(item, pieceOf(item, maxChars)));
  if (messages.length === 0 && items.length > MAX_ENTRIES) parts.push('\u2026');
  let line = parts.filter((part) => part !== '').join(' \u00b7 ');
  const { confidence } = call;
  if (side === 'outputs' && confidence !== undefined && line !== '') {
    const number = ` ${String(Math.round(confidence * 1000) / 1000)}`;
    line = shorten(line, Math.max(0, maxChars - number.length)) + number;
  }
  return shorten(line, maxChars);
}

/** Arguments that were recorded by name keep it. */
function named({ label, from }: ModelItem, piece: string): string {
  return piece !== '' && from.startsWith('spanline.call.arguments \u2192') ? `${oneLine(label, 24)}: ${piece}` : piece;
}

function pieceOf(item: ModelItem, maxChars: number): string {
  const role = item.role === '' ? '' : `${oneLine(item.role, 24)}: `;
  // Of retrieved documents their number is what tells calls apart.
  if (/^documents \(\d+\)$/.test(item.label)) return item.label;
  const { json } = item;
  const value = json === undefined || json.length > LOOKED_AT || item.part === 'toolCall' ? undefined : parseJson(json);
  // `self` and the like: nothing is known of it but its type.
  if (typeof value === 'object' && value !== null) {
    const recorded = recordedForm(value);
    if (recorded?.kind === 'name' && recorded.bare) return '';
  }
  const text = value === undefined ? oneLine(item.text, maxChars) : compact(value, maxChars);
  return role + (item.cut === undefined || text.endsWith('\u2026') ? text : `${text}\u2026`);
}

/** A value as people write it: keys and strings without quotes where that cannot mislead, a few entries of each list. */
function compact(value: unknown, room: number): string {
  if (typeof value === 'string') return oneLine(value, room);
  if (typeof value !== 'object' || value === null) return String(value);
  const recorded = recordedForm(value);
  if (recorded?.kind === 'name') return oneLine(recorded.name, room);
  if (recorded) return recorded.prefix + compact(recorded.value, room - recorded.prefix.length);
  const list = Array.isArray(value);
  const entries = list
    ? (value as unknown[]).map((element): [string, unknown] => ['', element])
    : Object.entries(value);
  const pieces: string[] = [];
  let left = room - 2;
  for (const [key, element] of entries) {
    if (pieces.length >= MAX_ENTRIES || left <= 0) {
      pieces.push('\u2026');
      break;
    }
    const name = list ? '' : `${PLAIN_KEY.test(key) ? key : JSON.stringify(oneLine(key, 40))}: `;
    const piece = name + compactInside(element, left - name.length);
    pieces.push(piece);
    left -= piece.length + 2;
  }
  return list ? `[${pieces.join(', ')}]` : `{${pieces.join(', ')}}`;
}

function compactInside(value: unknown, room: number): string {
  if (room <= 0) return '\u2026';
  return typeof value === 'string' && !PLAIN_KEY.test(value)
    ? JSON.stringify(oneLine(value, room))
    : compact(value, room);
}

function oneLine(text: string, maxChars: number): string {
  // Replacing never lengthens, so a little more than fits is enough to look at.
  const start = beginning(text, maxChars * 2 + 64);
  const line = start
    .replace(/[\s\u2028\u2029]+/g, ' ')
    .trim()
    .replace(UNSEEN, '\ufffd');
  return start.length < text.length ? shorten(`${line}\u2026`, maxChars) : shorten(line, maxChars);
}

function shorten(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  return maxChars <= 0 ? '' : `${beginning(text, maxChars - 1).replace(/[\s\u2026]+$/, '')}\u2026`;
}
