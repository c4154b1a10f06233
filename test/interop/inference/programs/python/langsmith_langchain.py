"""A LangChain agent with LangSmith's OTel export."""

import os

os.environ["LANGSMITH_TRACING"] = "true"
os.environ["LANGSMITH_OTEL_ENABLED"] = "true"
os.environ["LANGSMITH_OTEL_ONLY"] = "true"
os.environ["LANGSMITH_API_KEY"] = "none"

from spans import MODEL_URL, QUESTION, SYSTEM, finish, set_up

set_up()

from langchain_core.messages import HumanMessage, SystemMessage
from langchain_core.tools import tool
from langchain_core.tracers.langchain import wait_for_all_tracers
from langchain_openai import ChatOpenAI


@tool
def get_weather(city: str) -> dict:
    """Weather of a city"""
    return {"celsius": 21}


model = ChatOpenAI(model="gpt-4o-mini", base_url=f"{MODEL_URL}/v1", api_key="none", temperature=0.2)
with_tools = model.bind_tools([get_weather])
messages = [SystemMessage(SYSTEM), HumanMessage(QUESTION)]
first = with_tools.invoke(messages)
messages += [first, get_weather.invoke(first.tool_calls[0])]
with_tools.invoke(messages)
wait_for_all_tracers()

from langsmith import Client

Client().flush()
import time

time.sleep(2)
finish()
