package com.shop.orders.web;

import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

@RestController
class HealthController {
  @RequestMapping(path = "/healthz", method = RequestMethod.GET)
  String health() { // span: GET /healthz
    return "ok";
  }

  @RequestMapping(value = "/fail")
  String fail() { // span: GET /fail
    throw new UnsupportedOperationException("never");
  }
}
