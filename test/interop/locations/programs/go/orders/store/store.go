// Package store keeps orders.
package store

import (
	"context"
	"database/sql"

	_ "example.com/shop/internal/memdb"
	"github.com/XSAM/otelsql"
	"go.opentelemetry.io/otel"
)

var tracer = otel.Tracer("example.com/shop/orders/store")

// Orders is the table of orders.
type Orders struct {
	db *sql.DB
}

// Open makes the table.
func Open() (*Orders, error) {
	db, err := otelsql.Open("memdb", ":memory:", otelsql.WithSpanOptions(otelsql.SpanOptions{OmitConnResetSession: true, OmitRows: true, OmitConnectorConnect: true}))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	_, err = db.Exec("CREATE TABLE orders (id INTEGER PRIMARY KEY, price TEXT)") // span: sql.conn.exec [parent=]
	return &Orders{db: db}, err
}

// Recent lists the latest orders.
func (o *Orders) Recent(ctx context.Context) []string {
	ctx, span := tracer.Start(ctx, "Orders.Recent") // span: Orders.Recent
	defer span.End()
	rows, err := o.db.QueryContext(ctx, "SELECT price FROM orders") // span: sql.conn.query [parent=Orders.Recent]
	if err != nil {
		return nil
	}
	defer rows.Close()
	return []string{}
}

// Find reads one order.
func (o *Orders) Find(ctx context.Context, id string) (string, error) {
	var price string
	err := o.db.QueryRowContext(ctx, "SELECT price FROM orders WHERE id = ?", id).Scan(&price) // span: sql.conn.query [parent=OrderHandler.Find]
	return price, err
}

// Insert adds an order.
func (o *Orders) Insert(ctx context.Context, price string) string {
	ctx, span := tracer.Start(ctx, "insert "+"order") // span: insert order
	defer span.End()
	tx, err := o.db.BeginTx(ctx, nil) // span: sql.conn.begin_tx
	if err != nil {
		return ""
	}
	_, _ = tx.ExecContext(ctx, "INSERT INTO orders (price) VALUES (?)", price) // span: sql.conn.exec [parent=insert order]
	_ = tx.Commit()                                                            // span: sql.tx.commit
	return price
}
