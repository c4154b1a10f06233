// Package rates knows prices.
package rates

import (
	"context"
	"errors"
	"fmt"

	"go.opentelemetry.io/otel"

	"example.com/shop/internal/telemetry"
)

var errNoRate = errors.New("no rate")

type cache struct{ known map[string]string }

var rates = cache{known: map[string]string{"tea": "4.50"}}

// Latest is the latest rate.
func Latest(ctx context.Context, sku string) (string, error) {
	var rate string
	err := telemetry.InSpan(ctx, "rates.latest", func(ctx context.Context) (err error) { // span: rates.latest
		rate, err = rates.get(ctx, sku)
		return err
	})
	return rate, err
}

func (c *cache) get(ctx context.Context, sku string) (string, error) {
	_, span := otel.GetTracerProvider().Tracer("rates").Start(ctx, fmt.Sprintf("cache get %s", sku)) // span: cache get tea // span: cache get cup
	defer span.End()
	rate, ok := c.known[sku]
	if !ok {
		return "", fmt.Errorf("%w: %s", errNoRate, sku)
	}
	return rate, nil
}
