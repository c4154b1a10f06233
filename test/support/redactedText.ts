import type { RedactPresets } from '../../src/core/redact/secretKeys.ts';
import { decodeUtf8 } from '../../src/core/otlp/utf8.ts';
import { MessageMasker } from '../../src/core/redact/messageMasker.ts';
import type { RedactRules } from '../../src/core/redact/messageMasker.ts';
import { decodeOtlp, encodeOtlp } from './otlpProto.ts';

export const ALL_PRESETS: RedactPresets = {
  apiKeys: true,
  bearerTokens: true,
  passwords: true,
  cookies: true,
  email: true,
};

export const RULES: RedactRules = { presets: { ...ALL_PRESETS, email: false }, keys: [], values: [] };

/** The string value `text` under `key` as it is shown after redaction. */
export function redactedText(key: string, text: string, rules: RedactRules = RULES): string {
  const masker = new MessageMasker(rules);
  const body = traceWith([{ key, value: { stringValue: text } }]);
  const length = body.byteLength;
  masker.mask('traces', body);
  const once = Buffer.from(body);
  if (masker.mask('traces', body) !== 0 || !once.equals(body)) throw new Error(`masking twice differs: ${text}`);
  if (body.byteLength !== length) throw new Error('the length changed');
  const [attribute] = attributesOf(body);
  return shown(attribute?.value.stringValue ?? '');
}

interface PlainAttribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string };
}

/** A trace export of one span with these attributes, in a buffer of its own. */
export function traceWith(attributes: readonly object[]): Uint8Array<ArrayBuffer> {
  const span = { traceId: Buffer.alloc(16, 1), spanId: Buffer.alloc(8, 2), name: 'span', attributes };
  return Uint8Array.from(
    encodeOtlp('ExportTraceServiceRequest', { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
  );
}

function attributesOf(body: Uint8Array): readonly PlainAttribute[] {
  const decoded = decodeOtlp('ExportTraceServiceRequest', body) as {
    resourceSpans: { scopeSpans: { spans: { attributes: PlainAttribute[] }[] }[] }[];
  };
  return decoded.resourceSpans[0]?.scopeSpans[0]?.spans[0]?.attributes ?? [];
}

/** Text that an independent decoder read from masked bytes, as Spanline shows it. */
export function shown(text: string): string {
  const bytes = Buffer.from(text);
  return decodeUtf8(bytes, 0, bytes.length);
}
