import { readFileSync } from 'node:fs';
import { trace } from '@opentelemetry/api';
import { TicketClassifier, type Example, type Prediction } from './classifier.ts';
import type { TicketFeatures } from './features.ts';
import { finishRequest, runService, type Route } from './http.ts';
import { summarize } from './summary.ts';
import { finish, log, serverSpan } from './telemetry.ts';

export interface PredictRequest {
  text: string;
  features: TicketFeatures;
}

export interface PredictAnswer extends Prediction {
  model: string;
  version: string;
}

export interface DraftRequest {
  question: string;
  customerName: string;
  documents: string[];
}

export interface DraftAnswer {
  text: string;
}

const tracer = trace.getTracer('ticket-triage.model');
const modelName = 'ticket-classifier';
const summaryModel = 'extractive-summary-1';
const summarySentences = 3;

/** `label,order_value,days_since_order,previous_tickets,customer_tenure_days,paid_by_card,text`; the text is last and may hold commas. */
function readExamples(): Example[] {
  const [header = '', ...rows] = readFileSync(new URL('../data/tickets.csv', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  const names = header.split(',').slice(1, -1);
  return rows.map((row) => {
    const cells = row.split(',');
    const numbers = Object.fromEntries(names.map((name, i) => [name, Number(cells[i + 1])]));
    return { label: cells[0] ?? '', numbers, text: cells.slice(names.length + 1).join(',') };
  });
}

const examples = readExamples();
const classifier = new TicketClassifier(examples);

async function predict({ text, features }: PredictRequest): Promise<PredictAnswer> {
  const vector = await tracer.startActiveSpan('model.vectorize', (span) =>
    finish(span, () => {
      const result = classifier.vectorize(text, { ...features });
      span.setAttribute('model.known_features', result.size);
      return result;
    }),
  );
  return tracer.startActiveSpan('model.predict', (span) =>
    finish(span, () => {
      const prediction = classifier.predict(vector);
      span.setAttributes({
        'model.name': modelName,
        'model.version': classifier.version,
        'model.input_features': JSON.stringify({ text, ...features }),
        'model.output_prediction': JSON.stringify({ label: prediction.label, probabilities: prediction.probabilities }),
        'model.confidence': prediction.confidence,
      });
      if (prediction.confidence < 0.5) log('WARN', `unsure: ${prediction.label} at ${String(prediction.confidence)}`);
      return { ...prediction, model: modelName, version: classifier.version };
    }),
  );
}

function draft({ question, customerName, documents }: DraftRequest): Promise<DraftAnswer> {
  return tracer.startActiveSpan('chat extractive-summary-1', (span) =>
    finish(span, () => {
      const input = [
        { role: 'system', parts: [{ type: 'text', content: documents.join('\n\n') }] },
        { role: 'user', parts: [{ type: 'text', content: question }] },
      ];
      const summary = summarize(question, documents, summarySentences);
      const text = `Hello ${customerName}, thank you for writing. ${summary.sentences.join(' ')}`;
      span.setAttributes({
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'ticket-triage',
        'gen_ai.request.model': summaryModel,
        'gen_ai.response.model': summaryModel,
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.usage.input_tokens': summary.inputWords,
        'gen_ai.usage.output_tokens': summary.outputWords,
        'gen_ai.input.messages': JSON.stringify(input),
        'gen_ai.output.messages': JSON.stringify([
          { role: 'assistant', parts: [{ type: 'text', content: text }], finish_reason: 'stop' },
        ]),
      });
      return { text };
    }),
  );
}

const predictRoute: Route = ({ body, parent }) =>
  tracer.startActiveSpan('POST /predict', serverSpan('POST', '/predict'), parent, (span) =>
    finishRequest(span, () => predict(body as PredictRequest)),
  );

const draftRoute: Route = ({ body, parent }) =>
  tracer.startActiveSpan('POST /draft', serverSpan('POST', '/draft'), parent, (span) =>
    finishRequest(span, () => draft(body as DraftRequest)),
  );

await runService('model', { '/predict': predictRoute, '/draft': draftRoute });
log('INFO', `${modelName} ${classifier.version} trained on ${String(examples.length)} tickets`);
