//! What the shop's services share: spans by `tracing` and by the OpenTelemetry API.
use opentelemetry::trace::{Span, Tracer, TracerProvider};
use opentelemetry::{global, Context};
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts exporting. With `location` off, spans of `tracing` carry no place, as many set-ups have it.
pub fn start(location: bool) -> SdkTracerProvider {
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .build()
        .expect("an exporter");
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .build();
    global::set_tracer_provider(provider.clone());
    tracing_subscriber::registry()
        .with(
            tracing_opentelemetry::layer()
                .with_location(location)
                .with_threads(false)
                .with_tracer(provider.tracer("shop")),
        )
        .init();
    provider
}

/// Runs `work` in a span of the OpenTelemetry API.
pub fn in_span<T>(name: &'static str, work: impl FnOnce() -> T) -> T {
    let tracer = global::tracer("telemetry");
    let mut span = tracer.start_with_context(name, &Context::current());
    let result = work();
    span.end();
    result
}
