pub mod cart;
pub mod orders;
