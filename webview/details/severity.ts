/** OTLP SeverityNumber ranges: 1–4 trace, 5–8 debug, 9–12 info, 13–16 warn, 17–20 error, 21–24 fatal. */
export interface Severity {
  readonly level: 'none' | 'trace' | 'debug' | 'info' | 'warn' | 'error';
  readonly text: string;
}

const NAMES = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

/** How a log record's level is shown: the sender's own text where it gave one. */
export function severityOf(severityNumber: number, severityText: string): Severity {
  const name = severityNumber >= 1 ? NAMES[Math.min(5, Math.floor((severityNumber - 1) / 4))] : undefined;
  const level = name === 'fatal' ? 'error' : (name ?? 'none');
  return { level, text: severityText === '' ? (name ?? '') : severityText };
}
