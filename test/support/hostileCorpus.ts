import { newSpanId } from './otlpJson.ts';

/** A host that no test may ever ask: a request to it means that text of a span became an address that was fetched. */
export const BEACON_HOST = 'beacon.invalid';

/**
 * Text that means something to HTML, to Markdown, to VS Code's own notations, to terminals, to templates, or to the eye.
 * What runs would set `__pwned`; what loads would ask {@link BEACON_HOST}.
 */
export const HOSTILE: readonly string[] = [
  `<img src=http://${BEACON_HOST}/img onerror="globalThis.__pwned=1">`,
  '</div><script>globalThis.__pwned=1</script>',
  '<iframe srcdoc="<script>top.__pwned=1</script>"></iframe>',
  '"><svg/onload=globalThis.__pwned=1>',
  `<a href="http://${BEACON_HOST}/a">click</a><style>@import url(http://${BEACON_HOST}/css)</style>`,
  'javascript:globalThis.__pwned=1',
  '[x](command:workbench.action.closeAllEditors)',
  `![x](http://${BEACON_HOST}/md.png) [y](http://${BEACON_HOST}/md)`,
  `http://${BEACON_HOST}/bare www.${BEACON_HOST} <http://${BEACON_HOST}/angle>`,
  '$(trash) $(sync~spin) $(account)',
  '\u202egnp.exe\u202c \u2066isolate\u2069',
  'NUL \u0000 escape \u001b[31mred\u001b[0m bell \u0007',
  'zero\u200bwidth\ufeff line\u2028separator\nnew line\r\nand\ttab',
  '${globalThis.__pwned=1} {{constructor.constructor("globalThis.__pwned=1")()}} #{1} %s %d {0}',
  '`code` ``` \n```\n# heading | a | b |\n|---|---|',
  '&lt;b&gt; &amp;#x3c;script&#x3e; %3Cscript%3E',
  `${'very long '.repeat(2000)}end`,
];

/** {@link HOSTILE} joined to few texts of at most `maxLength` characters, for places that are slow to look at. */
export function hostileTexts(maxLength: number): readonly string[] {
  const texts: string[] = [];
  for (const each of HOSTILE) {
    const text = each.slice(0, maxLength);
    const last = texts.at(-1);
    if (last !== undefined && last.length + text.length < maxLength) texts[texts.length - 1] = `${last} ${text}`;
    else texts.push(text);
  }
  return texts;
}

type Body = Readonly<Record<string, unknown>>;

function strings(pairs: readonly (readonly [string, string])[]): Body[] {
  return pairs.map(([key, stringValue]) => ({ key, value: { stringValue } }));
}

/** {@link HOSTILE} as keys, as values, inside arrays and maps, inside JSON text, and under keys that are interpreted. */
function hostileAttributes(text: string): Body[] {
  return [
    ...strings([
      [text.slice(0, 200), text],
      ['json', JSON.stringify({ [text]: [text] })],
      ['http.route', text],
      ['model.input_features', `{'question': ${JSON.stringify(text)}}`],
      ['model.output_prediction', text],
      ['gen_ai.operation.name', 'chat'],
      ['gen_ai.request.model', text],
      ['gen_ai.provider.name', text],
      ['gen_ai.input.messages', JSON.stringify([{ role: text, parts: [{ type: 'text', content: text }] }])],
      ['code.file.path', text],
      ['code.function.name', text],
    ]),
    { key: 'array', value: { arrayValue: { values: [{ stringValue: text }] } } },
    { key: 'map', value: { kvlistValue: { values: [{ key: text, value: { stringValue: text } }] } } },
  ];
}

interface HostileTrace {
  readonly traceId: string;
  readonly spanIds: readonly string[];
  /** The body of an OTLP/JSON export of spans, and one of log records that belong to them. */
  readonly traces: string;
  readonly logs: string;
}

/** One trace of a span for each of `texts`, with that text in every field of the span and of its log record. */
export function hostileTrace(traceId: string, rootName: string, texts = HOSTILE): HostileTrace {
  const start = BigInt(Date.now()) * 1_000_000n;
  const spanIds = texts.map(() => newSpanId());
  const span = (text: string, index: number): Body => ({
    traceId,
    spanId: spanIds[index],
    parentSpanId: index === 0 ? '' : spanIds[0],
    traceState: `vendor=${text.slice(0, 100)}`,
    name: index === 0 ? rootName : text,
    kind: 1,
    startTimeUnixNano: String(start + BigInt(index) * 1_000_000n),
    endTimeUnixNano: String(start + BigInt(index + 5) * 1_000_000n),
    attributes: hostileAttributes(text),
    events: [
      {
        name: text,
        timeUnixNano: String(start),
        attributes: strings([
          ['exception.type', text],
          ['exception.message', text],
          [
            'exception.stacktrace',
            `Traceback (most recent call last):\n  File "${text.replaceAll('\n', ' ')}", line 3, in ${text}\n${text}`,
          ],
        ]),
      },
    ],
    links: [{ traceId, spanId: spanIds[0], traceState: `vendor=${text}`, attributes: hostileAttributes(text) }],
    status: { code: 2, message: text },
  });
  const log = (text: string, index: number): Body => ({
    traceId,
    spanId: spanIds[index],
    timeUnixNano: String(start),
    severityNumber: 17,
    severityText: text.slice(0, 100),
    eventName: text,
    body: { stringValue: text },
    attributes: hostileAttributes(text),
  });
  const resource = (text: string): Body => ({
    attributes: strings([
      ['service.name', text],
      ['service.version', text],
      [text.slice(0, 200), text],
    ]),
  });
  const scope = (text: string): Body => ({ name: text, version: text });
  return {
    traceId,
    spanIds,
    traces: JSON.stringify({
      resourceSpans: texts.map((text, index) => ({
        resource: resource(text),
        scopeSpans: [{ scope: scope(text), spans: [span(text, index)] }],
      })),
    }),
    logs: JSON.stringify({
      resourceLogs: texts.map((text, index) => ({
        resource: resource(text),
        scopeLogs: [{ scope: scope(text), logRecords: [log(text, index)] }],
      })),
    }),
  };
}
