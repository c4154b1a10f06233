import { type Attributes, SpanStatusCode, trace } from '@opentelemetry/api';

const tracer = trace.getTracer('@shop/telemetry');

/** Runs `work` in a span. */
export async function withSpan<T>(name: string, work: () => Promise<T> | T, attributes: Attributes = {}): Promise<T> {
  return tracer.startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.recordException(error as Error);
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** A method whose calls are spans, named like it unless told. */
export function Traced(name?: string) {
  return function (target: object, key: string, descriptor: PropertyDescriptor): void {
    const original = descriptor.value as (...args: unknown[]) => unknown;
    const spanName = name ?? `${target.constructor.name}.${key}`;
    descriptor.value = function (this: unknown, ...args: unknown[]) {
      return withSpan(spanName, () => original.apply(this, args));
    };
  };
}
