// Package api serves rates and invoices.
package api

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"go.opentelemetry.io/contrib/instrumentation/github.com/gin-gonic/gin/otelgin"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
)

// Engine has every route of the service.
func Engine() *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	v1 := r.Group("/v1", otelgin.Middleware("billing"))
	v1.GET("/rates/:sku", getRate)
	invoices := v1.Group("/invoices")
	{
		invoices.POST("", createInvoice)
		invoices.GET("/:id", func(c *gin.Context) { // span: GET /v1/invoices/:id
			c.String(http.StatusOK, c.Param("id"))
		})
	}

	mux := http.NewServeMux()
	mux.HandleFunc("GET /legacy/status/{part}", legacyStatus)
	mux.Handle("POST /legacy/import", http.HandlerFunc(legacyImport))
	r.Any("/legacy/*rest", gin.WrapH(otelhttp.NewHandler(mux, "legacy")))
	return r
}
