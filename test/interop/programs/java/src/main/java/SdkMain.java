import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.logs.LogRecordBuilder;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;

/**
 * Sends a known set of spans and log records with the OpenTelemetry SDK and prints, as one line of JSON, what it sent.
 *
 * <p>usage: java SdkMain; where it goes, and how, is left to OTEL_EXPORTER_OTLP_*
 */
public final class SdkMain {
  public static void main(String[] args) {
    String sent;
    try (OpenTelemetrySdk sdk =
        AutoConfiguredOpenTelemetrySdk.builder()
            .disableShutdownHook()
            .build()
            .getOpenTelemetrySdk()) {
      Logger logger = sdk.getLogsBridge().loggerBuilder("interop.program").build();
      sent =
          new Shape(sdk)
              .make(
                  (severity, message) -> {
                    LogRecordBuilder record = logger.logRecordBuilder().setBody(message);
                    record.setSeverity(severity == 13 ? Severity.WARN : Severity.INFO);
                    if (severity == 13) record.setAttribute(AttributeKey.longKey("slow.ms"), 12L);
                    record.emit();
                  });
    }
    System.out.println(sent);
  }
}
