from opentelemetry import trace

tracer = trace.get_tracer(__name__)


class SearchIndex:
    def lookup(self, words: list[str]) -> list[str]:
        with tracer.start_as_current_span("index.lookup " + str(len(words))):  # span: index.lookup 2
            return [self._score(word) for word in words]

    def suggest(self, prefix: str) -> list[str]:
        name = "suggest.short" if len(prefix) < 3 else "suggest.long"
        with tracer.start_as_current_span(name):  # span: suggest.short
            return [prefix + "a"]

    def _score(self, word: str) -> str:
        with tracer.start_as_current_span("score {}".format(word)):  # span: score green # span: score tea
            return word.upper()
