from django.db import connection
from django.http import JsonResponse
from django.views import View
from opentelemetry import trace

from products.ranking import rank

tracer = trace.get_tracer(__name__)


class ProductList(View):
    def get(self, request):  # span: GET products/
        return JsonResponse({"products": rank(["tea", "coffee"])})

    def post(self, request):  # span: POST products/
        with tracer.start_as_current_span("import products"):  # span: import products
            return JsonResponse({"imported": 2})


def detail(request, pk):  # span: GET products/<int:pk>/
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 AS product_id WHERE 1 = %s", [pk])  # span: SELECT [parent=GET products/<int:pk>/]
        return JsonResponse({"id": pk, "rows": len(cursor.fetchall())})


def similar(request, slug):  # span: GET products/<slug:slug>/similar/
    with tracer.start_as_current_span("find similar") as span:  # span: find similar
        if slug == "nothing":
            raise LookupError(f"no product {slug}")
        span.set_attribute("slug", slug)
    return JsonResponse({})
