from django.urls import include, path

from shop.views import index

urlpatterns = [
    path("", index),
    path("products/", include("products.urls")),
    path("reviews/", include("reviews.urls")),
]
