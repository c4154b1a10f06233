use axum::extract::Path;
use axum::http::StatusCode;
use tracing::{info_span, instrument, Instrument};

use crate::{pricing, store};

pub async fn list() -> String { // span: GET /api/orders
    store::Orders::recent(20).join(",")
}

#[instrument]
pub async fn find(Path(id): Path<u32>) -> Result<String, StatusCode> { // span: GET /api/orders/{id} // span: find
    match store::load(id) {
        Ok(order) => Ok(order),
        Err(_) => Err(StatusCode::NOT_FOUND),
    }
}

pub async fn place(body: String) -> String { // span: POST /api/orders
    let price = pricing::quote(&body).instrument(info_span!("quote order", sku = %body)).await; // span: quote order
    store::Orders::insert(&body, price)
}

#[instrument(name = "cancel order", skip_all)]
pub async fn cancel(Path(id): Path<u32>) -> StatusCode { // span: DELETE /api/orders/{id} // span: cancel order
    tracing::info_span!("refund", order = id).in_scope(|| { // span: refund
        StatusCode::NO_CONTENT
    })
}
