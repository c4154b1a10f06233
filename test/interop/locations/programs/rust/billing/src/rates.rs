use actix_web::{get, web, Responder};
use opentelemetry::global;
use opentelemetry::trace::{TraceContextExt, Tracer};
use tracing::{debug_span, instrument};

#[get("/rates/{sku}")]
pub async fn latest(sku: web::Path<String>) -> impl Responder { // span: GET /rates/{sku}
    convert(look_up(&sku)).to_string()
}

#[instrument]
fn look_up(sku: &str) -> f64 { // span: look_up
    debug_span!("cache").in_scope(|| sku.len() as f64) // span: cache
}

fn convert(rate: f64) -> f64 {
    global::tracer("billing").in_span("convert", |context| { // span: convert
        context.span().add_event("rounded", vec![]);
        rate / 2.0
    })
}
