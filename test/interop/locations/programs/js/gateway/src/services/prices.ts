export class PriceClient {
  async total(skus: readonly string[]): Promise<number> {
    const prices = await Promise.all(skus.map((sku) => this.price(sku)));
    return prices.reduce((sum, price) => sum + price, 0);
  }

  async price(sku: string): Promise<number> {
    const answer = await fetch(`${process.env.CATALOG_URL}/products/${sku}/price`); // span: GET [scope=@opentelemetry/instrumentation-undici] [parent=cart.total]
    const { price } = (await answer.json()) as { price: number };
    return price;
  }
}
