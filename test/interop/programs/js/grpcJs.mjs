// Sends the known set over @grpc/grpc-js alone, used in ways that the SDK's exporter does not: pings, many headers,
// several calls at once on one channel. Prints, as one line of JSON, what it sent.
// usage: node grpcJs.mjs   where it goes is left to OTEL_EXPORTER_OTLP_ENDPOINT and _COMPRESSION
import { Client, Metadata, compressionAlgorithms, credentials } from '@grpc/grpc-js';
import { ProtobufLogsSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { sendShape } from './shape.mjs';

const gzip = process.env.OTEL_EXPORTER_OTLP_COMPRESSION === 'gzip';
const client = new Client(new URL(process.env.OTEL_EXPORTER_OTLP_ENDPOINT).host, credentials.createInsecure(), {
  'grpc.keepalive_time_ms': 50,
  'grpc.keepalive_timeout_ms': 5000,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.primary_user_agent': 'interop/1.2.3',
  'grpc.service_config': JSON.stringify({
    methodConfig: [
      {
        name: [{}],
        retryPolicy: {
          maxAttempts: 5,
          initialBackoff: '1s',
          maxBackoff: '2s',
          backoffMultiplier: 2,
          retryableStatusCodes: ['UNAVAILABLE', 'RESOURCE_EXHAUSTED'],
        },
      },
    ],
  }),
  ...(gzip && { 'grpc.default_compression_algorithm': compressionAlgorithms.gzip }),
});

function metadata() {
  const fields = new Metadata();
  fields.set('authorization', 'Bearer not-looked-at');
  fields.set('x-bytes-bin', Buffer.from([0, 255, 16]));
  fields.add('x-many', 'one');
  fields.add('x-many', 'two');
  return fields;
}

/** An exporter of the SDK that makes each call with its own deadline, all on the one channel. */
function exporter(service, serializer) {
  const method = `/opentelemetry.proto.collector.${service}/Export`;
  const raw = (bytes) => bytes;
  const underWay = new Set();
  return {
    export(items, done) {
      const call = new Promise((resolve) => {
        const message = Buffer.from(serializer.serializeRequest(items));
        const deadline = Date.now() + 10_000;
        client.makeUnaryRequest(method, raw, raw, message, metadata(), { deadline }, (error) => {
          if (error) console.error(`export failed: ${error.message}`);
          done({ code: error ? 1 : 0, error });
          resolve();
        });
      });
      underWay.add(call);
    },
    forceFlush: () => Promise.all(underWay),
    shutdown: () => Promise.all(underWay),
  };
}

const sent = await sendShape(
  exporter('trace.v1.TraceService', ProtobufTraceSerializer),
  exporter('logs.v1.LogsService', ProtobufLogsSerializer),
);
// Long enough idle for some pings, on a connection that still works afterwards.
await new Promise((resolve) => setTimeout(resolve, 200));
await new Promise((resolve, reject) =>
  client.waitForReady(Date.now() + 5000, (error) => (error ? reject(error) : resolve())),
);
client.close();
console.log(JSON.stringify(sent));
