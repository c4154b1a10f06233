package com.shop.ledger.service;

import com.shop.ledger.v1.Entry;
import io.opentelemetry.instrumentation.annotations.WithSpan;

final class Validation {
  private Validation() {}

  @WithSpan
  static void check(Entry entry) { // span: Validation.check
    if (entry.getCents() <= 0) {
      throw new IllegalArgumentException(entry.getCents() + " cents");
    }
  }
}
