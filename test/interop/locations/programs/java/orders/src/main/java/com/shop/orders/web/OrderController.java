package com.shop.orders.web;

import com.shop.orders.pricing.PricingService;
import com.shop.orders.store.OrderRepository;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/orders")
public class OrderController {
  private static final Tracer TRACER = GlobalOpenTelemetry.getTracer("com.shop.orders.web");

  private final OrderRepository repository;
  private final PricingService pricing;

  public OrderController(OrderRepository repository, PricingService pricing) {
    this.repository = repository;
    this.pricing = pricing;
  }

  @GetMapping
  public List<Map<String, Object>> list() { // span: GET /api/orders
    return repository.recent();
  }

  @GetMapping("/{id}")
  public Map<String, Object> find(@PathVariable int id) { // span: GET /api/orders/{id}
    return repository.find(id);
  }

  @PostMapping
  public Map<String, Object> place(@RequestBody Map<String, String> order) { // span: POST /api/orders
    Span span = TRACER.spanBuilder("place order").setAttribute("sku", order.get("sku")).startSpan(); // span: place order
    try (Scope scope = span.makeCurrent()) {
      double price = pricing.quote(order.get("sku"));
      repository.insert(order.get("sku"), price);
      return Map.of("price", price);
    } finally {
      span.end();
    }
  }

  @DeleteMapping("/{id}")
  public void cancel(@PathVariable int id) { // span: DELETE /api/orders/{id}
    Span span = TRACER.spanBuilder("cancel order").startSpan(); // span: cancel order
    try {
      refuse(id);
    } catch (IllegalStateException error) {
      span.recordException(error);
    } finally {
      span.end();
    }
  }

  private void refuse(int id) {
    throw new IllegalStateException("order " + id + " is on its way");
  }
}
