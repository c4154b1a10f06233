// npm run capture:llm: starts examples/llm-service, asks it two questions, and writes what its SDK sent to
// test/fixtures/llm-service/captured.json, one request of OTLP/JSON.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { startCollecting } from '../interop/locations/collect.ts';
import { prepareLlmService, startLlmService } from '../support/llmService.ts';

const FILE = path.resolve(import.meta.dirname, '../fixtures/llm-service/captured.json');
const QUESTIONS = { whole: 'When is the desk open on Saturday?', streamed: 'When is the desk open on Sunday?' };

await prepareLlmService();
const collected = await startCollecting();
const address = collected.server.address();
if (address === null || typeof address === 'string') throw new Error('the receiver has no port');
const service = await startLlmService({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${String(address.port)}` });
try {
  console.log(await service.ask(QUESTIONS.whole));
  console.log((await service.askStreaming(QUESTIONS.streamed)).join('|'));
} finally {
  await service.stop();
  collected.server.close();
  collected.server.closeAllConnections();
}
const text = JSON.stringify({ resourceSpans: collected.spans }).replaceAll('{"traceId"', '\n{"traceId"');
writeFileSync(FILE, `${text}\n`);
