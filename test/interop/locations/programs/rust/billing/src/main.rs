mod invoices;
mod rates;

use actix_web::{web, App, HttpResponse, HttpServer};
use opentelemetry_instrumentation_actix_web::RequestTracing;

fn main() -> std::io::Result<()> {
    let provider = telemetry::start(true);
    let port = std::env::var("PORT").expect("a port").parse().expect("a number");
    let result = actix_web::rt::System::new().block_on(
        HttpServer::new(|| {
            App::new()
                .wrap(RequestTracing::new())
                .service(rates::latest)
                .service(web::scope("/invoices").configure(invoices::routes))
                .route("/healthz", web::get().to(healthz))
        })
        .workers(1)
        .bind(("127.0.0.1", port))?
        .run(),
    );
    let _ = provider.shutdown();
    result
}

async fn healthz() -> HttpResponse { // span: GET /healthz
    HttpResponse::Ok().body("ok")
}
