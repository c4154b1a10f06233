from flask import Blueprint, jsonify, request

import ledger
from rates import RateService

invoices = Blueprint("invoices", __name__)
rates = RateService()


@invoices.route("", methods=["POST"])
def create():  # span: POST /invoices
    body = request.get_json()
    if body["amount"] > 100:
        return jsonify(error="limit"), 402
    total = rates.convert(body["amount"], "EUR")
    return jsonify(ledger.book(body["order"], total)), 201


@invoices.route("/<int:invoice_id>", methods=["GET"])
def show(invoice_id: int):  # span: GET /invoices/<int:invoice_id>
    return jsonify(ledger.Ledger().load(invoice_id))


@invoices.post("/<int:invoice_id>/refund")
def refund(invoice_id: int):  # span: POST /invoices/<int:invoice_id>/refund
    ledger.Ledger().reverse(invoice_id)
    return "", 204
