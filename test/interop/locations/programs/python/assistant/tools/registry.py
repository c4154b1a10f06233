from opentelemetry import trace

from tools import stock

tracer = trace.get_tracer("assistant.tools")
TOOLS = {"stock_level": stock.stock_level, "convert": stock.convert}


def run_tool(name: str, **arguments):
    with tracer.start_as_current_span(f"execute_tool {name}") as span:  # span: execute_tool stock_level # span: execute_tool convert # span: execute_tool weather
        span.set_attribute("gen_ai.tool.name", name)
        return TOOLS[name](**arguments)
