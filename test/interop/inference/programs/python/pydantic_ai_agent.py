"""An agent of Pydantic AI with a tool, under Logfire's SDK."""

import os

from spans import MODEL_URL, QUESTION, SYSTEM, finish, processor

import logfire

logfire.configure(send_to_logfire=False, console=False, service_name="fixture", additional_span_processors=[processor()])
version = os.environ.get("FORMAT_VERSION")
logfire.instrument_pydantic_ai(**({"version": int(version)} if version else {}))

from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

model = OpenAIChatModel("gpt-4o-mini", provider=OpenAIProvider(base_url=f"{MODEL_URL}/v1", api_key="none"))
agent = Agent(model, name="weather_agent", instructions=SYSTEM)


@agent.tool_plain
def get_weather(city: str) -> dict:
    """Weather of a city"""
    return {"celsius": 21}


agent.run_sync(QUESTION)
finish()
