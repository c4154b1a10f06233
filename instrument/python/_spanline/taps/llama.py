"""llama-cpp-python: answers and embeddings. Besides arguments and return, the attributes of OpenTelemetry's conventions."""

import json
import time

from .. import describe
from ..texts import MOST_TEXT
from .tap import Tap, base_name, wrap

_OPERATIONS = {"create_chat_completion": "chat", "create_completion": "text_completion", "embed": "embeddings"}
_PARAMETERS = ("max_tokens", "temperature", "top_p", "top_k", "seed", "frequency_penalty", "presence_penalty")
_MOST_CHUNKS = 100_000
# Of longer conversations the newest.
_MOST_MESSAGES = 1000


class _Llama(Tap):
    library = "llama_cpp"

    def facts(self, of, method):
        model = base_name(of.__dict__.get("model_path"))
        return {
            "spanline.call.model": model,
            "gen_ai.operation.name": _OPERATIONS[method],
            "gen_ai.provider.name": "llama.cpp",
            "gen_ai.request.model": model,
        }

    def asks(self, of, method, given):
        more = {"gen_ai.request." + name: given[name] for name in _PARAMETERS if type(given.get(name)) in (int, float)}
        messages, prompt = given.get("messages"), given.get("prompt")
        if type(messages) is list:
            more["gen_ai.input.messages"] = _texts([_message(one) for one in messages[-_MOST_MESSAGES:]])
        elif type(prompt) is str:
            more["gen_ai.input.messages"] = _texts([{"role": "user", "parts": [{"type": "text", "content": prompt}]}])
        return more

    def answers(self, of, method, result):
        return {} if method == "embed" else _answered(result)

    def gather(self, method, result, began):
        return _Pieces(began) if method != "embed" and hasattr(result, "__next__") else None


def _texts(messages):
    """Each by itself: a list has no more than 100 items where values are described."""
    parts, left = [], MOST_TEXT
    for message in reversed(messages):
        part = describe.text(message)
        left -= len(part)
        if left < 0:
            break
        parts.append(part)
    return "[%s]" % ",".join(reversed(parts))


def _message(message):
    """A message of OpenAI's kind as one of the conventions."""
    content = message.get("content")
    parts = [{"type": "text", "content": content}] if type(content) is str and content != "" else []
    if type(content) is list:
        for part in content:
            text = type(part) is dict and part.get("type") == "text"
            parts.append({"type": "text", "content": part.get("text")} if text else part)
    for call in message.get("tool_calls") or ():
        function = call.get("function", {})
        parts.append({"type": "tool_call", "id": call.get("id"), **_of_function(function)})
    if message.get("role") == "tool":
        parts = [{"type": "tool_call_response", "id": message.get("tool_call_id"), "response": content}]
    return {"role": message.get("role"), "parts": parts}


def _of_function(function):
    arguments = function.get("arguments")
    try:
        arguments = json.loads(arguments)
    except (TypeError, ValueError):
        pass
    return {"name": function.get("name"), "arguments": arguments}


def _answered(result):
    """What an answer says of itself, as attributes."""
    found = {"gen_ai.response.id": result["id"]} if type(result.get("id")) is str else {}
    choices = result.get("choices") or ()
    reasons = [one["finish_reason"] for one in choices if type(one.get("finish_reason")) is str]
    if reasons:
        found["gen_ai.response.finish_reasons"] = reasons
    messages = []
    for choice in choices:
        message = choice.get("message") or {"role": "assistant", "content": choice.get("text")}
        messages.append({**_message(message), "finish_reason": choice.get("finish_reason")})
    found["gen_ai.output.messages"] = _texts(messages)
    usage = result.get("usage") or {}
    for name, key in (("prompt_tokens", "input_tokens"), ("completion_tokens", "output_tokens")):
        if type(usage.get(name)) is int:
            found["gen_ai.usage." + key] = usage[name]
    return found


class _Pieces:
    """The chunks of a streamed answer, put together as the answer would have come at once."""

    def __init__(self, began):
        self._began = began
        self._first = None
        self._count = 0
        self._answer = {}
        self._choices = {}

    def add(self, chunk):
        if self._first is None:
            self._first = time.time_ns()
        self._count += 1
        if self._count > _MOST_CHUNKS:
            return
        for name in ("id", "model", "usage"):
            if chunk.get(name):
                self._answer[name] = chunk[name]
        for one in chunk["choices"]:
            choice = self._choices.setdefault(one.get("index", 0), {"role": "assistant", "texts": [], "calls": {}})
            delta = one.get("delta")
            text = one.get("text") if delta is None else delta.get("content")
            if text:
                choice["texts"].append(text)
            for call in (delta or {}).get("tool_calls") or ():
                held = choice["calls"].setdefault(call.get("index", 0), {"id": None, "name": None, "arguments": ""})
                function = call.get("function", {})
                held["id"] = call.get("id") or held["id"]
                held["name"] = function.get("name") or held["name"]
                held["arguments"] += function.get("arguments") or ""
            choice["finish_reason"] = one.get("finish_reason") or choice.get("finish_reason")

    def result(self):
        choices = []
        for index, one in sorted(self._choices.items()):
            message = {"role": one["role"], "content": "".join(one["texts"])}
            calls = [
                {"id": call["id"], "function": {"name": call["name"], "arguments": call["arguments"]}}
                for call in one["calls"].values()
            ]
            if calls:
                message["tool_calls"] = calls
            choices.append({"index": index, "message": message, "finish_reason": one.get("finish_reason")})
        return {**self._answer, "choices": choices}

    def facts(self):
        found = {"gen_ai.request.stream": True, "spanline.call.chunks": self._count}
        if self._first is not None:
            found["gen_ai.response.time_to_first_chunk"] = (self._first - self._began) / 1e9
        return found


def tap_llama(module):
    tap = _Llama()
    for name in _OPERATIONS:
        wrap(module.Llama, name, tap)
