import { sdk } from './telemetry';
import { trace } from '@opentelemetry/api';
import { Planner } from './agents/planner';
import { summarise } from './agents/summary';
import { runTool } from './tools/registry';

const tracer = trace.getTracer('assistant');

async function answer(question: string): Promise<string> {
  return tracer.startActiveSpan('invoke_agent shopkeeper', async (span) => { // span: invoke_agent shopkeeper
    const plan = await new Planner('gpt-4o-mini').plan(question);
    await runTool('stockLevel', { sku: 'tea' });
    await runTool('weather', { city: 'Oslo' }).catch(() => undefined);
    span.end();
    return summarise(plan);
  });
}

void answer('Is there tea?').then(() => sdk.shutdown());
