// A program whose libraries brought an SDK, which it sets up only late, if `SET_UP` says so. Prints what it knows of it.
import { context, propagation, ProxyTracerProvider, trace } from '@opentelemetry/api';
import { createRequire } from 'node:module';
import { setTimeout } from 'node:timers/promises';

// The library is CommonJS: where the API has a build of either kind, this is another copy.
const library = createRequire(import.meta.url)('./unsetLibrary.cjs');
const tracer = trace.getTracer('program');

async function chosen(value) {
  await setTimeout(1);
  return library.inner(value);
}

async function request() {
  await tracer.startActiveSpan('request', async (span) => {
    await chosen(1);
    const sent = {};
    propagation.inject(context.active(), sent);
    span.setAttribute('carried', sent.traceparent?.includes(span.spanContext().traceId) === true);
    span.end();
  });
}

const hidden = trace.getTracerProvider();
const proxy = hidden instanceof ProxyTracerProvider && hidden.getDelegate().constructor.name === 'NoopTracerProvider';
await request();
const theirs = [];
let theirsIsSet = false;
if (process.env.SET_UP) {
  const { TracerProvider } = await import('@opentelemetry/sdk-trace');
  const { AsyncLocalStorageContextManager } = await import('@opentelemetry/context-async-hooks');
  const keep = {
    onStart() {},
    onEnd: ({ name, parentSpanContext }) => theirs.push(`${name}${parentSpanContext ? ' within' : ''}`),
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  const provider = new TracerProvider({ spanProcessors: [keep] });
  theirsIsSet =
    trace.setGlobalTracerProvider(provider) &&
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()) &&
    trace.getTracerProvider().getDelegate() === provider;
  await request();
}
console.log(JSON.stringify({ proxy, theirs, theirsIsSet }));
