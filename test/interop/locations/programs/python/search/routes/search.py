from starlette.endpoints import HTTPEndpoint
from starlette.responses import JSONResponse

from index import SearchIndex
from shoptel import step

index = SearchIndex()


class SearchEndpoint(HTTPEndpoint):
    async def get(self, request):  # span: GET /search [http.target|url.path=/search/] # span: GET /search http send [parent.path=/search/]
        with step("parse query"):  # span: parse query
            words = request.query_params.get("q", "").split()
        return JSONResponse({"hits": index.lookup(words)})


async def suggest(request):  # span: GET /search [http.target|url.path=/search/suggest] # span: GET /search http send [parent.path=/search/suggest]
    return JSONResponse(index.suggest(request.query_params.get("q", "")))
