import type { Attribute } from '../../../src/core/model/attributes.ts';
import type { LogDetails, SpanEvent } from '../../../src/core/model/span.ts';
import { fakeSpanId, fakeTraceId, type FakeSpan, type FakeTrace } from '../../support/fakePanelHost.ts';

const MS = 1e6;

function text(key: string, value: string): Attribute {
  return { key, value: { type: 'string', value } };
}

function log(
  offsetNs: number,
  severityNumber: number,
  body: string,
  attributes: readonly Attribute[] = [],
): LogDetails {
  return {
    time: '1763697792100000000',
    offsetNs,
    severityNumber,
    severityText: '',
    eventName: '',
    body: { type: 'string', value: body },
    attributes,
    droppedAttributesCount: 0,
    resource: { serviceName: 'model' },
    scopeName: 'model.predict',
  };
}

const PYTHON_STACK = `Traceback (most recent call last):
  File "/workspace/app/predict.py", line 42, in predict
    return model.run(features)
  File "/workspace/app/model.py", line 17, in run
    raise ValueError("negative tenure")
ValueError: negative tenure
`;

function exception(offsetNs: number): SpanEvent {
  return {
    name: 'exception',
    time: '1763697792100000000',
    offsetNs,
    attributes: [
      text('exception.type', 'ValueError'),
      text('exception.message', 'negative tenure'),
      text('exception.stacktrace', PYTHON_STACK),
    ],
    droppedAttributesCount: 0,
  };
}

const FEATURES = '{"user_tenure":3.2,"order_value":81,"channel":"email","history":[1,2,3],"big":9007199254740993}';

/** The trace of ui.md: a request through gateway, features, retrieval and model. */
export const TRIAGE: FakeTrace = {
  traceId: fakeTraceId(0xa1),
  services: ['gateway', 'features', 'retrieval', 'model'],
  assembling: false,
  spans: [
    {
      spanId: fakeSpanId(1),
      parent: '',
      name: 'POST /triage',
      label: '/triage',
      service: 0,
      start: 0,
      duration: 512 * MS,
      attributes: [
        text('http.request.method', 'POST'),
        text('http.route', '/triage'),
        { key: 'http.response.status_code', value: { type: 'int', value: '200' } },
        { key: 'server.ratio', value: { type: 'double', value: 0.5 } },
        { key: 'feature.enabled', value: { type: 'bool', value: true } },
      ],
    },
    {
      spanId: fakeSpanId(2),
      parent: fakeSpanId(1),
      name: 'get_features',
      service: 1,
      start: 4 * MS,
      duration: 31 * MS,
    },
    {
      spanId: fakeSpanId(3),
      parent: fakeSpanId(2),
      name: 'redis GET',
      label: 'user:812',
      service: 1,
      start: 9 * MS,
      duration: 12 * MS,
    },
    {
      spanId: fakeSpanId(4),
      parent: fakeSpanId(1),
      name: 'search',
      label: 'docs 500',
      service: 2,
      start: 37 * MS,
      duration: 290 * MS,
      attributes: [
        text('db.query.text', 'refund policy for orders older than 30 days'),
        { key: 'retrieval.documents', value: { type: 'int', value: '500' } },
      ],
      source: {
        candidates: [
          {
            path: '/workspace/retrieval/search.ts',
            shownPath: 'retrieval/search.ts',
            line: 61,
            column: 3,
            functionName: 'search',
            confidence: 'likely',
            outside: false,
            evidence: { kind: 'spanLiteral', literal: 'search', call: 'startActiveSpan' },
          },
        ],
        ambiguous: false,
        tried: ['No code.* attributes on the span.'],
      },
    },
    {
      spanId: fakeSpanId(5),
      parent: fakeSpanId(4),
      name: 'embed',
      label: 'all-minilm',
      service: 2,
      start: 40 * MS,
      duration: 22 * MS,
    },
    { spanId: fakeSpanId(6), parent: fakeSpanId(4), name: 'rerank', service: 2, start: 80 * MS, duration: 230 * MS },
    {
      spanId: fakeSpanId(7),
      parent: fakeSpanId(1),
      name: 'predict',
      label: 'triage-lr',
      service: 3,
      start: 330 * MS,
      duration: 160 * MS,
      error: true,
      statusMessage: 'negative tenure',
      attributes: [text('model.name', 'triage-lr'), text('model.input_features', FEATURES)],
      events: [exception(150 * MS)],
      logs: [
        log(2 * MS, 9, 'loading features'),
        log(149 * MS, 17, 'prediction failed', [text('code.file.path', '/workspace/app/predict.py')]),
      ],
      links: [
        {
          traceId: fakeTraceId(0xb2),
          spanId: fakeSpanId(1),
          traceState: '',
          attributes: [],
          droppedAttributesCount: 0,
          known: true,
        },
      ],
      call: {
        kind: 'predict',
        operation: '',
        model: 'triage-lr',
        modelVersion: '3',
        provider: '',
        inputs: [
          { role: '', label: 'features', text: FEATURES, json: FEATURES, from: 'model.input_features', form: 'json' },
        ],
        outputs: [{ role: '', label: 'prediction', text: 'refund', from: 'model.output_prediction', form: 'text' }],
        confidence: 0.83,
        finishReasons: [],
        usedKeys: ['model.input_features'],
      },
      source: {
        candidates: [
          {
            path: '/workspace/app/predict.py',
            shownPath: 'app/predict.py',
            line: 42,
            column: 5,
            functionName: 'predict',
            confidence: 'exact',
            outside: false,
            evidence: { kind: 'codeAttributes', keys: ['code.file.path', 'code.line.number'] },
          },
        ],
        ambiguous: false,
        tried: [],
      },
    },
    { spanId: fakeSpanId(8), parent: fakeSpanId(7), name: 'tokenize', service: 3, start: 334 * MS, duration: 6 * MS },
    { spanId: fakeSpanId(9), parent: fakeSpanId(7), name: 'forward', service: 3, start: 345 * MS, duration: 130 * MS },
    {
      spanId: fakeSpanId(10),
      parent: fakeSpanId(1),
      name: 'format response',
      service: 0,
      start: 494 * MS,
      duration: 12 * MS,
      error: true,
    },
    {
      spanId: fakeSpanId(11),
      parent: fakeSpanId(1),
      name: 'stream',
      service: 0,
      start: 500 * MS,
      duration: 0,
      unfinished: true,
    },
  ],
};

