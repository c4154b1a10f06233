package com.shop.ledger;

import com.shop.ledger.service.LedgerService;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.net.InetSocketAddress;

public class Server {
  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(System.getenv("PORT"));
    NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
        .addService(new LedgerService())
        .build()
        .start()
        .awaitTermination();
  }
}
