mod pricing;
mod routes;
mod store;

use axum::routing::{get, post};
use axum::Router;
use axum_tracing_opentelemetry::middleware::OtelAxumLayer;

fn router() -> Router {
    let orders = Router::new()
        .route("/", get(routes::orders::list).post(routes::orders::place))
        .route("/{id}", get(routes::orders::find).delete(routes::orders::cancel));
    Router::new()
        .nest("/api/orders", orders)
        .route("/cart/{user}", post(routes::cart::add))
        .layer(OtelAxumLayer::default())
        .route("/healthz", get(|| async { "ok" }))
}

fn main() {
    let provider = telemetry::start(false);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let address = format!("127.0.0.1:{}", std::env::var("PORT").expect("a port"));
        let listener = tokio::net::TcpListener::bind(address).await.expect("the port");
        axum::serve(listener, router()).await.expect("a server");
    });
    let _ = provider.shutdown();
}
