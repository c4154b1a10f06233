package com.shop.billing.api;

import io.opentelemetry.instrumentation.annotations.WithSpan;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;

@Path("invoices")
public class InvoiceResource {
  @POST
  public Response create(String body) { // span: POST
    book(body.length());
    return Response.status(201).build();
  }

  @GET
  @Path("{id}")
  public String find(@PathParam("id") int id) { // span: GET [url.path=/invoices/*]
    return load(id);
  }

  @WithSpan
  void book(int cents) { // span: InvoiceResource.book
    if (cents == 0) throw new IllegalArgumentException("nothing to book");
  }

  @WithSpan("invoice.load")
  String load(int id) { // span: invoice.load
    return "invoice " + id;
  }
}
