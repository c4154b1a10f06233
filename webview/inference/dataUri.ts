/** What the head of a data URI tells. */
export interface DataUriFacts {
  /** Lower case, without parameters. */
  readonly mediaType: string;
  readonly isBase64: boolean;
  /** Of the content, for base64; undefined otherwise. */
  readonly bytes: number | undefined;
}

/** Images that draw pixels and can hold nothing else: SVG is a document, and is not drawn. */
const DRAWN = new Set(['image/png', 'image/jpeg', 'image/jpg', 'image/gif', 'image/webp', 'image/bmp', 'image/avif']);
/** Decoding a larger one would hold the page up. */
const MOST_CHARACTERS = 32 * 1024 * 1024;

/** Reads a `data:` URI (RFC 2397); undefined for every other text. */
export function dataUriFacts(text: string): DataUriFacts | undefined {
  const head = /^data:([a-z0-9.+-]+\/[a-z0-9.+-]+)?((?:;[^,;]*)*),/i.exec(text.slice(0, 512));
  if (!head) return undefined;
  const isBase64 = /;base64$/i.test(head[2] ?? '');
  const length = text.length - head[0].length;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return {
    mediaType: (head[1] ?? 'text/plain').toLowerCase(),
    isBase64,
    bytes: isBase64 ? Math.max(0, Math.floor((length * 3) / 4) - padding) : undefined,
  };
}

/** The text as the address of an image element, when it is a base64 data URI of a drawn type and nothing else. */
export function drawableImage(text: string): string | undefined {
  const facts = dataUriFacts(text);
  if (!facts?.isBase64 || !DRAWN.has(facts.mediaType) || text.length > MOST_CHARACTERS) return undefined;
  const data = text.slice(text.indexOf(',') + 1);
  return /^[A-Za-z0-9+/=_-]*$/.test(data) ? `data:${facts.mediaType};base64,${data}` : undefined;
}
