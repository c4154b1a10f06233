"""LiteLLM's SDK with its OTel callback."""

import os

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

from spans import MODEL_URL, QUESTION, SYSTEM, TOOLS, finish, set_up, spans

set_up()

import litellm
from litellm.integrations.opentelemetry import OpenTelemetry, OpenTelemetryConfig

litellm.callbacks = [OpenTelemetry(config=OpenTelemetryConfig(exporter=spans))]
messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": QUESTION}]
common = {"model": "openai/gpt-4o-mini", "api_base": f"{MODEL_URL}/v1", "api_key": "none"}
litellm.completion(messages=messages, tools=TOOLS, temperature=0.2, **common)
litellm.completion(messages=messages, **common)
import time

time.sleep(2)
finish()
