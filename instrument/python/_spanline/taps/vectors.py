"""Searches for near vectors: faiss, Chroma, Qdrant. Their hits are documents of OpenTelemetry's conventions as well."""

from .. import describe
from ..texts import MOST_STRING
from .tap import Tap, wrap

_MOST_HITS = 100
# Where programs keep the text of a point.
_TEXTS = ("text", "content", "document", "page_content", "chunk")


def _hits(found):
    """Each by itself: a list of few plain values would be written as a table."""
    parts = []
    left = MOST_STRING
    for hit in found[:_MOST_HITS]:
        part = describe.text(hit)
        left -= len(part)
        if left < 0:
            break
        parts.append(part)
    return {"gen_ai.retrieval.documents": "[%s]" % ",".join(parts)} if parts else {}


class _Faiss(Tap):
    library = "faiss"

    def facts(self, of, method):
        return {
            "spanline.call.model": type(of).__name__,
            "gen_ai.operation.name": "retrieval",
            "gen_ai.provider.name": "faiss",
            "faiss.index.dimension": int(of.d),
            "faiss.index.size": int(of.ntotal),
        }

    def asks(self, of, method, given):
        return {"gen_ai.retrieval.top_k": int(given["k"])} if "k" in given else {}

    def returned(self, of, method, result, args, kwargs):
        names = ("distances", "labels") if method == "search" else ("limits", "distances", "labels")
        return dict(zip(names, result))

    def answers(self, of, method, result):
        """The hits of one question; those of several are told by the arrays alone."""
        if method != "search" or len(result[1]) != 1:
            return {}
        distances, labels = result
        rows = zip(labels[0][:_MOST_HITS].tolist(), distances[0][:_MOST_HITS].tolist())
        return _hits([{"id": label, "distance": distance} for label, distance in rows if label >= 0])


class _Chroma(Tap):
    library = "chroma"

    def name(self, of, method):
        return "chroma.Collection.%s" % method

    def facts(self, of, method):
        return {
            "gen_ai.operation.name": "retrieval",
            "gen_ai.provider.name": "chroma",
            "gen_ai.data_source.id": str(of.name),
        }

    def asks(self, of, method, given):
        more = {"gen_ai.retrieval.top_k": int(given.get("n_results", 10))}
        texts = given.get("query_texts")
        texts = [texts] if isinstance(texts, str) else texts
        if texts and all(type(one) is str for one in texts):
            more["gen_ai.retrieval.query.text"] = "\n".join(texts)[: MOST_STRING]
        return more

    def returned(self, of, method, result, args, kwargs):
        return {key: one for key, one in result.items() if one is not None}

    def answers(self, of, method, result):
        columns = [("id", "ids"), ("distance", "distances"), ("content", "documents"), ("metadata", "metadatas")]
        columns = [(name, result[key]) for name, key in columns if result.get(key) is not None]
        found = [
            dict(zip([name for name, _ in columns], row))
            for question in range(len(result["ids"]))
            for row in zip(*(values[question] for _, values in columns))
        ]
        return _hits(found)


class _Qdrant(Tap):
    library = "qdrant"

    def name(self, of, method):
        return "qdrant.QdrantClient.%s" % method

    def facts(self, of, method):
        return {"gen_ai.operation.name": "retrieval", "gen_ai.provider.name": "qdrant"}

    def asks(self, of, method, given):
        more = {"gen_ai.retrieval.top_k": int(given.get("limit", 10))}
        if type(given.get("collection_name")) is str:
            more["gen_ai.data_source.id"] = given["collection_name"]
        return more

    def answers(self, of, method, result):
        found = []
        for point in list(getattr(result, "points", result))[:_MOST_HITS]:
            payload = point.payload or {}
            texts = [payload[name] for name in _TEXTS if type(payload.get(name)) is str]
            hit = {"id": point.id, "score": point.score}
            if texts:
                hit["content"] = texts[0]
            found.append({**hit, "metadata": payload})
        return _hits(found)


def tap_faiss(module):
    tap = _Faiss()
    for owner in list(module.__dict__.values()):
        if isinstance(owner, type) and owner.__name__.startswith("Index"):
            for name in ("search", "range_search"):
                wrap(owner, name, tap)


def tap_chroma(module):
    tap = _Chroma()
    for name in ("Collection", "AsyncCollection"):
        owner = module.__dict__.get(name)
        if owner is not None:
            wrap(owner, "query", tap)


def tap_qdrant(module):
    tap = _Qdrant()
    for name in ("QdrantClient", "AsyncQdrantClient"):
        owner = module.__dict__.get(name)
        if owner is not None:
            # `search` until version 1.15.
            for method in ("query_points", "search"):
                wrap(owner, method, tap)
