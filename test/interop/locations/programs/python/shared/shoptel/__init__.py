from shoptel.setup import start_telemetry
from shoptel.spans import step, traced

__all__ = ["start_telemetry", "step", "traced"]
