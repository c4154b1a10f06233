// Package client closes the day.
package client

import (
	"context"
	"io"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/otel"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"example.com/shop/ledger/ledgerpb"
)

// CloseDay books what is left of the day.
func CloseDay(ctx context.Context, address string) {
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithStatsHandler(otelgrpc.NewClientHandler()))
	if err != nil {
		panic(err)
	}
	defer connection.Close()
	ctx, span := otel.Tracer("ledger-client").Start(ctx, "close day") // span: close day
	defer span.End()
	ledger := ledgerpb.NewLedgerClient(connection)
	for _, cents := range []int32{1250, 0} {
		_, _ = ledger.Book(ctx, &ledgerpb.Entry{Account: "ann", Cents: cents}) // span: shop.ledger.v1.Ledger/Book [kind=client]
	}
	readStatement(ctx, ledger)
}

func readStatement(ctx context.Context, ledger ledgerpb.LedgerClient) {
	stream, err := ledger.Statement(ctx, &ledgerpb.Entry{Account: "ann"}) // span: shop.ledger.v1.Ledger/Statement [kind=client]
	if err != nil {
		return
	}
	for {
		if _, err := stream.Recv(); err == io.EOF || err != nil {
			return
		}
	}
}
