use tracing::{instrument, span, Level};

const BASE: f64 = 10.0;

pub async fn quote(sku: &str) -> f64 {
    let rate = fetch_rate(sku).await;
    round(BASE * rate)
}

#[instrument(level = "info", skip(sku))]
async fn fetch_rate(sku: &str) -> f64 { // span: fetch_rate
    let base = std::env::var("BILLING_URL").unwrap_or_default();
    let sku = sku.to_owned();
    match reqwest::get(format!("{base}/rates/{sku}")).await {
        Ok(answer) => answer.text().await.ok().and_then(|text| text.parse().ok()).unwrap_or(1.0),
        Err(_) => 1.0,
    }
}

fn round(price: f64) -> f64 {
    let _guard = span!(Level::INFO, "pricing.round").entered(); // span: pricing.round
    (price * 100.0).round() / 100.0
}

pub struct Basket {
    user: String,
    skus: Vec<String>,
}

impl Basket {
    pub fn new(user: &str) -> Self {
        Self { user: user.to_owned(), skus: Vec::new() }
    }

    #[instrument(name = "Basket::add", skip(self))]
    pub fn add(&mut self, sku: &str) { // span: Basket::add
        self.skus.push(sku.to_owned());
    }

    #[instrument(skip_all, fields(user = %self.user))]
    pub fn total(&self) -> f64 { // span: total
        self.skus.len() as f64 * BASE
    }
}
