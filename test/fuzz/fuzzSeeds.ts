import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { transcodeJson } from '../../src/core/otlp/jsonTranscoder.ts';
import type { OtlpSignal } from '../../src/core/otlp/responses.ts';
import type { BodyFormat } from '../../src/engine/receiver/intake.ts';
import { traceFromText } from '../support/otlpBytes.ts';
import { encodeOtlp } from '../support/otlpProto.ts';

interface Seed {
  readonly signal: OtlpSignal;
  readonly format: BodyFormat;
  readonly body: Uint8Array<ArrayBuffer>;
}

const POINT = {
  attributes: [{ key: 'api_key', value: { stringValue: 'abc' } }],
  startTimeUnixNano: '1',
  timeUnixNano: '2',
};
const METRICS = {
  resourceMetrics: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'svc' } }] },
      scopeMetrics: [
        {
          scope: { name: 'meter' },
          metrics: [
            { name: 'a', unit: 's', gauge: { dataPoints: [{ ...POINT, asDouble: 1.5 }] } },
            {
              name: 'b',
              sum: { dataPoints: [{ ...POINT, asInt: '5' }], aggregationTemporality: 2, isMonotonic: true },
            },
            {
              name: 'c',
              histogram: {
                dataPoints: [{ ...POINT, count: '3', sum: 4, bucketCounts: ['1', '2'], explicitBounds: [1] }],
              },
            },
            {
              name: 'd',
              exponentialHistogram: {
                dataPoints: [{ ...POINT, count: '3', scale: 1, positive: { offset: 1, bucketCounts: ['1'] } }],
              },
            },
            {
              name: 'e',
              summary: {
                dataPoints: [{ ...POINT, count: '3', sum: 2, quantileValues: [{ quantile: 0.5, value: 1 }] }],
              },
            },
          ],
        },
      ],
    },
  ],
};
const ZIPKIN = [
  {
    traceId: '5af7183fb1d4cf5f',
    id: '352bff9a74ca9ad2',
    parentId: '6b221d5bc9e6496c',
    name: 'get /api',
    kind: 'CLIENT',
    timestamp: 1556604172355737,
    duration: 1431,
    localEndpoint: { serviceName: 'backend', ipv4: '192.168.99.1', port: 3306 },
    remoteEndpoint: { ipv4: '172.19.0.2', port: 58648 },
    annotations: [{ timestamp: 1556604172355738, value: 'ws' }],
    tags: { 'http.method': 'GET', error: 'x', password: 'hunter2' },
  },
];

/** What is mutated. */
export const SEEDS: readonly Seed[] = makeSeeds();

/** Real payloads: the inference fixtures of every dialect, a drawn trace, metrics of all kinds, Zipkin. */
function makeSeeds(): readonly Seed[] {
  const seeds: Seed[] = [];
  const folder = path.resolve(import.meta.dirname, '../fixtures/inference');
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .sort()) {
    const fixture = JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Readonly<
      Partial<Record<OtlpSignal, unknown>>
    >;
    for (const signal of ['traces', 'logs'] as const) {
      if (fixture[signal] === undefined) continue;
      const json = Uint8Array.from(Buffer.from(JSON.stringify(fixture[signal])));
      seeds.push({ signal, format: 'json', body: json });
      seeds.push({ signal, format: 'protobuf', body: transcodeJson(signal, json) });
    }
  }
  const trace = traceFromText(`
    POST /triage      gateway   0..900 server http.route=/triage password=x1y2 code.lineno=12
      fetch           features  10..60 client exception@20
      model_predict   model     70..850 model.name=clf "note=two words" event:first_token@300 link
        load          model     80..    error:no
      lost            model     100..120 orphan
  `);
  seeds.push(
    { signal: 'traces', format: 'protobuf', body: trace },
    { signal: 'traces', format: 'protobuf', body: trace },
  );
  const metrics = Uint8Array.from(encodeOtlp('ExportMetricsServiceRequest', METRICS));
  seeds.push({ signal: 'metrics', format: 'protobuf', body: metrics });
  seeds.push({ signal: 'metrics', format: 'json', body: Uint8Array.from(Buffer.from(JSON.stringify(METRICS))) });
  seeds.push({ signal: 'traces', format: 'zipkin', body: Uint8Array.from(Buffer.from(JSON.stringify(ZIPKIN))) });
  return seeds;
}
