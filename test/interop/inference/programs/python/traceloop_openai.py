"""Traceloop's SDK: a workflow that calls openai with a tool."""

import json
import os

os.environ["TRACELOOP_TELEMETRY"] = "false"

from spans import MODEL_URL, QUESTION, SYSTEM, TOOLS, finish, processor

from traceloop.sdk import Traceloop
from traceloop.sdk.decorators import tool, workflow

Traceloop.init(app_name="fixture", processor=processor(), disable_batch=True)

from openai import OpenAI

client = OpenAI(base_url=f"{MODEL_URL}/v1", api_key="none")


@tool(name="get_weather")
def get_weather(city):
    return {"celsius": 21}


@workflow(name="weather")
def answer(question):
    messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": question}]
    first = client.chat.completions.create(model="gpt-4o-mini", messages=messages, tools=TOOLS, temperature=0.2)
    call = first.choices[0].message
    result = get_weather(**json.loads(call.tool_calls[0].function.arguments))
    messages += [
        call.model_dump(exclude_none=True),
        {"role": "tool", "tool_call_id": call.tool_calls[0].id, "content": json.dumps(result)},
    ]
    return client.chat.completions.create(model="gpt-4o-mini", messages=messages, tools=TOOLS).choices[0].message.content


answer(QUESTION)
finish()
