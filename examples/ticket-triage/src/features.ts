import { readFileSync } from 'node:fs';
import { trace } from '@opentelemetry/api';
import { HttpError, finishRequest, runService, type Route } from './http.ts';
import { finish, log, serverSpan } from './telemetry.ts';

interface Order {
  id: string;
  customerId: string;
  productName: string;
  value: number;
  orderedOn: string;
  payment: { method: 'card' | 'invoice' | 'wallet'; captured: boolean };
}

interface Customer {
  id: string;
  name: string;
  since: string;
  previousTickets: number;
}

/** What is known about a ticket apart from its text. */
export interface TicketFeatures {
  order_value: number;
  days_since_order: number;
  previous_tickets: number;
  customer_tenure_days: number;
  paid_by_card: 0 | 1;
}

export interface FeaturesAnswer {
  customerName: string;
  productName: string;
  features: TicketFeatures;
}

const tracer = trace.getTracer('ticket-triage.features');

function load<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../data/${name}`, import.meta.url), 'utf8')) as T;
}

const { asOf, orders } = load<{ asOf: string; orders: Order[] }>('orders.json');
const customers = new Map(load<Customer[]>('customers.json').map((customer) => [customer.id, customer]));
const ordersById = new Map(orders.map((order) => [order.id, order]));

function daysSince(date: string): number {
  return Math.round((Date.parse(asOf) - Date.parse(date)) / 86_400_000);
}

function loadOrder(orderId: string) {
  return tracer.startActiveSpan('features.load_order', (span) =>
    finish(span, () => {
      span.setAttribute('order.id', orderId);
      const order = ordersById.get(orderId);
      if (!order) throw new HttpError(404, `there is no order ${orderId}`);
      span.setAttribute('product.name', order.productName);
      return { ...order, paidByCard: order.payment.method === 'card' };
    }),
  );
}

function loadCustomer(customerId: string): Promise<Customer> {
  return tracer.startActiveSpan('features.load_customer', (span) =>
    finish(span, () => {
      span.setAttribute('customer.id', customerId);
      const customer = customers.get(customerId);
      if (!customer) throw new HttpError(404, `there is no customer ${customerId}`);
      return customer;
    }),
  );
}

function lookup(orderId: string): Promise<FeaturesAnswer> {
  return tracer.startActiveSpan('features.lookup', (span) =>
    finish(span, async () => {
      const order = await loadOrder(orderId);
      const customer = await loadCustomer(order.customerId);
      const features: TicketFeatures = {
        order_value: order.value,
        days_since_order: daysSince(order.orderedOn),
        previous_tickets: customer.previousTickets,
        customer_tenure_days: daysSince(customer.since),
        paid_by_card: order.paidByCard ? 1 : 0,
      };
      span.setAttribute('features.data', JSON.stringify(features));
      log('INFO', `features of order ${orderId} read`, { 'order.id': orderId });
      return { customerName: customer.name, productName: order.productName, features };
    }),
  );
}

const featuresRoute: Route = ({ body, parent }) =>
  tracer.startActiveSpan('POST /features', serverSpan('POST', '/features'), parent, (span) =>
    finishRequest(span, () => lookup((body as { orderId: string }).orderId)),
  );

await runService('features', { '/features': featuresRoute });
