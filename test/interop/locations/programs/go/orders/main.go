package main

import (
	"context"
	"net/http"
	"os"

	"example.com/shop/internal/telemetry"
	"example.com/shop/orders/handlers"
	"example.com/shop/orders/store"
)

func main() {
	defer telemetry.Start(context.Background())()
	orders, err := store.Open()
	if err != nil {
		panic(err)
	}
	if err := http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), handlers.Router(orders)); err != nil {
		panic(err)
	}
}
