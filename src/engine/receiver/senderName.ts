/**
 * `text` made safe to show in one line: control, bidirectional and line-breaking characters become `?`, and what
 * exceeds `maxChars` is cut with an ellipsis.
 */
export function plainText(text: string, maxChars: number): string {
  const cut = text.length > maxChars ? `${text.slice(0, maxChars)}…` : text;
  return cut.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '?');
}

/** How a sender is named in messages: its User-Agent, which OTLP exporters set to `OTel-OTLP-Exporter-<language>/<version>`. */
export function senderName(userAgent: string | undefined): string {
  const name = userAgent?.trim() ?? '';
  return name === '' ? 'a sender without User-Agent' : plainText(name, 80);
}
