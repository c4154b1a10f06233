import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8088' },
    count: { type: 'string', default: '12' },
  },
});

// Always the same tickets in the same order.
const tickets: { subject: string; body: string }[] = [
  { subject: 'Refund', body: 'I sent the kettle back two weeks ago and got no refund. My order is ORD-1001.' },
  { subject: 'Where is my parcel?', body: 'The tracking of ORD-1003 does not move since Monday. Is the parcel lost?' },
  { subject: 'Charged twice', body: 'I was charged twice for order ORD-1006, please pay one charge back to my card.' },
  { subject: 'Purifier broken', body: 'The light of my new air purifier blinks red and it is loud. Order ORD-1014.' },
  { subject: 'Timer', body: 'How do I set the timer of the rice cooker I bought with ORD-1007?' },
  { subject: 'Box was damaged', body: 'The parcel of ORD-1009 arrived damaged, the wall mount is broken.' },
  { subject: 'Soundbar return', body: 'I want to return the soundbar of ORD-1025 and get my money back.' },
  { subject: 'Invoice', body: 'Please send me the invoice for ORD-1011 with our company name and tax number.' },
  { subject: 'Left side silent', body: 'The left side of my headphones is silent since the last update, ORD-1022.' },
  { subject: 'Change the address', body: 'Can you change the delivery address of ORD-1013? I moved last week.' },
  { subject: 'Leaking', body: 'The ice maker from ORD-1006 leaks at the bottom although I cleaned the tank.' },
  { subject: 'Thermostat', body: 'Is it possible to change the schedule of ORD-1013 without the app?' },
];

const count = Number(values.count);
for (let i = 0; i < count; i++) {
  const ticket = tickets[i % tickets.length];
  const started = performance.now();
  const response = await fetch(new URL('/triage', values.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ticket),
  });
  const answer = (await response.json()) as { queue?: string; error?: string };
  const ms = (performance.now() - started).toFixed(0).padStart(5);
  console.log(`${String(response.status)} ${ms} ms  ${ticket?.subject ?? ''} -> ${answer.queue ?? answer.error ?? ''}`);
}
