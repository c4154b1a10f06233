// Package server books entries.
package server

import (
	"context"
	"fmt"
	"net"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/shop/ledger/ledgerpb"
)

type ledgerServer struct {
	ledgerpb.UnimplementedLedgerServer
	tracer trace.Tracer
}

// Serve answers until the process ends.
func Serve(address string) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		panic(err)
	}
	s := grpc.NewServer(grpc.StatsHandler(otelgrpc.NewServerHandler()))
	ledgerpb.RegisterLedgerServer(s, &ledgerServer{tracer: otel.Tracer("example.com/shop/ledger/server")})
	if err := s.Serve(listener); err != nil {
		panic(err)
	}
}

func (s *ledgerServer) Book(ctx context.Context, entry *ledgerpb.Entry) (*ledgerpb.Booked, error) { // span: shop.ledger.v1.Ledger/Book [kind=server]
	_, span := s.tracer.Start(ctx, "write entry") // span: write entry
	defer span.End()
	if err := check(entry); err != nil {
		span.RecordError(err, trace.WithStackTrace(true))
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	return &ledgerpb.Booked{Id: entry.Account + "-1"}, nil
}

func (s *ledgerServer) Statement(entry *ledgerpb.Entry, stream grpc.ServerStreamingServer[ledgerpb.Booked]) error { // span: shop.ledger.v1.Ledger/Statement [kind=server]
	return stream.Send(&ledgerpb.Booked{Id: entry.Account})
}

func check(entry *ledgerpb.Entry) error {
	if entry.Cents <= 0 {
		return fmt.Errorf("%d cents", entry.Cents)
	}
	return nil
}
