import sqlite3

from opentelemetry import trace

tracer = trace.get_tracer(__name__)


class LedgerError(RuntimeError):
    pass


def connect() -> sqlite3.Connection:
    connection = sqlite3.connect("ledger.db")
    connection.cursor().execute("CREATE TABLE IF NOT EXISTS entries (id INTEGER PRIMARY KEY, order_id INT, amount REAL)")  # span: CREATE
    return connection


def book(order: int, amount: float) -> dict:
    with tracer.start_as_current_span("ledger.book"):  # span: ledger.book
        connection = connect()
        cursor = connection.cursor()
        cursor.execute("INSERT INTO entries (order_id, amount) VALUES (?, ?)", (order, amount))  # span: INSERT
        connection.commit()
        return {"invoice": cursor.lastrowid}


class Ledger:
    def load(self, invoice_id: int) -> dict:
        with tracer.start_as_current_span("load") as span:  # span: load
            rows = connect().cursor().execute("SELECT amount FROM entries WHERE id = ?", (invoice_id,)).fetchall()  # span: SELECT
            span.set_attribute("rows", len(rows))
        return {"amount": rows[0][0]} if rows else {}

    def reverse(self, invoice_id: int) -> None:
        with tracer.start_as_current_span("reverse entry"):  # span: reverse entry
            self._check(invoice_id)

    def _check(self, invoice_id: int) -> None:
        entry = self.load(invoice_id)
        if not entry:
            raise LedgerError(f"no entry {invoice_id}")
