use axum::extract::Path;

use crate::pricing::Basket;

pub async fn add(Path(user): Path<String>) -> String { // span: POST /cart/{user}
    let mut basket = Basket::new(&user);
    basket.add("tea");
    basket.total().to_string()
}
