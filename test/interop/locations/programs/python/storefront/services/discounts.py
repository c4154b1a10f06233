from shoptel import traced
from shoptel.spans import observe


@traced("discounts.apply")
def apply(amount: float, quantity: int) -> float:  # span: discounts.apply
    return amount * (1 - rate_for(quantity))


@observe
def rate_for(quantity: int) -> float:  # span: rate_for
    return 0.1 if quantity >= 10 else 0.0
