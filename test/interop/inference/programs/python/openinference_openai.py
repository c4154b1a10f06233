"""openai with openinference-instrumentation-openai: chat with a tool and an image, responses, and embeddings."""

import json

from spans import MODEL_URL, QUESTION, SYSTEM, TOOLS, WEATHER, finish, set_up

provider = set_up()

from openinference.instrumentation.openai import OpenAIInstrumentor

OpenAIInstrumentor().instrument(tracer_provider=provider)

from openai import OpenAI

PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

client = OpenAI(base_url=f"{MODEL_URL}/v1", api_key="none")
messages = [
    {"role": "system", "content": SYSTEM},
    {
        "role": "user",
        "content": [{"type": "text", "text": QUESTION}, {"type": "image_url", "image_url": {"url": PIXEL}}],
    },
]
first = client.chat.completions.create(model="gpt-4o-mini", messages=messages, tools=TOOLS, temperature=0.2)
call = first.choices[0].message
messages += [
    call.model_dump(exclude_none=True),
    {"role": "tool", "tool_call_id": call.tool_calls[0].id, "content": json.dumps({"celsius": 21})},
]
client.chat.completions.create(model="gpt-4o-mini", messages=messages, tools=TOOLS)
client.responses.create(
    model="gpt-4o-mini",
    instructions=SYSTEM,
    input=QUESTION,
    tools=[{"type": "function", "name": "get_weather", "description": "Weather of a city", "parameters": WEATHER}],
)
client.embeddings.create(model="text-embedding-3-small", input="refund policy")
finish()
