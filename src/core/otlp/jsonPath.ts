const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MAX_CHARS = 200;

/**
 * Where byte `offset` stands in a JSON text, as `resourceSpans[0].scopeSpans[1].spans[12].kind`; empty at the root. For
 * error messages: reads the text again from its start, and takes any bytes (it is asked about broken text). Names are
 * reduced to printable ASCII, and a long path to its last part.
 */
export function jsonPathAt(bytes: Uint8Array, offset: number): string {
  const steps: (string | number)[] = [];
  let key = '';
  const end = Math.min(offset, bytes.length);
  for (let pos = 0; pos < end; pos++) {
    switch (bytes[pos]) {
      case QUOTE: {
        const begin = pos + 1;
        pos = stringEnd(bytes, begin, end);
        // The unfinished string at the end is the value asked about, not a name.
        if (pos < end) key = printable(bytes, begin, pos);
        break;
      }
      case 0x3a: // :
        if (steps.length > 0) steps[steps.length - 1] = key;
        break;
      case 0x2c: {
        const step = steps.at(-1);
        if (steps.length > 0) steps[steps.length - 1] = typeof step === 'number' ? step + 1 : '';
        break;
      }
      case 0x5b: // [
        steps.push(0);
        break;
      case 0x7b: // {
        steps.push('');
        break;
      case 0x5d:
      case 0x7d:
        steps.pop();
        break;
      default:
    }
  }
  let path = '';
  for (const step of steps.slice(-64)) {
    if (typeof step === 'number') path += `[${step}]`;
    else if (step !== '') path += path === '' ? step : `.${step}`;
  }
  return path.length > MAX_CHARS ? `\u2026${path.slice(-MAX_CHARS)}` : path;
}

function stringEnd(bytes: Uint8Array, from: number, end: number): number {
  let pos = from;
  while (pos < end && bytes[pos] !== QUOTE) pos += bytes[pos] === BACKSLASH ? 2 : 1;
  return Math.min(pos, end);
}

function printable(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (const byte of bytes.subarray(from, Math.min(to, from + 64))) {
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '\u00b7';
  }
  return text;
}
