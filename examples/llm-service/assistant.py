"""From a question to an answer: passages that fit, a prompt that holds them, the model's words."""

from dataclasses import dataclass
from pathlib import Path

from opentelemetry import trace

from language_model import LanguageModel
from passages import Embedder, Library

tracer = trace.get_tracer(__name__)

INSTRUCTIONS = "You answer questions of the members of a tool library from its notes, in one sentence."


@dataclass(frozen=True)
class Answer:
    text: str
    sources: list[str]


class Assistant:
    def __init__(self):
        self.library = Library(Path(__file__).parent / "documents", Embedder())
        self.model = LanguageModel()

    def answer(self, question, on_text=None):
        with tracer.start_as_current_span("answer_question"):
            passages = self.library.find(question)
            messages = self.build_prompt(question, passages)
            text = self.model.chat(messages, on_text)
            return Answer(text.strip(), [passage.id for passage in passages])

    def build_prompt(self, question, passages):
        with tracer.start_as_current_span("build_prompt") as span:
            notes = "\n".join(f"- {passage.text}" for passage in reversed(passages))
            content = f"Notes:\n{notes}\n\nQuestion: {question}"
            span.set_attribute("prompt.passages", len(passages))
            span.set_attribute("prompt.characters", len(content))
            return [{"role": "system", "content": INSTRUCTIONS}, {"role": "user", "content": content}]
