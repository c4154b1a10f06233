// Package pricing asks what things cost.
package pricing

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"

	"example.com/shop/internal/telemetry"
)

const (
	scope     = "example.com/shop/orders/pricing"
	spanQuote = "pricing.quote"
)

var client = http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport)}

// Quote tells the price of a thing.
func Quote(ctx context.Context, sku string) (string, error) {
	ctx, span := otel.Tracer(scope).Start(ctx, spanQuote) // span: pricing.quote
	defer span.End()
	var rate string
	err := telemetry.InSpan(ctx, "fetch rate", func(ctx context.Context) error { // span: fetch rate
		var err error
		rate, err = fetchRate(ctx, sku)
		return err
	})
	return rate, err
}

func fetchRate(ctx context.Context, sku string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, os.Getenv("BILLING_URL")+"/v1/rates/"+sku, nil)
	if err != nil {
		return "", err
	}
	response, err := client.Do(request) // span: HTTP GET
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("no rate of %s: %d", sku, response.StatusCode)
	}
	body, err := io.ReadAll(response.Body)
	return string(body), err
}
