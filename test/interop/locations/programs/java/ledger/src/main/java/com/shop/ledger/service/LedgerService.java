package com.shop.ledger.service;

import com.shop.ledger.v1.Booked;
import com.shop.ledger.v1.Entry;
import com.shop.ledger.v1.LedgerGrpc;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;

public class LedgerService extends LedgerGrpc.LedgerImplBase {
  @Override
  public void book(Entry entry, StreamObserver<Booked> answer) { // span: shop.ledger.v1.Ledger/Book [kind=server]
    Span span = GlobalOpenTelemetry.getTracer("ledger").spanBuilder("write entry").startSpan(); // span: write entry
    try {
      Validation.check(entry);
      answer.onNext(Booked.newBuilder().setId(entry.getAccount() + "-1").build());
      answer.onCompleted();
    } catch (IllegalArgumentException error) {
      span.recordException(error);
      answer.onError(Status.INVALID_ARGUMENT.asRuntimeException());
    } finally {
      span.end();
    }
  }

  @Override
  public void statement(Entry entry, StreamObserver<Booked> answer) { // span: shop.ledger.v1.Ledger/Statement [kind=server]
    answer.onNext(Booked.newBuilder().setId(entry.getAccount()).build());
    answer.onCompleted();
  }
}
