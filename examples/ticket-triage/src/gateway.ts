import { trace } from '@opentelemetry/api';
import type { FeaturesAnswer } from './features.ts';
import { HttpError, callService, finishRequest, runService, type Route } from './http.ts';
import type { DraftAnswer, PredictAnswer } from './model.ts';
import type { SearchAnswer } from './retrieval.ts';
import { finish, log, serverSpan } from './telemetry.ts';

interface Ticket {
  subject: string;
  body: string;
}

interface TriageAnswer {
  traceId: string;
  queue: string;
  confidence: number;
  draft: string;
  sources: { id: string; title: string }[];
}

const tracer = trace.getTracer('ticket-triage.gateway');

const queues: Record<string, string> = {
  billing: 'finance',
  defect: 'repairs',
  delivery: 'logistics',
  how_to: 'help desk',
  refund: 'returns',
};

function serviceUrl(variable: string): string {
  const url = process.env[variable];
  if (url === undefined) throw new Error(`${variable} is not set; start the example with start.ts`);
  return url;
}

const featuresUrl = serviceUrl('FEATURES_URL');
const retrievalUrl = serviceUrl('RETRIEVAL_URL');
const modelUrl = serviceUrl('MODEL_URL');

function readTicket(body: unknown): Ticket & { orderId: string } {
  const { subject, body: text } = (body ?? {}) as Partial<Ticket>;
  if (typeof subject !== 'string' || typeof text !== 'string') {
    throw new HttpError(400, 'a ticket has a "subject" and a "body", both text');
  }
  const orderId = /\bORD-\d{4}\b/.exec(`${subject} ${text}`)?.[0];
  if (orderId === undefined) throw new HttpError(400, 'the ticket names no order (ORD- and four digits)');
  return { subject, body: text, orderId };
}

async function triage(body: unknown): Promise<TriageAnswer> {
  const ticket = readTicket(body);
  const text = `${ticket.subject}. ${ticket.body}`;

  const known = await callService<FeaturesAnswer>(featuresUrl, '/features', { orderId: ticket.orderId });
  const found = await callService<SearchAnswer>(retrievalUrl, '/search', {
    query: text,
    productName: known.productName,
  });
  const prediction = await callService<PredictAnswer>(modelUrl, '/predict', { text, features: known.features });
  const draft = await callService<DraftAnswer>(modelUrl, '/draft', {
    question: text,
    customerName: known.customerName,
    documents: found.documents.map((document) => document.text),
  });
  return formatResponse(prediction, draft, found);
}

function formatResponse(prediction: PredictAnswer, draft: DraftAnswer, found: SearchAnswer): Promise<TriageAnswer> {
  return tracer.startActiveSpan('format_response', (span) =>
    finish(span, () => {
      const queue = queues[prediction.label] ?? 'help desk';
      span.setAttributes({ 'ticket.queue': queue, 'ticket.label': prediction.label });
      log('INFO', `ticket sent to ${queue}`, { 'ticket.queue': queue });
      return {
        traceId: span.spanContext().traceId,
        queue,
        confidence: prediction.confidence,
        draft: draft.text,
        sources: found.documents.map(({ id, title }) => ({ id, title })),
      };
    }),
  );
}

const triageRoute: Route = ({ body, parent }) =>
  tracer.startActiveSpan('POST /triage', serverSpan('POST', '/triage'), parent, (span) =>
    finishRequest(span, () => triage(body)),
  );

await runService('gateway', { '/triage': triageRoute });
