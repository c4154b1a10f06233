"""Langfuse's SDK: a decorated function that calls openai, and a retriever."""

import os

from spans import MODEL_URL, QUESTION, SYSTEM, TOOLS, finish, set_up

provider = set_up()
os.environ["LANGFUSE_PUBLIC_KEY"] = "pk-none"
os.environ["LANGFUSE_SECRET_KEY"] = "sk-none"
os.environ["LANGFUSE_HOST"] = MODEL_URL

from langfuse import Langfuse, get_client, observe

Langfuse(tracer_provider=provider)

from langfuse.openai import OpenAI

client = OpenAI(base_url=f"{MODEL_URL}/v1", api_key="none")


@observe(as_type="retriever")
def search(query):
    return [{"id": "d1", "content": "Refunds within 30 days.", "score": 0.91}]


@observe()
def answer(question):
    search(query="refund policy")
    messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": question}]
    client.chat.completions.create(model="gpt-4o-mini", messages=messages, tools=TOOLS, temperature=0.2)
    return client.chat.completions.create(model="gpt-4o-mini", messages=messages).choices[0].message.content


answer(QUESTION)
finish()
