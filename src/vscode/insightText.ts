import * as vscode from 'vscode';
import { formatDuration } from '../core/layout/formatDuration.ts';
import type { Insight } from './fileInsights.ts';
import { plainLine } from './plainText.ts';

/** Below this many calls a percentile says less than the longest. */
const CALLS_FOR_P95 = 20;

/** `14:03:12` of milliseconds since the epoch, local. */
export function clockOf(ms: number): string {
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `3.1k`, `1.2M`; whole below a thousand. */
function shortCount(count: number): string {
  if (count < 1000) return String(count);
  const [value, unit] = count < 999_950 ? [count / 1000, 'k'] : [count / 1e6, 'M'];
  return `${String(Math.round(value * 10) / 10)}${unit}`;
}

/** The figures of one insight in a line: `41 calls · p50 120 ms · p95 480 ms · 2 errors · 3.1k tokens · last 14:03:12`. */
export function figuresText({ figures, stale }: Insight): string {
  const { calls, errors, p50Ns, p95Ns, maxNs, tokens, tokensPartial, thisRun, lastMs } = figures;
  const parts = [calls === 1 ? vscode.l10n.t('1 call') : vscode.l10n.t('{0} calls', shortCount(calls))];
  if (thisRun) parts[0] = vscode.l10n.t('{0} this run', parts[0] ?? '');
  if (calls === 1) parts.push(formatDuration(maxNs));
  else {
    parts.push(vscode.l10n.t('p50 {0}', formatDuration(p50Ns)));
    const upper = calls < CALLS_FOR_P95 ? vscode.l10n.t('max {0}', formatDuration(maxNs)) : undefined;
    parts.push(upper ?? vscode.l10n.t('p95 {0}', formatDuration(p95Ns)));
  }
  if (errors > 0) parts.push(errors === 1 ? vscode.l10n.t('1 error') : vscode.l10n.t('{0} errors', shortCount(errors)));
  if (tokens > 0)
    parts.push(vscode.l10n.t('{0} tokens', `${tokensPartial ? '\u2265\u00a0' : ''}${shortCount(tokens)}`));
  parts.push(vscode.l10n.t('last {0}', clockOf(lastMs)));
  const text = parts.join(' · ');
  if (stale) return vscode.l10n.t('before the last edit: {0}', text);
  return figures.state === 'run' ? vscode.l10n.t('earlier run: {0}', text) : text;
}

/** The name of an insight for one line. */
export function insightName({ name }: Insight): string {
  return plainLine(name, 60);
}
