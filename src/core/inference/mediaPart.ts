import type { ModelPart } from '../model/modelCall.ts';
import { field, firstField, isFields, textOf, wordOf, type Fields } from './fields.ts';

/** An image, a sound or a file that a message carries. */
export interface MediaPart {
  readonly part: ModelPart & ('image' | 'audio' | 'file');
  /** A data URI, an address, or the id of an uploaded file. */
  readonly text: string;
  readonly mediaType?: string;
}

/** Objects that the parts of the conventions wrap a medium in. */
const WRAPPERS = [
  'image_url',
  'input_audio',
  'file',
  'source',
  'image',
  'audio',
  'video',
  'inline_data',
  'inlineData',
  'file_data',
  'fileData',
] as const;
/** Where the content stands, as base64 or as a data URI. */
const CONTENTS = ['content', 'data', 'base64', 'file_data', 'bytes', 'image', 'audio'] as const;
const ADDRESSES = ['url', 'uri', 'image_url', 'file_uri', 'fileUri', 'file_id', 'fileId', 'id', 'filename'] as const;
const TYPES = ['mime_type', 'media_type', 'mediaType', 'mimeType', 'content_type', 'kind'] as const;
/** Types of parts that are a medium; `input_image`, `image-url`, `binary-content` and the like are among them. */
const MEDIA = /(?:^|[_-])(?:image|audio|video|file|document|blob|uri|binary|media|inline_data)(?:$|[_-])/i;

/**
 * The medium a part carries: OTel GenAI `blob`, `uri`, `file`; OpenAI `image_url`, `input_image`, `input_audio`, `file`;
 * Anthropic's `source`; OpenInference's `image.image.url`; Gemini's `inline_data`; LangChain's, Vercel's and Pydantic
 * AI's forms. Undefined when it is none, or holds nothing that could be shown.
 */
export function readMediaPart(part: Fields): MediaPart | undefined {
  const type = textOf(part['type']) ?? '';
  const wrapper = WRAPPERS.find((key) => isFields(part[key]));
  const untyped = type === '' && (wrapper !== undefined || typeof part['image_url'] === 'string');
  if (!untyped && !MEDIA.test(type)) return undefined;
  let inner = wrapper === undefined ? part : { ...part, ...(part[wrapper] as Fields) };
  // OpenInference wraps twice: `image.image.url`.
  const again = wrapper === undefined ? undefined : field(part[wrapper], wrapper);
  if (isFields(again)) inner = { ...inner, ...again };
  const mediaType = mediaTypeOf(inner, type);
  const found = contentOf(inner, mediaType);
  if (found === undefined) return undefined;
  const told = mediaType ?? /^data:([\w.+/-]+)/.exec(found.slice(0, 128))?.[1];
  return {
    part: partOf(told, `${type} ${wrapper ?? ''} ${textOf(part['modality']) ?? ''}`),
    text: found,
    ...(told === undefined ? {} : { mediaType: told }),
  };
}

function contentOf(inner: Fields, mediaType: string | undefined): string | undefined {
  for (const key of CONTENTS) {
    const value = wordOf(field(inner, key));
    if (value === undefined) continue;
    if (/^(?:data|https?|gs|file):/.test(value)) return value;
    if (isBase64(value)) return `data:${mediaType ?? 'application/octet-stream'};base64,${value}`;
  }
  return wordOf(firstField(inner, ADDRESSES));
}

function isBase64(value: string): boolean {
  return /^[A-Za-z0-9+/_=\s-]+$/.test(value.slice(0, 256));
}

function mediaTypeOf(inner: Fields, type: string): string | undefined {
  const told = TYPES.map((key) => textOf(inner[key])).find((value) => value?.includes('/'));
  if (told !== undefined) return told;
  const format = wordOf(inner['format']);
  return format !== undefined && /^[a-z0-9]{2,5}$/.test(format)
    ? `${/image/.test(type) ? 'image' : 'audio'}/${format}`
    : undefined;
}

function partOf(mediaType: string | undefined, words: string): MediaPart['part'] {
  const kind = mediaType?.split('/', 1)[0];
  if (kind === 'image' || kind === 'audio') return kind;
  if (kind !== undefined && kind !== 'application') return 'file';
  if (/image/i.test(words)) return 'image';
  return /audio/i.test(words) ? 'audio' : 'file';
}
