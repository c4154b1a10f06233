"""openai under Logfire's own instrumentation."""

from spans import MODEL_URL, QUESTION, SYSTEM, TOOLS, finish, processor

import logfire
from openai import OpenAI

logfire.configure(send_to_logfire=False, console=False, service_name="fixture", additional_span_processors=[processor()])
client = OpenAI(base_url=f"{MODEL_URL}/v1", api_key="none")
logfire.instrument_openai(client)
messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": QUESTION}]
client.chat.completions.create(model="gpt-4o-mini", messages=messages, tools=TOOLS, temperature=0.2)
finish()
