"""Streams generated text word by word, traced with OpenTelemetry's FastAPI instrumentation and its default settings."""

import asyncio
import random
from collections import defaultdict

from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider(resource=Resource.create({SERVICE_NAME: "streaming-answers"}))
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
tracer = trace.get_tracer(__name__)

PASSAGES = [
    "a refund is paid to the card you paid with five days after the parcel reached us",
    "the parcel is lost when the tracking does not move for four days and we send another one",
    "a return is free within thirty days and the refund does not wait for the carrier",
    "the warranty covers the parts you do not move and the card you paid with is not needed",
]


class BigramModel:
    """Says which word follows which in the passages, and how often."""

    name = "bigram-1"

    def __init__(self, passages):
        self.followers = defaultdict(list)
        for passage in passages:
            words = passage.split()
            for word, follower in zip(words, words[1:]):
                self.followers[word].append(follower)

    def next_word(self, word, draw):
        followers = self.followers.get(word)
        return draw.choice(followers) if followers else draw.choice(sorted(self.followers))


model = BigramModel(PASSAGES)
app = FastAPI()


def find_passages(prompt):
    with tracer.start_as_current_span("find_passages") as span:
        wanted = set(prompt.lower().split())
        ranked = sorted(PASSAGES, key=lambda passage: -len(wanted & set(passage.split())))
        span.set_attribute("gen_ai.operation.name", "retrieval")
        span.set_attribute("gen_ai.retrieval.query.text", prompt)
        return ranked[:2]


async def generate(prompt, words, pace):
    with tracer.start_as_current_span("generate_answer") as span:
        span.set_attribute("gen_ai.operation.name", "text_completion")
        span.set_attribute("gen_ai.request.model", model.name)
        draw = random.Random(prompt)
        word = find_passages(prompt)[0].split()[0]
        written = [word]
        yield word
        while len(written) < words:
            with tracer.start_as_current_span("next_word") as step:
                word = model.next_word(word, draw)
                step.set_attribute("token.text", word)
                # A bigram table answers at once; a language model does not.
                await asyncio.sleep(pace)
            written.append(word)
            yield " " + word
        span.set_attribute("gen_ai.usage.output_tokens", len(written))
        yield "\n"


@app.get("/generate")
async def generate_route(prompt: str = "where is my refund", words: int = 30, pace: float = 0.25):
    """`pace` is the time for one word in seconds."""
    return StreamingResponse(generate(prompt, words, pace), media_type="text/plain")


FastAPIInstrumentor.instrument_app(app)
