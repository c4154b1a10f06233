"""google-genai with opentelemetry-instrumentation-google-genai."""

import os

os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", "gen_ai_latest_experimental")

from spans import MODEL_URL, QUESTION, SYSTEM, finish, set_up

set_up()

from opentelemetry.instrumentation.google_genai import GoogleGenAiSdkInstrumentor

GoogleGenAiSdkInstrumentor().instrument()

from google import genai
from google.genai import types


def get_weather(city: str) -> dict:
    """Weather of a city"""
    return {"celsius": 21}


client = genai.Client(api_key="none", http_options=types.HttpOptions(base_url=MODEL_URL))
client.models.generate_content(
    model="gemini-2.0-flash",
    contents=QUESTION,
    config=types.GenerateContentConfig(system_instruction=SYSTEM, temperature=0.2, tools=[get_weather]),
)
finish()
