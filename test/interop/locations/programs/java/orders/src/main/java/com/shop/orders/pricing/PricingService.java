package com.shop.orders.pricing;

import io.opentelemetry.instrumentation.annotations.SpanAttribute;
import io.opentelemetry.instrumentation.annotations.WithSpan;
import org.springframework.stereotype.Service;

@Service
public class PricingService {
  private final RateClient rates;

  public PricingService(RateClient rates) {
    this.rates = rates;
  }

  @WithSpan
  public double quote(@SpanAttribute("sku") String sku) { // span: PricingService.quote
    return base(sku) * rates.rate("EUR");
  }

  @WithSpan("pricing.base")
  double base(String sku) { // span: pricing.base
    return 10 + sku.length();
  }
}
