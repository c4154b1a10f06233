// Sends a known set of spans and log records with the OpenTelemetry SDK and prints, as one line of JSON, what it sent.
//
// usage: send <http|grpc>   where it goes is left to OTEL_EXPORTER_OTLP_*
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"math"
	"os"
	"strconv"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	otellog "go.opentelemetry.io/otel/log"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

type sentSpan struct {
	TraceID string `json:"traceId"`
	SpanID  string `json:"spanId"`
	Start   string `json:"start"`
	End     string `json:"end"`
}

var sent = map[string]sentSpan{}

// note notes what the SDK itself says of a span that ended.
func note(key string, span trace.Span) {
	ended := span.(sdktrace.ReadOnlySpan)
	sent[key] = sentSpan{
		TraceID: ended.SpanContext().TraceID().String(),
		SpanID:  ended.SpanContext().SpanID().String(),
		Start:   strconv.FormatInt(ended.StartTime().UnixNano(), 10),
		End:     strconv.FormatInt(ended.EndTime().UnixNano(), 10),
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func main() {
	ctx := context.Background()
	var spanExporter sdktrace.SpanExporter
	var logExporter sdklog.Exporter
	if os.Args[1] == "grpc" {
		spanExporter = must(otlptracegrpc.New(ctx))
		logExporter = must(otlploggrpc.New(ctx))
	} else {
		spanExporter = must(otlptracehttp.New(ctx))
		logExporter = must(otlploghttp.New(ctx))
	}
	res := must(resource.Merge(resource.Default(), resource.NewSchemaless(
		attribute.String("service.name", "interop-go"), attribute.String("deployment.environment.name", "interop"))))
	tracers := sdktrace.NewTracerProvider(sdktrace.WithBatcher(spanExporter), sdktrace.WithResource(res))
	loggers := sdklog.NewLoggerProvider(
		sdklog.WithProcessor(sdklog.NewBatchProcessor(logExporter)), sdklog.WithResource(res))
	tracer := tracers.Tracer("interop.program", trace.WithInstrumentationVersion("1.2.3"))
	logger := loggers.Logger("interop.program", otellog.WithInstrumentationVersion("1.2.3"))

	long := 20480
	if times := os.Getenv("INTEROP_LONG"); times != "" {
		long = must(strconv.Atoi(times))
	}
	rootCtx, root := tracer.Start(ctx, "interop.root", trace.WithSpanKind(trace.SpanKindServer))
	root.SetAttributes(
		attribute.String("value.string", "plain"),
		attribute.String("value.empty", ""),
		attribute.String("value.unicode", "Grüße 👋 漢字 \u202e\u0007 <b>&amp;</b>"),
		attribute.Int("value.int", -42),
		attribute.Int64("value.bigInt", 1<<62+1),
		attribute.Float64("value.double", 0.1),
		attribute.Bool("value.bool", true),
		attribute.StringSlice("value.strings", []string{"a", "ü", ""}),
		attribute.Int64Slice("value.ints", []int64{1, 2, 3}),
		attribute.Float64Slice("value.doubles", []float64{1.5, -2.25}),
		attribute.BoolSlice("value.bools", []bool{true, false}),
		attribute.String("value.long", strings.Repeat("é漢👋a", long)),
		attribute.KeyValue{Key: "value.map", Value: attribute.MapValue(
			attribute.String("name", "kettle"),
			attribute.KeyValue{Key: "tags", Value: attribute.SliceValue(attribute.StringValue("hot"), attribute.IntValue(1))},
			attribute.KeyValue{Key: "deep", Value: attribute.MapValue(attribute.Bool("er", false))},
		)},
		attribute.KeyValue{Key: "value.bytes", Value: attribute.ByteSliceValue([]byte{0, 255, 16})},
		attribute.Float64("value.nan", math.NaN()),
		attribute.Float64("value.infinity", math.Inf(-1)),
	)
	emit(rootCtx, logger, otellog.SeverityInfo, "INFO", "started")

	failingCtx, failing := tracer.Start(rootCtx, "interop.failing")
	failing.AddEvent("checkpoint", trace.WithAttributes(attribute.Int("step", 3), attribute.String("note", "ü")))
	innerCtx, inner := tracer.Start(failingCtx, "interop.inner", trace.WithSpanKind(trace.SpanKindClient))
	emit(innerCtx, logger, otellog.SeverityWarn, "WARN", "inner is slow", attribute.Int("slow.ms", 12))
	inner.SetStatus(codes.Ok, "")
	inner.End()
	note("inner", inner)
	failing.RecordError(errors.New("it failed"), trace.WithStackTrace(true))
	failing.SetStatus(codes.Error, "it failed")
	failing.End()
	note("failing", failing)
	root.End()
	note("root", root)

	_, linked := tracer.Start(ctx, "interop.linked", trace.WithSpanKind(trace.SpanKindProducer), trace.WithLinks(trace.Link{
		SpanContext: root.SpanContext(),
		Attributes:  []attribute.KeyValue{attribute.String("link.reason", "follows")},
	}))
	linked.End()
	note("linked", linked)

	if err := errors.Join(tracers.Shutdown(ctx), loggers.Shutdown(ctx)); err != nil {
		log.Print("export failed: ", err)
	}
	fmt.Println(string(must(json.Marshal(sent))))
}

func emit(ctx context.Context, logger otellog.Logger, severity otellog.Severity, name, body string, more ...attribute.KeyValue) {
	var record otellog.Record
	record.SetSeverity(severity)
	record.SetSeverityText(name)
	record.SetBody(attribute.StringValue(body))
	record.AddAttributes(more...)
	logger.Emit(ctx, record)
}
