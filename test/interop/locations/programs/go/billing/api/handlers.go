package api

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"

	"example.com/shop/billing/rates"
)

var tracer = otel.Tracer("billing")

func getRate(c *gin.Context) { // span: GET /v1/rates/:sku
	rate, err := rates.Latest(c.Request.Context(), c.Param("sku"))
	if err != nil {
		c.Status(http.StatusNotFound)
		return
	}
	c.String(http.StatusOK, rate)
}

func createInvoice(c *gin.Context) { // span: POST /v1/invoices
	_, span := tracer.Start(c.Request.Context(), "create invoice", trace.WithSpanKind(trace.SpanKindInternal)) // span: create invoice
	defer span.End()
	c.Status(http.StatusCreated)
}

func legacyStatus(w http.ResponseWriter, r *http.Request) { // span: GET /legacy/status/{part}
	_, _ = w.Write([]byte(r.PathValue("part")))
}

func legacyImport(w http.ResponseWriter, r *http.Request) { // span: POST /legacy/import
	_, span := otel.Tracer("billing/legacy").Start(r.Context(), "legacy.import") // span: legacy.import
	defer span.End()
	w.WriteHeader(http.StatusAccepted)
}
