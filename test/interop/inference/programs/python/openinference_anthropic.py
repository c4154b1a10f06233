"""anthropic with openinference-instrumentation-anthropic: messages with a tool."""

from spans import MODEL_URL, QUESTION, SYSTEM, WEATHER, finish, set_up

provider = set_up()

from openinference.instrumentation.anthropic import AnthropicInstrumentor

AnthropicInstrumentor().instrument(tracer_provider=provider)

from anthropic import Anthropic

client = Anthropic(base_url=MODEL_URL, api_key="none")
tools = [{"name": "get_weather", "description": "Weather of a city", "input_schema": WEATHER}]
messages = [{"role": "user", "content": QUESTION}]
first = client.messages.create(model="claude-sonnet-4-5", max_tokens=200, system=SYSTEM, messages=messages, tools=tools)
messages += [
    {"role": "assistant", "content": [block.model_dump() for block in first.content]},
    {
        "role": "user",
        "content": [{"type": "tool_result", "tool_use_id": first.content[0].id, "content": '{"celsius": 21}'}],
    },
]
client.messages.create(model="claude-sonnet-4-5", max_tokens=200, system=SYSTEM, messages=messages, tools=tools)
finish()
