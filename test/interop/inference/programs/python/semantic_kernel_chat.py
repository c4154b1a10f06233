"""Semantic Kernel for Python with diagnostics that hold content."""

import asyncio
import os

os.environ["SEMANTICKERNEL_EXPERIMENTAL_GENAI_ENABLE_OTEL_DIAGNOSTICS_SENSITIVE"] = "true"

import logging

from spans import MODEL_URL, QUESTION, SYSTEM, finish, set_up

set_up()

from opentelemetry._logs import get_logger_provider
from opentelemetry.sdk._logs import LoggingHandler

handler = LoggingHandler(logger_provider=get_logger_provider())
handler.addFilter(logging.Filter("semantic_kernel"))
logging.getLogger().addHandler(handler)
logging.getLogger().setLevel(logging.INFO)

from openai import AsyncOpenAI
from semantic_kernel.connectors.ai.open_ai import OpenAIChatCompletion, OpenAIChatPromptExecutionSettings
from semantic_kernel.contents import ChatHistory


async def main():
    client = AsyncOpenAI(base_url=f"{MODEL_URL}/v1", api_key="none")
    service = OpenAIChatCompletion(ai_model_id="gpt-4o-mini", async_client=client)
    history = ChatHistory(system_message=SYSTEM)
    history.add_user_message(QUESTION)
    await service.get_chat_message_contents(history, OpenAIChatPromptExecutionSettings(temperature=0.2))


asyncio.run(main())
finish()
