import * as vscode from 'vscode';
import { sideText } from '../core/inference/callText.ts';
import { formatDuration } from '../core/layout/formatDuration.ts';
import { visibleText } from '../core/text/visibleText.ts';
import type { ModelCall } from '../core/model/modelCall.ts';
import type { SpanRef } from '../core/model/span.ts';
import type { CallSummary } from '../protocol/engineApi.ts';
import type { SlowestChild } from '../protocol/insightApi.ts';
import { CODE_LANGUAGES, type CodeInsights } from './codeInsights.ts';
import type { CommandId } from './contributions.ts';
import type { EngineClient } from './engineClient.ts';
import { ownFirst, type Insight } from './fileInsights.ts';
import { clockOf, figuresText } from './insightText.ts';
import { markdownText, plainLine } from './plainText.ts';
import { readSetting } from './settings.ts';
import type { Subscriptions } from './subscriptions.ts';

const OPEN: CommandId = 'spanline.openTrace';
const PEEK: CommandId = 'spanline.peekCall';
/** Names of one line that are told, and calls of each. */
const MOST_NAMES = 3;
const MOST_CALLS = 5;
const VALUE_CHARACTERS = 300;
/** Of each side of the last call. */
const WHOLE_CHARACTERS = 10_000;

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
      const [last] = insight.figures.last;
      const [model, inside] = await Promise.all([
        last && this.#engine.request('span/model', last).catch(() => undefined),
        last && this.#engine.request('insight/slowestChild', last).catch(() => undefined),
      ]);
      parts.push(
        insightMarkdown(
          insight,
          calls.filter((call) => call !== undefined),
          model?.call ?? undefined,
          inside?.child ?? undefined,
        ),
      );
    }
    return parts.length === 0 ? undefined : new vscode.Hover(parts);
  }
}

/** Only our own commands are trusted; span text is appended as character references or as a code block. */
function insightMarkdown(
  insight: Insight,
  calls: readonly CallSummary[],
  lastModel: ModelCall | undefined,
  slowestChild: SlowestChild | undefined,
): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString(undefined, true);
  markdown.isTrusted = { enabledCommands: [OPEN, PEEK] };
  const name = markdownText(plainLine(insight.name, 80));
  const arrow = insight.role === 'call' ? '→ ' : '';
  markdown.appendMarkdown(`$(pulse) ${arrow}${name} · ${markdownText(figuresText(insight))}`);
  for (const [index, call] of calls.entries()) {
    const facts = [formatDuration(call.durationNs), ...(call.error ? [vscode.l10n.t('error')] : [])].join(' · ');
    const when = clockOf(Number(BigInt(call.end) / 1_000_000n));
    const links = [link(vscode.l10n.t('Show Span'), OPEN, call.ref)];
    if (lastModel && index === 0) links.push(link(vscode.l10n.t('Peek Input and Output'), PEEK, call.ref));
    markdown.appendMarkdown(`\n\n${when} · ${facts} · ${links.join(' · ')}`);
    if (index === 0 && slowestChild) {
      const text = vscode.l10n.t(
        'slowest inside: {0} {1}',
        plainLine(slowestChild.name, 80),
        formatDuration(slowestChild.durationNs),
      );
      markdown.appendMarkdown(
        `\n\n${markdownText(text)} · ${link(vscode.l10n.t('Show Span'), OPEN, slowestChild.ref)}`,
      );
    }
    if (lastModel && index === 0) appendWhole(markdown, lastModel);
    else {
      const given = plainLine(call.input, VALUE_CHARACTERS);
      const got = plainLine(call.output, VALUE_CHARACTERS);
      if (given !== '' || got !== '') markdown.appendCodeblock(got === '' ? given : `${given}\n→ ${got}`, 'text');
    }
  }
  if (insight.figures.calls > 1)
    markdown.appendMarkdown(`\n\n${link(vscode.l10n.t('Show the Slowest Call'), OPEN, insight.figures.slowest)}`);
  return markdown;
}

/** Both sides of a call; of very long ones the beginning, the peek has the rest. */
function appendWhole(markdown: vscode.MarkdownString, call: ModelCall): void {
  for (const [title, side] of [
    [vscode.l10n.t('Input'), 'inputs'],
    [vscode.l10n.t('Output'), 'outputs'],
  ] as const) {
    const text = sideText(call, side);
    if (text === '') continue;
    const shown = text.length > WHOLE_CHARACTERS ? `${text.slice(0, WHOLE_CHARACTERS)}…` : text;
    markdown.appendMarkdown(`\n\n${title}\n`);
    markdown.appendCodeblock(visibleText(shown), 'text');
  }
}

function link(title: string, command: CommandId, { traceId, spanId }: SpanRef): string {
  const target = encodeURIComponent(JSON.stringify([{ traceId, spanId }]));
  return `[${title}](command:${command}?${target})`;
}
