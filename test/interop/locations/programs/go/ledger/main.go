package main

import (
	"context"
	"os"

	"example.com/shop/internal/telemetry"
	"example.com/shop/ledger/client"
	"example.com/shop/ledger/server"
)

func main() {
	stop := telemetry.Start(context.Background())
	defer stop()
	if len(os.Args) > 1 && os.Args[1] == "close-day" {
		client.CloseDay(context.Background(), os.Getenv("LEDGER"))
		return
	}
	server.Serve("127.0.0.1:" + os.Getenv("PORT"))
}
