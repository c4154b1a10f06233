package com.shop.billing.rates;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;

public class Rates {
  enum Step {
    LOOK_UP("rates.look-up"),
    ROUND("rates.round");

    final String spanName;

    Step(String spanName) {
      this.spanName = spanName;
    }
  }

  private final Tracer tracer = GlobalOpenTelemetry.getTracer(Rates.class.getName());

  public double latest(String currency) {
    Span span =
        tracer
            .spanBuilder(Step.LOOK_UP.spanName) // span: rates.look-up
            .setSpanKind(SpanKind.INTERNAL)
            .startSpan();
    try {
      return round(currency.length() / 3.0);
    } finally {
      span.end();
    }
  }

  private double round(double rate) {
    Span span = tracer.spanBuilder(String.format("round to %d", 2)).startSpan(); // span: round to 2
    span.end();
    return Math.round(rate * 100) / 100.0;
  }
}
