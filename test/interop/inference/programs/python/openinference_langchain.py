"""A LangChain agent with openinference-instrumentation-langchain."""

from spans import MODEL_URL, QUESTION, SYSTEM, finish, set_up

provider = set_up()

from openinference.instrumentation.langchain import LangChainInstrumentor

LangChainInstrumentor().instrument(tracer_provider=provider)

from langchain.agents import create_agent
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI


@tool
def get_weather(city: str) -> dict:
    """Weather of a city"""
    return {"celsius": 21}


model = ChatOpenAI(model="gpt-4o-mini", base_url=f"{MODEL_URL}/v1", api_key="none", temperature=0.2)
agent = create_agent(model, [get_weather], system_prompt=SYSTEM)
agent.invoke({"messages": [{"role": "user", "content": QUESTION}]})
finish()
