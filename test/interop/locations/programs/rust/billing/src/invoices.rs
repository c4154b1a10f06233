use actix_web::{post, web, HttpResponse};
use tracing::{error_span, instrument};

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(create)
        .service(web::resource("/{id}").route(web::get().to(show)));
}

#[post("")]
async fn create(body: String) -> HttpResponse { // span: POST /invoices
    match Invoice::parse(&body) {
        Ok(invoice) => HttpResponse::Created().body(invoice.number()),
        Err(reason) => HttpResponse::BadRequest().body(reason),
    }
}

async fn show(id: web::Path<u32>) -> HttpResponse { // span: GET /invoices/{id}
    let _guard = error_span!("render invoice", id = *id).entered(); // span: render invoice
    HttpResponse::Ok().body(id.to_string())
}

struct Invoice(String);

impl Invoice {
    #[instrument(name = "invoice.parse", err, skip_all)]
    fn parse(text: &str) -> Result<Self, String> { // span: invoice.parse
        if text.is_empty() {
            return Err(String::from("an empty invoice"));
        }
        Ok(Self(text.to_owned()))
    }

    #[instrument(skip(self))]
    fn number(&self) -> String { // span: number
        format!("i-{}", self.0.len())
    }
}
