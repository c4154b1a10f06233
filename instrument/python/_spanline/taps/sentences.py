"""sentence-transformers: embeddings and the scores of pairs."""

from .tap import Tap, base_name, wrap


class _Sentences(Tap):
    library = "sentence_transformers"
    covers = ("torch",)

    def facts(self, of, method):
        card = getattr(of, "model_card_data", None)
        name = base_name(getattr(card, "__dict__", {}).get("base_model")) or _place(of) or type(of).__name__
        found = {"spanline.call.model": name}
        if method == "encode":
            found["gen_ai.operation.name"] = "embeddings"
        return found


def _place(of):
    """Where the first of its modules was loaded from."""
    for first in getattr(of, "_modules", {}).values():
        config = getattr(getattr(first, "auto_model", None), "config", None)
        return base_name(getattr(config, "_name_or_path", ""))
    return ""


def tap_sentences(module):
    tap = _Sentences()
    for name, method in (
        ("SentenceTransformer", "encode"),
        ("SparseEncoder", "encode"),
        ("CrossEncoder", "predict"),
    ):
        owner = module.__dict__.get(name)
        if owner is not None:
            wrap(owner, method, tap)
