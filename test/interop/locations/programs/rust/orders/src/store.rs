use opentelemetry::global;
use opentelemetry::trace::{Span, SpanKind, Status, Tracer};
use tracing::instrument;

pub struct Orders;

impl Orders {
    pub fn recent(limit: usize) -> Vec<String> {
        let tracer = global::tracer("orders::store");
        tracer.in_span("orders.recent", |_context| vec![String::from("tea"); limit.min(2)]) // span: orders.recent
    }

    pub fn insert(sku: &str, price: f64) -> String {
        let tracer = global::tracer("orders::store");
        let mut span = tracer // span: orders.insert
            .span_builder("orders.insert")
            .with_kind(SpanKind::Client)
            .start(&tracer);
        span.end();
        telemetry::in_span("orders.index", || format!("{sku} {price}")) // span: orders.index
    }
}

#[instrument(err)]
pub fn load(id: u32) -> Result<String, String> { // span: load
    if id > 1000 {
        let mut span = global::tracer("orders::store").start(format!("missing {id}")); // span: missing 4711
        span.set_status(Status::error("no such order"));
        span.end();
        return Err(format!("no order {id}"));
    }
    Ok(format!("order {id}"))
}
