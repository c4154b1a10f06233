package handlers

import (
	"encoding/json"
	"net/http"

	"github.com/go-chi/chi/v5"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"example.com/shop/orders/pricing"
	"example.com/shop/orders/store"
)

var tracer = otel.Tracer("example.com/shop/orders/handlers")

// OrderHandler answers for orders.
type OrderHandler struct {
	orders *store.Orders
}

// List shows the latest orders.
func (h *OrderHandler) List(w http.ResponseWriter, r *http.Request) { // span: /api/orders [http.method|http.request.method=GET]
	answer(w, h.orders.Recent(r.Context()))
}

// Find shows one order.
func (h *OrderHandler) Find(w http.ResponseWriter, r *http.Request) { // span: /api/orders/{id} [http.method|http.request.method=GET]
	ctx, span := tracer.Start(r.Context(), "OrderHandler.Find", trace.WithAttributes(attribute.String("id", chi.URLParam(r, "id")))) // span: OrderHandler.Find
	defer span.End()
	order, err := h.orders.Find(ctx, chi.URLParam(r, "id"))
	if err != nil {
		span.RecordError(err)
		http.NotFound(w, r)
		return
	}
	answer(w, order)
}

// Place takes an order.
func (h *OrderHandler) Place(w http.ResponseWriter, r *http.Request) { // span: /api/orders [http.method|http.request.method=POST]
	price, err := pricing.Quote(r.Context(), r.URL.Query().Get("sku"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	answer(w, h.orders.Insert(r.Context(), price))
}

func cancelOrder(w http.ResponseWriter, r *http.Request) { // span: /api/orders/{id} [http.method|http.request.method=DELETE]
	_, span := tracer.Start(r.Context(), "cancel order") // span: cancel order
	span.End()
	w.WriteHeader(http.StatusNoContent)
}

func answer(w http.ResponseWriter, value any) {
	_ = json.NewEncoder(w).Encode(value)
}
