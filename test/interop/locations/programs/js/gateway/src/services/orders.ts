import http from 'node:http';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { SPANS } from './spanNames';

const tracer = trace.getTracer('gateway.orders', '1.0.0');

export class OrderService {
  async recent(): Promise<unknown[]> {
    return tracer.startActiveSpan(SPANS.recent, async (span) => { // span: orders.recent
      try {
        return [];
      } finally {
        span.end();
      }
    });
  }

  async find(id: string): Promise<unknown> {
    return tracer.startActiveSpan(`orders.find/${id}`, { attributes: { 'order.id': id } }, async (span) => { // span: orders.find/o-17
      const owner = await this.#owner(id);
      span.end();
      return { id, owner };
    });
  }

  async place(sku: string): Promise<unknown> {
    const span = tracer.startSpan('place order'); // span: place order
    try {
      return { id: 'o-18', sku, stock: await checkStock(sku) };
    } catch (error) {
      span.recordException(error as Error);
      span.setStatus({ code: SpanStatusCode.ERROR });
      return { id: null };
    } finally {
      span.end();
    }
  }

  cancel(id: string): Promise<void> {
    return tracer.startActiveSpan('cancel order', async (span) => { // span: cancel order
      try {
        refuse(id);
      } catch (error) {
        span.recordException(error as Error);
      } finally {
        span.end();
      }
    });
  }

  #owner(id: string): Promise<string> {
    return new Promise((resolve, reject) => {
      http // span: GET [scope=@opentelemetry/instrumentation-http] [kind=client]
        .get(`${process.env.ACCOUNTS_URL}/accounts/by-order/${id}`, (answer) => {
          answer.resume();
          answer.on('end', () => resolve('ann'));
        })
        .on('error', reject);
    });
  }
}

async function checkStock(sku: string): Promise<number> {
  const answer = await fetch(`${process.env.CATALOG_URL}/products/${sku}/stock`, { method: 'POST' }); // span: POST [scope=@opentelemetry/instrumentation-undici]
  if (!answer.ok) throw new Error(`no stock of ${sku}`);
  return ((await answer.json()) as { stock: number }).stock;
}

function refuse(id: string): void {
  throw new RangeError(`order ${id} is on its way`);
}
