package com.shop.orders.pricing;

import com.shop.orders.Spans;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.springframework.stereotype.Component;

@Component
public class RateClient {
  private final HttpClient client = HttpClient.newHttpClient();

  public double rate(String currency) {
    return Spans.in("rates.fetch", () -> { // span: rates.fetch
      URI uri = URI.create(System.getenv("BILLING_URL") + "/rates/" + currency);
      HttpRequest request = HttpRequest.newBuilder(uri).build();
      return Double.parseDouble(client.send(request, HttpResponse.BodyHandlers.ofString()).body()); // span: GET [kind=client]
    });
  }
}
