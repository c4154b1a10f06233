from shoptel.spans import observe, tracer


@observe
def stock_level(sku: str) -> int:  # span: stock_level
    return 3


def convert(amount: float) -> float:
    with tracer.start_as_current_span("stock.convert"):  # span: stock.convert
        return amount * 0.93
