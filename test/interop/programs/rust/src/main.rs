//! Sends a known set of spans and log records with the OpenTelemetry SDK and prints, as one line of JSON, what it sent.
//!
//! usage: interop-rust <http|json|grpc>   where it goes is left to OTEL_EXPORTER_OTLP_*

use std::error::Error;
use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry::logs::{AnyValue, LogRecord, Logger, LoggerProvider, Severity};
use opentelemetry::trace::{Link, Span, SpanContext, SpanKind, Status, TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{Array, Context, InstrumentationScope, KeyValue, StringValue, Value};
use opentelemetry_otlp::{LogExporter, Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use opentelemetry_sdk::Resource;

#[derive(Debug)]
struct Failure;

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("it failed")
    }
}

impl Error for Failure {}

fn nanos(time: SystemTime) -> String {
    time.duration_since(UNIX_EPOCH).expect("after 1970").as_nanos().to_string()
}

struct Sent(serde_json::Map<String, serde_json::Value>);

impl Sent {
    fn note(&mut self, key: &str, ids: &SpanContext, start: SystemTime, end: SystemTime) {
        self.0.insert(
            key.to_owned(),
            serde_json::json!({
                "traceId": ids.trace_id().to_string(),
                "spanId": ids.span_id().to_string(),
                "start": nanos(start),
                "end": nanos(end),
            }),
        );
    }
}

fn array(values: Array) -> Value {
    Value::Array(values)
}

fn values() -> Vec<KeyValue> {
    let long = std::env::var("INTEROP_LONG").ok().and_then(|text| text.parse().ok()).unwrap_or(20_480);
    let text = |value: &'static str| StringValue::from(value);
    vec![
        KeyValue::new("value.string", "plain"),
        KeyValue::new("value.empty", ""),
        KeyValue::new("value.unicode", "Grüße 👋 漢字 \u{202e}\u{7} <b>&amp;</b>"),
        KeyValue::new("value.int", -42i64),
        KeyValue::new("value.bigInt", (1i64 << 62) + 1),
        KeyValue::new("value.double", 0.1),
        KeyValue::new("value.bool", true),
        KeyValue::new("value.strings", array(Array::String(vec![text("a"), text("ü"), text("")]))),
        KeyValue::new("value.ints", array(Array::I64(vec![1, 2, 3]))),
        KeyValue::new("value.doubles", array(Array::F64(vec![1.5, -2.25]))),
        KeyValue::new("value.bools", array(Array::Bool(vec![true, false]))),
        KeyValue::new("value.long", "é漢👋a".repeat(long)),
        KeyValue::new("value.nan", f64::NAN),
        KeyValue::new("value.infinity", f64::NEG_INFINITY),
    ]
}

fn exporters(transport: &str) -> Result<(SpanExporter, LogExporter), Box<dyn Error>> {
    if transport == "grpc" {
        return Ok((
            SpanExporter::builder().with_tonic().build()?,
            LogExporter::builder().with_tonic().build()?,
        ));
    }
    let protocol = if transport == "json" { Protocol::HttpJson } else { Protocol::HttpBinary };
    Ok((
        SpanExporter::builder().with_http().with_protocol(protocol).build()?,
        LogExporter::builder().with_http().with_protocol(protocol).build()?,
    ))
}

fn main() -> Result<(), Box<dyn Error>> {
    let transport = std::env::args().nth(1).unwrap_or_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let (span_exporter, log_exporter) = {
        // tonic's channel is driven by the runtime it was made in; reqwest's blocking client must not be made in one.
        let _entered = (transport == "grpc").then(|| runtime.enter());
        exporters(&transport)?
    };
    let resource = Resource::builder()
        .with_service_name("interop-rust")
        .with_attribute(KeyValue::new("deployment.environment.name", "interop"))
        .build();
    let tracers =
        SdkTracerProvider::builder().with_batch_exporter(span_exporter).with_resource(resource.clone()).build();
    let loggers = SdkLoggerProvider::builder().with_batch_exporter(log_exporter).with_resource(resource).build();
    let scope = InstrumentationScope::builder("interop.program").with_version("1.2.3").build();
    let tracer = tracers.tracer_with_scope(scope.clone());
    let logger = loggers.logger_with_scope(scope);
    let log = |severity: Severity, name: &'static str, body: &'static str, slow: Option<i64>| {
        let mut record = logger.create_log_record();
        record.set_severity_number(severity);
        record.set_severity_text(name);
        record.set_body(AnyValue::from(body));
        if let Some(slow) = slow {
            record.add_attribute("slow.ms", slow);
        }
        logger.emit(record);
    };
    let mut sent = Sent(serde_json::Map::new());

    let root_start = SystemTime::now();
    let root = tracer
        .span_builder("interop.root")
        .with_kind(SpanKind::Server)
        .with_start_time(root_start)
        .start_with_context(&tracer, &Context::new());
    let root_ids = root.span_context().clone();
    let root_context = Context::new().with_span(root);
    root_context.span().set_attributes(values());
    {
        let _root_is_active = root_context.clone().attach();
        log(Severity::Info, "INFO", "started", None);
    }

    let failing_start = SystemTime::now();
    let failing = tracer
        .span_builder("interop.failing")
        .with_kind(SpanKind::Internal)
        .with_start_time(failing_start)
        .start_with_context(&tracer, &root_context);
    let failing_ids = failing.span_context().clone();
    let failing_context = root_context.with_span(failing);
    let span = failing_context.span();
    span.add_event("checkpoint", vec![KeyValue::new("step", 3i64), KeyValue::new("note", "ü")]);

    let inner_start = SystemTime::now();
    let inner = tracer
        .span_builder("interop.inner")
        .with_kind(SpanKind::Client)
        .with_start_time(inner_start)
        .start_with_context(&tracer, &failing_context);
    let inner_ids = inner.span_context().clone();
    let inner_context = failing_context.with_span(inner);
    {
        let _inner_is_active = inner_context.clone().attach();
        log(Severity::Warn, "WARN", "inner is slow", Some(12));
    }
    inner_context.span().set_status(Status::Ok);
    let inner_end = SystemTime::now();
    inner_context.span().end_with_timestamp(inner_end);
    sent.note("inner", &inner_ids, inner_start, inner_end);

    span.record_error(&Failure);
    span.set_status(Status::error("it failed"));
    let failing_end = SystemTime::now();
    span.end_with_timestamp(failing_end);
    sent.note("failing", &failing_ids, failing_start, failing_end);
    let root_end = SystemTime::now();
    root_context.span().end_with_timestamp(root_end);
    sent.note("root", &root_ids, root_start, root_end);

    let linked_start = SystemTime::now();
    let mut linked = tracer
        .span_builder("interop.linked")
        .with_kind(SpanKind::Producer)
        .with_start_time(linked_start)
        .with_links(vec![Link::new(root_ids, vec![KeyValue::new("link.reason", "follows")], 0)])
        .start_with_context(&tracer, &Context::new());
    let linked_end = SystemTime::now();
    let linked_ids = linked.span_context().clone();
    linked.end_with_timestamp(linked_end);
    sent.note("linked", &linked_ids, linked_start, linked_end);

    for failed in [tracers.shutdown().err(), loggers.shutdown().err()].into_iter().flatten() {
        eprintln!("export failed: {failed}");
    }
    println!("{}", serde_json::Value::Object(sent.0));
    Ok(())
}