/** Other traces for the list, older than {@link TRIAGE}. */
export function olderTraces(count: number): FakeTrace[] {
  return Array.from({ length: count }, (_, index) => ({
    traceId: fakeTraceId(0x1000 + index),
    services: ['gateway', 'features', 'retrieval', 'model'],
    assembling: false,
    start: String(1763697791000000000n - BigInt(index) * 700_000_000n),
    spans: [
      {
        spanId: fakeSpanId(1),
        parent: '' as const,
        name: index % 5 === 3 ? 'GET /tickets/{id}' : 'POST /triage',
        service: 0,
        start: 0,
        duration: (90 + ((index * 37) % 60)) * MS,
        error: index % 7 === 5,
      },
      { spanId: fakeSpanId(2), parent: fakeSpanId(1), name: 'search', service: 2, start: 20 * MS, duration: 40 * MS },
    ],
  }));
}

/** A trace of many rows: a root with groups of ten. */
export function manySpans(count: number): FakeTrace {
  const spans: FakeSpan[] = [
    { spanId: fakeSpanId(1), parent: '', name: 'batch', service: 0, start: 0, duration: count * 1000 },
  ];
  for (let n = 2; n <= count; n++) {
    const group = n - ((n - 2) % 10);
    spans.push({
      spanId: fakeSpanId(n),
      parent: n === group ? fakeSpanId(1) : fakeSpanId(group),
      name: `item ${n}`,
      service: n % 3,
      start: n * 1000,
      duration: n === group ? 10_000 : 900,
    });
  }
  return { traceId: fakeTraceId(0xc3), services: ['loader', 'worker', 'writer'], assembling: false, spans };
}

/** Texts that do harm where text is taken for something else. */
export const HOSTILE: readonly string[] = [
  '<img src=http://evil.example/x onerror="window.pwned=1">',
  '</div><script>window.pwned=1</script>',
  '<iframe src="javascript:window.parent.pwned=1"></iframe>',
  '"><svg/onload=window.pwned=1>',
  'javascript:window.pwned=1',
  '\u202egnp.exe\u202c',
  'zero\u200bwidth\ufeff',
  '\u0000\u001b[31mred\u0007',
  '$(trash) [link](command:workbench.action.quit)',
  '{{constructor.constructor("window.pwned=1")()}}',
  "' onmouseover='window.pwned=1",
  'https://evil.example/beacon.png',
  '\ud800 lone',
];

/** {@link HOSTILE} in every place of a trace where text is shown. */
export function hostileTrace(): FakeTrace {
  const all = HOSTILE.join(' ');
  const attributes: Attribute[] = HOSTILE.flatMap((each, index) => [
    text(each, each),
    { key: `kv ${index}`, value: { type: 'kvlist', entries: [text(each, each)] } },
    { key: `array ${index}`, value: { type: 'array', values: [{ type: 'string', value: each }] } },
    text(`json ${index}`, JSON.stringify({ [each]: each })),
  ]);
  const spans = HOSTILE.map((each, index): FakeSpan => ({
    spanId: fakeSpanId(index + 1),
    parent: index === 0 ? '' : fakeSpanId(1),
    name: each,
    label: each,
    service: index % HOSTILE.length,
    start: index * MS,
    duration: 10 * MS,
    error: true,
    statusMessage: each,
    scopeName: each,
    attributes,
    events: [
      {
        name: each,
        time: '1',
        offsetNs: 0,
        droppedAttributesCount: 0,
        attributes: [
          text('exception.type', each),
          text('exception.message', each),
          text('exception.stacktrace', `${PYTHON_STACK}${all}\n  File "${each}", line 3, in x`),
          ...attributes,
        ],
      },
    ],
    links: [{ traceId: each, spanId: each, traceState: each, attributes, droppedAttributesCount: 0, known: false }],
    logs: [
      {
        ...log(0, 9, each, attributes),
        severityText: each,
        eventName: each,
        scopeName: each,
        resource: { serviceName: each },
      },
    ],
    call: {
      kind: each,
      operation: each,
      model: each,
      modelVersion: each,
      provider: each,
      finishReasons: [each],
      usedKeys: [],
      inputs: [
        { role: each, label: each, text: each, from: each, form: 'text' },
        { role: '', label: each, text: each, json: JSON.stringify({ [each]: [each] }), from: each, form: 'json' },
      ],
      outputs: [{ role: each, label: each, text: each, from: each, form: 'text' }],
    },
    source: {
      candidates: [
        {
          path: each,
          shownPath: each,
          line: 1,
          column: 1,
          functionName: each,
          confidence: 'guess',
          outside: true,
          evidence: { kind: 'spanLiteral', literal: each, call: each },
        },
      ],
      ambiguous: false,
      tried: [each],
    },
  }));
  return { traceId: fakeTraceId(0xd4), services: HOSTILE, assembling: true, spans };
}
