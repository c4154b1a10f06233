package com.shop.ledger;

import com.shop.ledger.v1.Entry;
import com.shop.ledger.v1.LedgerGrpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.opentelemetry.instrumentation.annotations.WithSpan;

public class CloseDay {
  private final LedgerGrpc.LedgerBlockingStub ledger;

  CloseDay(ManagedChannel channel) {
    ledger = LedgerGrpc.newBlockingStub(channel);
  }

  @WithSpan("close day")
  void run() { // span: close day
    book(1250);
    book(0);
    ledger.statement(Entry.newBuilder().setAccount("ann").build()).forEachRemaining(booked -> {}); // span: shop.ledger.v1.Ledger/Statement [kind=client]
  }

  private void book(int cents) {
    try {
      ledger.book(Entry.newBuilder().setAccount("ann").setCents(cents).build()); // span: shop.ledger.v1.Ledger/Book [kind=client]
    } catch (StatusRuntimeException refused) {
      System.err.println(refused.getStatus());
    }
  }

  public static void main(String[] args) throws Exception {
    String[] address = System.getenv("LEDGER").split(":");
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(address[0], Integer.parseInt(address[1])).usePlaintext().build();
    new CloseDay(channel).run();
    channel.shutdownNow();
  }
}
