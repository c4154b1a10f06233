package handlers

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/riandyrn/otelchi"

	"example.com/shop/orders/store"
)

// Router serves the orders.
func Router(orders *store.Orders) http.Handler {
	h := &OrderHandler{orders: orders}
	r := chi.NewRouter()
	r.Use(otelchi.Middleware("orders", otelchi.WithChiRoutes(r)))
	r.Get("/healthz", func(w http.ResponseWriter, _ *http.Request) { // span: /healthz
		_, _ = w.Write([]byte("ok"))
	})
	r.Route("/api/orders", func(r chi.Router) {
		r.Get("/", h.List)
		r.Post("/", h.Place)
		r.Get("/{id}", h.Find)
		r.Delete("/{id}", cancelOrder)
	})
	return r
}
