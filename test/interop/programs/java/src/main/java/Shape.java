import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** The known set of spans, made with the API alone, so that the SDK and the agent make the same. */
final class Shape {
  private final Tracer tracer;
  private final List<String> sent = new ArrayList<>();

  Shape(OpenTelemetry telemetry) {
    tracer = telemetry.tracerBuilder("interop.program").setInstrumentationVersion("1.2.3").build();
  }

  /** Makes every span; `log` takes a level (9 or 13) and a message. Returns what was sent as one line of JSON. */
  String make(BiConsumer<Integer, String> log) {
    Span root = start("interop.root", SpanKind.SERVER);
    Instant rootStart = started;
    try (Scope ignored = root.makeCurrent()) {
      setValues(root);
      log.accept(9, "started");
      Span failing = start("interop.failing", SpanKind.INTERNAL);
      Instant failingStart = started;
      try (Scope ignoredToo = failing.makeCurrent()) {
        failing.addEvent(
            "checkpoint",
            Attributes.of(AttributeKey.longKey("step"), 3L, AttributeKey.stringKey("note"), "ü"));
        Span inner = start("interop.inner", SpanKind.CLIENT);
        Instant innerStart = started;
        try (Scope ignoredThree = inner.makeCurrent()) {
          log.accept(13, "inner is slow");
          inner.setStatus(StatusCode.OK);
        }
        end("inner", inner, innerStart);
        fail();
      } catch (IllegalStateException error) {
        failing.recordException(error);
        failing.setStatus(StatusCode.ERROR, error.getMessage());
      }
      end("failing", failing, failingStart);
    }
    end("root", root, rootStart);
    Instant linkedStart = Instant.now();
    Span linked =
        tracer
            .spanBuilder("interop.linked")
            .setSpanKind(SpanKind.PRODUCER)
            .setNoParent()
            .addLink(
                root.getSpanContext(), Attributes.of(AttributeKey.stringKey("link.reason"), "follows"))
            .setStartTimestamp(linkedStart)
            .startSpan();
    end("linked", linked, linkedStart);
    return "{" + String.join(",", sent) + "}";
  }

  private Instant started;

  /** With times of our own: the API cannot be asked for those that the SDK takes. */
  private Span start(String name, SpanKind kind) {
    started = Instant.now();
    return tracer
        .spanBuilder(name)
        .setSpanKind(kind)
        .setParent(Context.current())
        .setStartTimestamp(started)
        .startSpan();
  }

  private void end(String key, Span span, Instant start) {
    Instant end = Instant.now();
    span.end(end);
    sent.add(
        "\"%s\":{\"traceId\":\"%s\",\"spanId\":\"%s\",\"start\":\"%s\",\"end\":\"%s\"}"
            .formatted(
                key,
                span.getSpanContext().getTraceId(),
                span.getSpanContext().getSpanId(),
                nanos(start),
                nanos(end)));
  }

  private static String nanos(Instant time) {
    return String.valueOf(time.getEpochSecond() * 1_000_000_000L + time.getNano());
  }

  private static void fail() {
    throw new IllegalStateException("it failed");
  }

  private static void setValues(Span root) {
    String times = System.getenv("INTEROP_LONG");
    int length = times == null || times.isEmpty() ? 20_480 : Integer.parseInt(times);
    root.setAttribute("value.string", "plain");
    root.setAttribute("value.empty", "");
    root.setAttribute("value.unicode", "Grüße 👋 漢字 \u202e\u0007 <b>&amp;</b>");
    root.setAttribute("value.int", -42);
    root.setAttribute("value.bigInt", (1L << 62) + 1);
    root.setAttribute("value.double", 0.1);
    root.setAttribute("value.bool", true);
    root.setAttribute(AttributeKey.stringArrayKey("value.strings"), List.of("a", "ü", ""));
    root.setAttribute(AttributeKey.longArrayKey("value.ints"), List.of(1L, 2L, 3L));
    root.setAttribute(AttributeKey.doubleArrayKey("value.doubles"), List.of(1.5, -2.25));
    root.setAttribute(AttributeKey.booleanArrayKey("value.bools"), List.of(true, false));
    root.setAttribute("value.long", "é漢👋a".repeat(length));
    root.setAttribute(
        AttributeKey.valueKey("value.map"),
        Value.of(
            KeyValue.of("name", Value.of("kettle")),
            KeyValue.of("tags", Value.of(Value.of("hot"), Value.of(1))),
            KeyValue.of("deep", Value.of(KeyValue.of("er", Value.of(false))))));
    root.setAttribute(
        AttributeKey.valueKey("value.bytes"), Value.of(new byte[] {0, (byte) 255, 16}));
    root.setAttribute("value.nan", Double.NaN);
    root.setAttribute("value.infinity", Double.NEGATIVE_INFINITY);
  }
}
