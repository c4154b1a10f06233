package com.shop.orders;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import java.util.concurrent.Callable;

/** Runs work in a span. */
public final class Spans {
  private Spans() {}

  public static <T> T in(String name, Callable<T> work) {
    Span span = GlobalOpenTelemetry.getTracer("shop").spanBuilder(name).startSpan();
    try (Scope scope = span.makeCurrent()) {
      return work.call();
    } catch (Exception error) {
      span.recordException(error);
      throw new IllegalStateException(error);
    } finally {
      span.end();
    }
  }
}
