package com.shop.billing.api;

import com.shop.billing.rates.Rates;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;

@Path("/rates")
@Produces("text/plain")
public class RateResource {
  private final Rates rates = new Rates();

  @GET
  @Path("/{currency}")
  public String latest(@PathParam("currency") String currency) { // span: GET [url.path=/rates/*]
    return Double.toString(rates.latest(currency));
  }
}
