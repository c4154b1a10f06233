"""openai with opentelemetry-instrumentation-openai-v2: chat with a tool, and embeddings."""

import json

from spans import MODEL_URL, QUESTION, SYSTEM, TOOLS, finish, set_up

set_up()

from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor

OpenAIInstrumentor().instrument()

from openai import OpenAI

client = OpenAI(base_url=f"{MODEL_URL}/v1", api_key="none")
messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": QUESTION}]
first = client.chat.completions.create(model="gpt-4o-mini", messages=messages, tools=TOOLS, temperature=0.2)
call = first.choices[0].message
messages += [
    call.model_dump(exclude_none=True),
    {"role": "tool", "tool_call_id": call.tool_calls[0].id, "content": json.dumps({"celsius": 21})},
]
client.chat.completions.create(model="gpt-4o-mini", messages=messages, tools=TOOLS, max_tokens=100)
client.embeddings.create(model="text-embedding-3-small", input="refund policy")
finish()
