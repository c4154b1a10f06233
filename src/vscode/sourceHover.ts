import * as vscode from 'vscode';
import { formatDuration } from '../core/layout/formatDuration.ts';
import type { SpanRef } from '../core/model/span.ts';
import type { CallSummary } from '../protocol/engineApi.ts';
import { CODE_LANGUAGES, type CodeInsights } from './codeInsights.ts';
import type { CommandId } from './contributions.ts';
import type { EngineClient } from './engineClient.ts';
import { ownFirst, type Insight } from './fileInsights.ts';
import { clockOf, figuresText } from './insightText.ts';
import { markdownText, plainLine } from './plainText.ts';
import { readSetting } from './settings.ts';
import type { Subscriptions } from './subscriptions.ts';

/** Names of one line that are told, and calls of each. */
const MOST_NAMES = 3;
const MOST_CALLS = 5;
const VALUE_CHARACTERS = 300;

/** Hover on a line that starts a span, or a function's first: the last calls there, what went in and what came out. */
export class SourceHover implements vscode.HoverProvider {
  readonly #engine: EngineClient;
  readonly #insights: CodeInsights;

  constructor(engine: EngineClient, insights: CodeInsights, subscriptions: Subscriptions) {
    this.#engine = engine;
    this.#insights = insights;
    const selector = CODE_LANGUAGES.map((language) => ({ language, scheme: 'file' }));
    subscriptions.push(vscode.languages.registerHoverProvider(selector, this));
  }

  async provideHover(
    document: vscode.TextDocument,
    { line }: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | undefined> {
    if (!this.#engine.running || !vscode.workspace.isTrusted || !readSetting('spanline.editor.hover', document.uri))
      return undefined;
    const insights = await this.#insights.look(document);
    const here = ownFirst(insights.filter((insight) => insight.line === line || insight.firstLine === line));
    const parts: vscode.MarkdownString[] = [];
    for (const insight of here.slice(0, MOST_NAMES)) {
      if (token.isCancellationRequested) return undefined;
      const calls = await Promise.all(
        insight.figures.last
          .slice(0, MOST_CALLS)
          .map((ref) => this.#engine.request('span/summary', ref).catch(() => undefined)),
      );
      parts.push(
        insightMarkdown(
          insight,
          calls.filter((call) => call !== undefined),
        ),
      );
    }
    return parts.length === 0 ? undefined : new vscode.Hover(parts);
  }
}

/** Only our own command is trusted; span text is appended as character references or as a code block. */
function insightMarkdown(insight: Insight, calls: readonly CallSummary[]): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString(undefined, true);
  markdown.isTrusted = { enabledCommands: ['spanline.openTrace' satisfies CommandId] };
  const name = markdownText(plainLine(insight.name, 80));
  markdown.appendMarkdown(`$(pulse) ${name} · ${markdownText(figuresText(insight))}`);
  for (const call of calls) {
    const facts = [formatDuration(call.durationNs), ...(call.error ? [vscode.l10n.t('error')] : [])].join(' · ');
    const when = clockOf(Number(BigInt(call.end) / 1_000_000n));
    markdown.appendMarkdown(`\n\n${when} · ${facts} · ${link(vscode.l10n.t('Show Span'), call.ref)}`);
    const given = plainLine(call.input, VALUE_CHARACTERS);
    const got = plainLine(call.output, VALUE_CHARACTERS);
    if (given !== '' || got !== '') markdown.appendCodeblock(got === '' ? given : `${given}\n→ ${got}`, 'text');
  }
  if (insight.figures.calls > 1)
    markdown.appendMarkdown(`\n\n${link(vscode.l10n.t('Show the Slowest Call'), insight.figures.slowest)}`);
  return markdown;
}

function link(title: string, { traceId, spanId }: SpanRef): string {
  const target = encodeURIComponent(JSON.stringify([{ traceId, spanId }]));
  return `[${title}](command:spanline.openTrace?${target})`;
}
