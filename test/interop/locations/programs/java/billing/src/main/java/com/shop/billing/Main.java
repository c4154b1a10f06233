package com.shop.billing;

import java.net.URI;
import org.glassfish.jersey.grizzly2.httpserver.GrizzlyHttpServerFactory;
import org.glassfish.jersey.server.ResourceConfig;

public class Main {
  public static void main(String[] args) throws InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + System.getenv("PORT") + "/");
    GrizzlyHttpServerFactory.createHttpServer(uri, new ResourceConfig().packages("com.shop.billing.api"));
    Thread.currentThread().join();
  }
}
