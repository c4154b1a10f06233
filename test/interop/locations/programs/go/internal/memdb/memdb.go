// Package memdb is a database of no rows, for local runs.
package memdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"io"
)

func init() { sql.Register("memdb", memDriver{}) }

type (
	memDriver struct{}
	conn      struct{}
	tx        struct{}
	rows      struct{}
)

func (memDriver) Open(string) (driver.Conn, error) { return conn{}, nil }

func (conn) Prepare(string) (driver.Stmt, error) { return nil, driver.ErrSkip }
func (conn) Close() error                        { return nil }
func (conn) Begin() (driver.Tx, error)           { return tx{}, nil }

func (conn) QueryContext(context.Context, string, []driver.NamedValue) (driver.Rows, error) {
	return rows{}, nil
}

func (conn) ExecContext(context.Context, string, []driver.NamedValue) (driver.Result, error) {
	return driver.RowsAffected(1), nil
}

func (tx) Commit() error   { return nil }
func (tx) Rollback() error { return nil }

func (rows) Columns() []string         { return []string{"price"} }
func (rows) Close() error              { return nil }
func (rows) Next([]driver.Value) error { return io.EOF }
