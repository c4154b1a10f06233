package main

import (
	"context"
	"os"

	"example.com/shop/billing/api"
	"example.com/shop/internal/telemetry"
)

func main() {
	defer telemetry.Start(context.Background())()
	if err := api.Engine().Run("127.0.0.1:" + os.Getenv("PORT")); err != nil {
		panic(err)
	}
}
